"""Confirming that items are still right, and who confirmed what."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.access.dependencies import Drafter, Follower, GuardedRoute
from app.access.rules import Caller
from app.catalogue.dependencies import Now, ServiceClock, Snapshot, WriteSession
from app.catalogue.moments import in_shanghai, resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import FILTERABLE, openapi_parameters, read_question
from app.catalogue.properties import filterable_names
from app.catalogue.queries import get_item, holder
from app.db import Record
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.patterns import DIVISION
from app.quality.verification import queries, schemas
from app.quality.verification.evidence import seen
from app.quality.verification.service import Confirmation, Confirmed, verify_item, verify_items

router = APIRouter(prefix="/items", tags=["核实"], route_class=GuardedRoute)

ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
Division = Annotated[str | None, Query(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)]

# Which items is asked as of the item list; when, in which order and how much of them is not.
ASKED = frozenset({"within", "filter", "q", *FILTERABLE})
QUESTION = [each for each in openapi_parameters({"filter": filterable_names()}) if each["name"] in ASKED]


@router.post(
    "/verify",
    status_code=201,
    summary="批量核实事项",
    operation_id="verify_items",
    responses={201: {"model": schemas.VerifiedItems}},
    openapi_extra={"parameters": QUESTION},
)
def verify_all(
    request: Request, body: schemas.VerifyItems, caller: Drafter, connection: WriteSession, clock: ServiceClock
) -> Response:
    """Confirms that all items that the question finds today are still right; ask as of `GET /v1/items`.

    `expected` is the `total` that the list showed: where another number is found now nothing is confirmed. Editors confirm
    items of their departments, others those within their division; one that is not theirs refuses all.
    """
    question = read_question(request.query_params)
    done = verify_items(connection, question, body.expected, Confirmation(caller, clock, body.note))
    pinned = {"as_of": done.on.isoformat(), "known_at": done.seen}
    told = {"total": done.total, **_said(done, caller), "items_url": link("/v1/items", **question.parameters, **pinned)}
    return JsonBytes(told, status_code=201)


@router.post(
    "/{code}/verify",
    status_code=201,
    summary="核实事项",
    operation_id="verify_item",
    responses={201: {"model": schemas.Verified}},
)
def verify_one(
    code: ItemCode,
    body: schemas.VerifyItem,
    caller: Drafter,
    connection: WriteSession,
    clock: ServiceClock,
    division_code: Division = None,
) -> Response:
    """Confirms that an item in force today is still right, with evidence where there is some.

    That is no change: no version, no change set, nothing in the feed, and `If-Match` of the item stays what it is. A
    preview and an import that others are busy with stay up to date.
    """
    moment = resolve(connection, clock.now())
    found = get_item(connection, code, moment, division_code)
    kept = seen(connection, found.id, body.evidence, caller.name, moment)
    done = verify_item(connection, found, kept, Confirmation(caller, clock, body.note), moment)
    of_item = {"division_code": division_code} if division_code else {}
    addresses = {
        "url": link(f"/v1/items/{found.code}", **of_item),
        "verifications_url": link(f"/v1/items/{found.code}/verifications", **of_item),
    }
    return JsonBytes({"code": found.code, **_said(done, caller), **addresses}, status_code=201)


def _said(done: Confirmed, caller: Caller) -> dict[str, object]:
    return {"verified_on": done.on, "verified_by": caller.name, "revision": done.revision}


@router.get(
    "/{code}/verifications",
    summary="一个事项的核实记录",
    operation_id="list_item_verifications",
    responses={200: {"model": schemas.VerificationPage}},
)
def list_verifications(
    code: ItemCode,
    _: Follower,
    snapshot: Snapshot,
    now: Now,
    division_code: Division = None,
    before: Annotated[int | None, Query(description="第几版以前的", ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """Who confirmed the item when, with which evidence, the newest first. Of an item that is cancelled too."""
    with snapshot() as connection:
        number = holder(connection, code, resolve(connection, now), division_code)
        rows, total = queries.verifications_page(connection, number, before, limit)
        found = queries.evidence_of(connection, [row.id for row in rows])
    following = None
    if len(rows) > limit:
        path = f"/v1/items/{code}/verifications"
        following = link(path, division_code=division_code, before=rows[limit - 1].recorded_in, limit=limit)
    shown = [_verification(row, found.get(row.id, ())) for row in rows[:limit]]
    return JsonBytes({"id": number, "items": shown, "total": total, "next": following})


def _verification(row: Record, evidence: Sequence[Record]) -> dict[str, object]:
    return {
        "verified_on": row.verified_on,
        "verified_at": in_shanghai(row.verified_at),
        "verified_by": row.by,
        "note": row.note,
        "revision": row.recorded_in,
        "evidence": list(map(_evidence, evidence)),
    }


def _evidence(row: Record) -> dict[str, object]:
    shown = {name: row._mapping[name] for name in ("value", "url", "checked_on", "checker")}
    return {"element": row.element, "label": ITEM.elements[row.element].label, **shown}
