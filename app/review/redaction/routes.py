"""Redactions: ask for one, carry out what somebody else asked for."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask

from app.access.dependencies import GuardedRoute, Reviewer
from app.catalogue.dependencies import Now, ServiceClock, Snapshot, WriteSession
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OBJECT_TYPES
from app.changes.redactable import read_target
from app.db import Database, Record
from app.logs import log
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.review.redaction import queries, service
from app.review.redaction.said import StillSaid
from app.review.redaction.schemas import NewRedaction, OneRedaction, RedactionDone, RedactionPage
from app.review.redaction.service import Wish
from app.review.redaction.used import used_by

router = APIRouter(prefix="/redactions", tags=["隐去"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="隐去申请的编号", ge=1, le=2**31 - 1)]


@router.post(
    "",
    status_code=201,
    summary="申请隐去",
    operation_id="request_redaction",
    responses={201: {"model": OneRedaction}},
)
def request_redaction(body: NewRedaction, caller: Reviewer, connection: WriteSession, now: Now) -> Response:
    """Asks that a text be made unreadable in every version. Nothing is overwritten until a second person confirms.

    Reports and alert rules whose filters name the element are told: their figures can't be counted again afterwards.
    """
    wish = Wish(body.code, body.field, body.reason, OBJECT_TYPES[body.object], body.division_code)
    number = service.request(connection, wish, by=caller, now=now)
    return JsonBytes(_found(connection, number), status_code=201, headers={"Location": f"/v1/redactions/{number}"})


@router.get("", summary="隐去申请清单", operation_id="list_redactions", responses={200: {"model": RedactionPage}})
def list_redactions(
    _: Reviewer,
    snapshot: Snapshot,
    after: Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """In order of number: those that wait for a second person, and those that were carried out."""
    with snapshot() as connection:
        rows, total = queries.redactions_page(connection, after, limit)
        also = queries.also_redacted(connection, [row.id for row in rows])
    following = link("/v1/redactions", after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    items = [redaction_out(row, also.get(row.id, [])) for row in rows[:limit]]
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get("/{number}", summary="一次隐去", operation_id="get_redaction", responses={200: {"model": OneRedaction}})
def get_redaction(number: Number, _: Reviewer, snapshot: Snapshot) -> Response:
    """Who asked for it and why, who carried it out and when; what was overwritten is nowhere told."""
    with snapshot() as connection:
        return JsonBytes(_found(connection, number))


@router.post(
    "/{number}/confirm",
    summary="执行隐去",
    operation_id="confirm_redaction",
    responses={200: {"model": RedactionDone}},
)
def confirm_redaction(
    request: Request, number: Number, caller: Reviewer, connection: WriteSession, clock: ServiceClock
) -> Response:
    """Overwrites the text in all versions, entries and the search, for good; by somebody else than who asked for it.

    Items of the same lineage lose the same text of the element with it, and drafts that copied it. It takes a revision of its own. An embedded database is written anew afterwards, while other writers wait.
    """
    said = service.confirm(connection, number, by=caller, clock=clock)
    found = _found(connection, number)
    after = BackgroundTask(compact, request.app.state.database)
    return JsonBytes({**found, **still_said_out(said)}, background=after)


def still_said_out(said: StillSaid) -> dict[str, object]:
    return {
        "still_said_in": said.change_sets,
        "still_said_in_rules": said.rules,
        "still_said_in_reports": said.reports,
        "still_said_in_case_imports": said.case_imports,
        "still_said_in_alert_rules": said.alert_rules,
        "still_said_in_alert_findings": said.alert_findings,
    }


def compact(database: Database) -> None:
    """Once the answer is sent. What fails here was overwritten all the same; an operator can do it again."""
    try:
        database.compact()
    except SQLAlchemyError as error:
        log.warning("the database was not written anew after a redaction", error=type(error).__name__)


def _found(connection: Connection, number: int) -> dict[str, object]:
    row = queries.get_redaction(connection, number)
    used = used_by(connection, read_target(OBJECT_TYPES[row.object], row.field))
    named = {"used_by_reports": used.reports, "used_by_alert_rules": used.alert_rules}
    return {**redaction_out(row, queries.also_redacted(connection, [number]).get(number, [])), **named}


def redaction_out(row: Record, also: Sequence[str]) -> dict[str, object]:
    return {
        "id": row.id,
        "object": row.object,
        "code": row.code,
        "field": row.field,
        "label": read_target(OBJECT_TYPES[row.object], row.field).label,
        "reason": row.reason,
        "requested_by": row.by,
        "requested_at": in_shanghai(row.requested_at),
        "confirmed_by": row.second,
        "done_at": None if row.done_at is None else in_shanghai(row.done_at),
        "revision": row.revision,
        "also_redacted": also,
    }
