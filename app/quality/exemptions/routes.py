"""Exemptions from quality rules: ask for one, decide, end it, see them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, Follower, GuardedRoute, Reviewer
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.changes.present import shown_at
from app.db import Record
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.quality.exemptions import queries, service
from app.quality.exemptions.items import Called, called, has_code
from app.quality.exemptions.rules import Status
from app.quality.exemptions.schemas import ExemptionOut, ExemptionPage, NewExemption
from app.quality.exemptions.service import Wish
from app.quality.models import exemption

router = APIRouter(prefix="/exemptions", tags=["质量"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="豁免的编号", ge=1, le=2**31 - 1)]


@router.post(
    "",
    status_code=201,
    summary="申请豁免",
    operation_id="ask_for_exemption",
    responses={201: {"model": ExemptionOut}},
)
def ask_for_exemption(body: NewExemption, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """Asks that an item need not keep a rule until a day, two years from now at most. It holds once it is approved."""
    wish = Wish(body.rule, body.code, body.division_code, body.reason, body.until)
    number = service.ask(connection, wish, by=caller, now=now)
    headers = {"Location": f"/v1/exemptions/{number}"}
    return JsonBytes(_found(connection, number, now.date()), status_code=201, headers=headers)


@router.get("", summary="豁免清单", operation_id="list_exemptions", responses={200: {"model": ExemptionPage}})
def list_exemptions(
    _: Follower,
    snapshot: Snapshot,
    now: Now,
    rule: Annotated[str | None, Query(description="只看某条规则的", max_length=500)] = None,
    code: Annotated[str | None, Query(description="只看某个事项的：现在或曾经的编码", max_length=64)] = None,
    status: Annotated[Status | None, Query(description="只看某种状态")] = None,
    after: Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """In order of number: those that wait for a decision, hold, were refused or ended, are over, or of a rule that changed."""
    today = now.date()
    wanted = [] if rule is None else [exemption.c.rule == rule]
    wanted += [] if code is None else [has_code(code)]
    with snapshot() as connection:
        wanted += [] if status is None else [queries.status_on(connection, today) == status]
        rows, total = queries.exemptions_page(connection, wanted, today, after, limit)
        items = _shown(connection, rows[:limit], today)
    more = {"rule": rule, "code": code, "status": status, "limit": limit}
    following = link("/v1/exemptions", **more, after=rows[limit - 1].id) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get("/{number}", summary="一项豁免", operation_id="get_exemption", responses={200: {"model": ExemptionOut}})
def get_exemption(number: Number, _: Follower, snapshot: Snapshot, now: Now) -> Response:
    """Which item, which rule, why and until when; who asked, who decided, who ended it."""
    with snapshot() as connection:
        return JsonBytes(_found(connection, number, now.date()))


@router.post(
    "/{number}/approve",
    summary="批准豁免",
    operation_id="approve_exemption",
    responses={200: {"model": ExemptionOut}},
)
def approve_exemption(
    request: Request, number: Number, caller: Reviewer, connection: WriteSession, now: Now
) -> Response:
    """By somebody else than who asked. From now until its last day what it is about stands in nobody's way."""
    four_eyes = request.app.state.settings.four_eyes
    service.decide(connection, number, "approved", by=caller, now=now, four_eyes=four_eyes)
    return JsonBytes(_found(connection, number, now.date()))


@router.post(
    "/{number}/refuse", summary="不批准豁免", operation_id="refuse_exemption", responses={200: {"model": ExemptionOut}}
)
def refuse_exemption(
    request: Request, number: Number, caller: Reviewer, connection: WriteSession, now: Now
) -> Response:
    """By somebody else than who asked; whoever has more reasons asks anew."""
    four_eyes = request.app.state.settings.four_eyes
    service.decide(connection, number, "refused", by=caller, now=now, four_eyes=four_eyes)
    return JsonBytes(_found(connection, number, now.date()))


@router.post(
    "/{number}/end", summary="终止豁免", operation_id="end_exemption", responses={200: {"model": ExemptionOut}}
)
def end_exemption(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """It is needed no more, or no longer asked for: by anybody whose item it is."""
    service.end(connection, number, by=caller, now=now)
    return JsonBytes(_found(connection, number, now.date()))


def _found(connection: Connection, number: int, today: date) -> dict[str, object]:
    return _shown(connection, [queries.get_exemption(connection, number, today)], today)[0]


def _shown(connection: Connection, rows: Iterable[Record], today: date) -> list[dict[str, object]]:
    held = list(rows)
    names = called(connection, {row.item_id for row in held}, today)
    return [exemption_out(row, names[row.item_id]) for row in held]


def exemption_out(row: Record, item: Called) -> dict[str, object]:
    return {
        "id": row.id,
        "rule": row.rule,
        "rule_version": row.rule_version,
        "code": item.code,
        "name": item.name,
        "division_code": item.division_code,
        "reason": row.reason,
        "until": row.until,
        "status": row.status,
        "asked_by": row.by,
        "asked_at": shown_at(row.at),
        "decision": row.decision,
        "decided_by": row.decided_by,
        "decided_at": shown_at(row.decided_at),
        "ended_by": row.ended_by,
        "ended_at": shown_at(row.ended_at),
    }
