"""Alert rules: write them, see what they found, and what was sent."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Definer, Follower, GuardedRoute
from app.access.rules import Caller
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.catalogue.moments import resolve
from app.errors import Message
from app.metrics.alerts import background, checking, findings, held, messages, queries, schemas, service, webhooks
from app.metrics.alerts.hosts import Reach
from app.metrics.alerts.models import alert_finding, alert_rule_version
from app.metrics.alerts.present import Reader, delivery_out, finding_out, rule_out, version_out
from app.metrics.alerts.rules import FORMER_SECRET_FOR
from app.metrics.alerts.service import Recorded, Wanted
from app.metrics.own.routes import IfMatch
from app.metrics.own.schemas import Withdrawal
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.schema import wants_english

router = APIRouter(tags=["预警"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="预警规则的编号", ge=1, le=2**31 - 1)]
FindingNumber = Annotated[int, Path(description="预警的编号", ge=1, le=2**31 - 1)]
After = Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]


@router.post(
    "/alert-rules",
    status_code=201,
    summary="新建预警规则",
    operation_id="create_alert_rule",
    responses={201: {"model": schemas.RuleRecorded}},
)
def create_alert_rule(
    request: Request, body: schemas.AlertRuleBody, caller: Definer, snapshot: Snapshot, now: Now
) -> Response:
    """Watches a figure from now on: at each revision, and when the day changes. With a webhook, its secret is shown once."""
    told = webhooks.warnings(body.webhook_url, reach_of(request))
    with snapshot() as connection:
        wanted = read(connection, body, now)
    with request.app.state.database.write() as connection:
        made = service.create(connection, wanted, by=caller, now=now)
        return recorded(request, connection, made, told, status=201)


@router.get(
    "/alert-rules", summary="预警规则", operation_id="list_alert_rules", responses={200: {"model": schemas.RulePage}}
)
def list_alert_rules(
    request: Request,
    caller: Follower,
    snapshot: Snapshot,
    metric: Annotated[str | None, Query(description="只看某个指标的", max_length=100)] = None,
    withdrawn: Annotated[bool, Query(description="要已停用的")] = False,  # noqa: FBT002 - a query parameter
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number: how far each is evaluated, whether it is broken, what is open, how its webhook stands."""
    said = alert_rule_version.c
    wanted = [said.withdrawn == withdrawn]
    wanted += [] if metric is None else [said.definition["metric"].as_string() == metric]
    with snapshot() as connection:
        rows, total = held.rules_page(connection, wanted, after, limit)
        beside = queries.beside(connection, [row.id for row in rows[:limit]])
    items = [rule_out(row, beside, reader_of(request, caller)) for row in rows[:limit]]
    asked = {"metric": metric, "withdrawn": "true" if withdrawn else None}
    return page(items, total, "/v1/alert-rules", asked, limit if len(rows) > limit else None)


@router.get(
    "/alert-rules/{number}",
    summary="一条预警规则",
    operation_id="get_alert_rule",
    responses={200: {"model": schemas.RuleHistory}},
)
def get_alert_rule(request: Request, number: Number, caller: Follower, snapshot: Snapshot) -> Response:
    """With all its versions. Its ETag is the number of the last one, for `If-Match`."""
    with snapshot() as connection:
        shown = history(connection, number, reader_of(request, caller))
    return JsonBytes(shown, headers={"ETag": f'"{shown["version"]}"'})


@router.put(
    "/alert-rules/{number}",
    summary="改预警规则",
    operation_id="replace_alert_rule",
    responses={200: {"model": schemas.RuleRecorded}},
)
def replace_alert_rule(
    request: Request,
    number: Number,
    body: schemas.NextRule,
    caller: Definer,
    snapshot: Snapshot,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """The next version of a rule; findings of before keep naming theirs. What says the same records nothing.

    Where it watches something else, what is open is closed (`rule_changed`) and it is evaluated anew. `{"withdrawn":
    true}` withdraws it.
    """
    url = None if isinstance(body, Withdrawal) else body.webhook_url
    told = webhooks.warnings(url, reach_of(request))
    with snapshot() as connection:
        last = held.get_rule(connection, number)
        wanted = service.withdrawal(last) if isinstance(body, Withdrawal) else read(connection, body, now)
    with request.app.state.database.write() as connection:
        made = service.replace(connection, number, wanted, if_match, by=caller, now=now)
        return recorded(request, connection, made, told)


@router.post(
    "/alert-rules/{number}/rotate-secret",
    summary="换预警通知的密钥",
    operation_id="rotate_alert_secret",
    responses={200: {"model": schemas.SecretOut}},
)
def rotate_alert_secret(number: Number, caller: Definer, connection: WriteSession, now: Now) -> Response:
    """A new secret, shown once. For a day messages carry the signature of the one before as well."""
    secret = service.rotate(connection, number, by=caller, now=now)
    return JsonBytes({"secret": secret, "former_until": (now + FORMER_SECRET_FOR).isoformat()})


@router.post(
    "/alert-rules/{number}/test",
    summary="发一条测试通知",
    operation_id="test_alert_rule",
    responses={200: {"model": schemas.DeliveryOut}},
)
def test_alert_rule(request: Request, number: Number, caller: Definer, snapshot: Snapshot, now: Now) -> Response:
    """Sends a signed message at once, once, and says what became of it: within ten seconds."""
    with snapshot() as connection:
        letter = service.trial(connection, number, now)
    outcome = letter.send(now, reach_of(request))
    with request.app.state.database.write() as connection:
        kept = service.keep_test(connection, letter, outcome, by=caller, now=now)
        return JsonBytes(delivery_out(messages.get_delivery(connection, kept)))


@router.get(
    "/alert-rules/{number}/deliveries",
    summary="一条规则的通知",
    operation_id="list_alert_deliveries",
    responses={200: {"model": schemas.DeliveryPage}},
)
def list_alert_deliveries(
    number: Number, _: Follower, snapshot: Snapshot, after: After = 0, limit: Limit = DEFAULT_LIMIT
) -> Response:
    """Each message with how often it was sent, what was answered, and when it is tried again."""
    with snapshot() as connection:
        rule = held.get_rule(connection, number)
        rows, total = messages.deliveries_page(connection, rule.id, after, limit)
    items = [delivery_out(row) for row in rows[:limit]]
    return page(items, total, f"{rule.path}/deliveries", {}, limit if len(rows) > limit else None)


@router.get(
    "/alert-findings",
    summary="预警",
    operation_id="list_alert_findings",
    responses={200: {"model": schemas.FindingPage}},
)
def list_alert_findings(
    request: Request,
    _: Follower,
    snapshot: Snapshot,
    rule: Annotated[int | None, Query(description="只看某条规则的", ge=1, le=2**31 - 1)] = None,
    open_: Annotated[bool | None, Query(alias="open", description="true 正在预警的，false 已结束的")] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number: since when and until when a condition held, of which group, with the figures and their addresses."""
    found, english = alert_finding.c, wants_english(request)
    wanted = [] if rule is None else [found.rule_id == rule]
    wanted += [] if open_ is None else [found.closed_at.is_(None) if open_ else found.closed_at.is_not(None)]
    with snapshot() as connection:
        rows, total = findings.findings_page(connection, wanted, after, limit)
    items = [finding_out(row, english=english) for row in rows[:limit]]
    asked = {"rule": rule, "open": None if open_ is None else str(open_).lower()}
    return page(items, total, "/v1/alert-findings", asked, limit if len(rows) > limit else None)


@router.get(
    "/alert-findings/{number}",
    summary="一个预警",
    operation_id="get_alert_finding",
    responses={200: {"model": schemas.FindingOut}},
)
def get_alert_finding(request: Request, number: FindingNumber, _: Follower, snapshot: Snapshot) -> Response:
    """What a rule found, by the version of the rule that was then in force."""
    with snapshot() as connection:
        return JsonBytes(finding_out(findings.get_finding(connection, number), english=wants_english(request)))


def reach_of(request: Request) -> Reach:
    return Reach.of(request.app.state.settings.webhook_private_hosts)


def reader_of(request: Request, caller: Caller) -> Reader:
    return Reader(wants_english(request), caller.may("define"))


def read(connection: Connection, body: schemas.AlertRuleBody, now: Now) -> Wanted:
    watched = checking.read(connection, body, resolve(connection, now))
    return Wanted(body.name, watched, body.enabled, body.webhook_url)


def history(connection: Connection, number: int, reader: Reader) -> dict[str, Any]:
    row, beside = held.get_row(connection, number), queries.beside(connection, [number])
    versions = [version_out(each, reader) for each in held.versions_of(connection, number)]
    return {**rule_out(row, beside, reader), "versions": versions}


def recorded(
    request: Request, connection: Connection, made: Recorded, told: Sequence[Message], status: int = 200
) -> Response:
    """The rule as whoever wrote it may see it. It is evaluated soon."""
    background.look_soon()
    english = wants_english(request)
    shown = history(connection, made.number, Reader(english, may_define=True))
    headers = {"ETag": f'"{shown["version"]}"', "Cache-Control": "no-store"}
    if status == 201:
        headers["Location"] = f"/v1/alert-rules/{made.number}"
    said = {"secret": made.secret, "warnings": [each.said(english=english) for each in told]}
    return JsonBytes({**shown, **said}, status_code=status, headers=headers)


def page(items: list[dict[str, Any]], total: int, path: str, asked: Mapping[str, object], more: int | None) -> Response:
    following = None if more is None else link(path, **asked, after=items[-1]["id"], limit=more)
    return JsonBytes({"items": items, "total": total, "next": following})
