"""Batches of transfers: the list, one of them, a new one with the hand-over of its items, and that it is closed."""

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue import queries as catalogue
from app.catalogue.collections import Cursor, Limit, Within
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, WriteSession, answer, kept
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import TRANSFER
from app.catalogue.paging import Page, read_page
from app.catalogue.places import lies_in
from app.catalogue.versions import Asked
from app.changes.item_params import Drafting
from app.changes.item_routes import DraftedOut, shown
from app.lists.bodies import DraftedSettled
from app.lists.transfers import drafting, queries, reading
from app.lists.transfers.schemas import ItemTransfers, NewTransfer, TransferDetail, TransferPage
from app.pages import JsonBytes, fingerprint
from app.patterns import CODE, DIVISION
from app.routing import PlainRoute
from app.validators import validated

PATH = "/v1/transfers"

router = APIRouter(tags=["划转"])
writing = APIRouter(prefix="/transfers", tags=["划转"], route_class=GuardedRoute)
of_items = APIRouter(tags=["划转"], route_class=PlainRoute)

BatchCode = Annotated[str, Path(description="批次编码", pattern=CODE)]
ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
Division = Annotated[str | None, Query(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)]


@router.get(
    "/transfers",
    summary="划转批次清单",
    operation_id="list_transfers",
    response_class=JsonBytes,
    responses={200: {"model": TransferPage}},
)
def list_transfers(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    as_of: AsOf = None,  # noqa: ARG001 - read with the cursor
    known_at: KnownAt = None,  # noqa: ARG001
    within: Within = None,
    limit: Limit = None,  # noqa: ARG001
    cursor: Cursor = None,  # noqa: ARG001
) -> Response:
    """Batches in force on a day, in order of code, with what all of them together have handed over by then."""
    page = read_page(request.query_params, fingerprint({"path": PATH, "within": within}), parts=(str, int))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        return kept(request, moment, make=partial(transfers_page, connection, moment, page, within))


def transfers_page(connection: Connection, moment: Moment, page: Page, within: str | None) -> Response:
    demand_division(connection, within)
    wanted = lies_in(TRANSFER, moment, within)
    shown_of_batch = queries.shown_of_batch(Asked(moment.latest))
    found = catalogue.objects_page(connection, TRANSFER, moment, wanted, page, shown_of_batch)
    following = page.following(PATH, {"within": within}, moment, found.total, found.last)
    listed, together = reading.batches(connection, found.rows, moment), reading.totals(connection, within, moment)
    return page.answer(listed, found.total, following, moment, totals=together)


@router.get(
    "/transfers/{code}",
    summary="一个划转批次",
    operation_id="get_transfer",
    response_class=JsonBytes,
    responses={200: {"model": TransferDetail}},
)
def get_transfer(
    request: Request, code: BatchCode, snapshot: Snapshot, now: Now, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """A batch with its items: what each was called, whose it was, who supervises it, and what it is on the day."""
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=partial(one_transfer, connection, code, moment))


def one_transfer(connection: Connection, code: str, moment: Moment) -> Response:
    row = queries.get_batch(connection, code, moment)
    if row is None:
        raise reading.not_in_force(connection, code, moment)
    return JsonBytes(reading.detail(connection, row, moment))


@writing.post(
    "",
    status_code=202,
    summary="新增划转批次",
    operation_id="create_transfer",
    responses={202: {"model": DraftedSettled}},
)
def create_transfer(
    body: NewTransfer, wish: Annotated[Drafting, Query()], caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Drafts a batch and the transfer of its items in one change set, from the effective date on.

    Each item gets the new department, and a national code the new body's credit code; the batch names it by its old
    code. Who gave an item away goes on to supervise it, unless another is named. What is wrong is told all at once.
    """
    drafted, told = drafting.draft_transfer(connection, body, wish, by=caller, now=now)
    return shown(connection, drafted, told=told)


@writing.post(
    "/{code}/close",
    status_code=202,
    summary="办结划转批次",
    operation_id="close_transfer",
    responses={202: {"model": DraftedOut}},
)
def close_transfer(
    code: BatchCode, wish: Annotated[Drafting, Query()], caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Drafts that all of a batch is handed over. It stays in force; it is not opened again, nor its items changed."""
    return shown(connection, drafting.close(connection, code, wish, by=caller, now=now))


@of_items.get(
    "/items/{code}/transfers",
    summary="一个事项的划转",
    operation_id="list_item_transfers",
    response_class=JsonBytes,
    responses={200: {"model": ItemTransfers}},
)
async def list_item_transfers(
    request: Request, code: ItemCode, as_of: AsOf = None, known_at: KnownAt = None, division_code: Division = None
) -> Response:
    """Every hand-over of an item until a day: batch, document, from whom to whom, who supervises it and how.

    A cancelled item is found by its code too.
    """

    def read(connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, as_of, known_at)
        number = catalogue.holder(connection, code, moment, division_code)
        found = reading.hand_overs(connection, number, moment)
        return validated(request, JsonBytes({"id": number, "items": found, "total": len(found), **moment.stated}))

    return await answer(request, read, brief=False)
