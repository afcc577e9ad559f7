"""Quality rules, and what they find in published content."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Definer, Follower, GuardedRoute
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, WriteSession
from app.catalogue.known_departments import demand_departments
from app.catalogue.moments import resolve
from app.pages import JsonBytes
from app.quality import present, service
from app.quality.findings import Wish, findings
from app.quality.in_force import decisions, get_rule, known_rules
from app.quality.rules import Severity
from app.quality.schemas import Findings, NewRule, QualityRuleHistory, QualityRules, RuleBody, Switch
from app.schema import wants_english
from app.validators import content_tag

router = APIRouter(tags=["质量"], route_class=GuardedRoute)

RuleKey = Annotated[str, Path(description="规则的 key", examples=["promised-over-statutory"])]
IfMatch = Annotated[
    str | None, Header(description="只在规则还是这个版本（ETag）时才改；否则 412", examples=['"1"'], max_length=200)
]


@router.get(
    "/quality-rules", summary="质量规则", operation_id="list_quality_rules", responses={200: {"model": QualityRules}}
)
def list_quality_rules(request: Request, _: Follower, snapshot: Snapshot) -> Response:
    """Every rule with its filter, what to do, its source and whether it is on; shipped ones first."""
    with snapshot() as connection:
        known, english = known_rules(connection), wants_english(request)
    items = [present.rule_out(each, english=english) for each in known.values()]
    return JsonBytes({"items": items, "total": len(items)})


@router.get(
    "/quality-rules/{key}",
    summary="一条质量规则",
    operation_id="get_quality_rule",
    responses={200: {"model": QualityRuleHistory}},
)
def get_quality_rule(request: Request, key: RuleKey, _: Follower, snapshot: Snapshot) -> Response:
    """One rule, and all that was decided of it; its ETag begins with the number of its definition."""
    with snapshot() as connection:
        return shown(request, connection, key)


@router.post(
    "/quality-rules",
    status_code=201,
    summary="新建自定义规则",
    operation_id="create_quality_rule",
    responses={201: {"model": QualityRuleHistory}},
)
def create_quality_rule(
    request: Request, body: NewRule, caller: Definer, connection: WriteSession, now: Now
) -> Response:
    """A rule of the bureau's own, on from now. Its filter is checked before it is taken."""
    service.create(connection, body, by=caller, now=now)
    return shown(request, connection, body.key, status=201)


@router.put(
    "/quality-rules/{key}",
    summary="自定义规则的新定义",
    operation_id="replace_quality_rule",
    responses={200: {"model": QualityRuleHistory}},
)
def replace_quality_rule(
    request: Request,
    key: RuleKey,
    body: RuleBody,
    caller: Definer,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """The next version of an own rule, in force from now. The same definition records nothing."""
    service.replace_own(connection, key, body, if_match, by=caller, now=now)
    return shown(request, connection, key)


@router.post(
    "/quality-rules/{key}/switch",
    summary="启用或停用规则",
    operation_id="switch_quality_rule",
    responses={200: {"model": QualityRuleHistory}},
)
def switch_quality_rule(
    request: Request, key: RuleKey, body: Switch, caller: Definer, connection: WriteSession, now: Now
) -> Response:
    """Any rule, with the reason. One that is off finds nothing, in published content and in drafts."""
    service.switch(connection, key, body.reason, on=body.on, by=caller, now=now)
    return shown(request, connection, key)


def shown(request: Request, connection: Connection, key: str, status: int = 200) -> Response:
    standing, english = get_rule(connection, key), wants_english(request)
    answer = JsonBytes(present.history(standing, decisions(connection, key), english=english), status_code=status)
    answer.headers["ETag"] = content_tag(answer, f"{standing.rule.version}-")
    if status == 201:
        answer.headers["Location"] = f"/v1/quality-rules/{key}"
    return answer


@router.get("/findings", summary="质量问题清单", operation_id="list_findings", responses={200: {"model": Findings}})
def list_findings(
    request: Request,
    _: Follower,
    snapshot: Snapshot,
    now: Now,
    *,
    rule: Annotated[list[str] | None, Query(description="规则的 key，可重复；不给为全部启用的规则")] = None,
    severity: Annotated[list[Severity] | None, Query(description="严重程度，可重复")] = None,
    department_code: Annotated[list[str] | None, Query(description="部门编码，可重复")] = None,
    within: Annotated[str | None, Query(description="行政区划代码：该区划及其下级全部", examples=["440000"])] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """What is to be worked off, by rule and department; each number leads to its very items.

    The rules are those that are on now, whatever day or revision the content is of.
    """
    wish = Wish(rule or (), severity or (), tuple(dict.fromkeys(department_code or ())), within)
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        demand_departments(connection, wish.departments)
        return JsonBytes(findings(connection, wish, moment, english=wants_english(request)))
