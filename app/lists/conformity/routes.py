"""How far lists agree: with the list above, with the items; and the draft that mends it."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue.dependencies import Now, Snapshot, WriteSession, kept
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import Page, read_page
from app.lists.conformity import present, queries, service
from app.lists.conformity.comparing import Side
from app.lists.conformity.params import Mismatching, Reconciling, TakingOver
from app.lists.conformity.reconciling import reconcile
from app.lists.conformity.schemas import MismatchPage, ReconciledOut, TakeOverPage
from app.lists.conformity.taking_over import STATES, State
from app.pages import JsonBytes, fingerprint
from app.schema import wants_english

router = APIRouter(prefix="/lists", tags=["清单"])
drafting = APIRouter(prefix="/lists", tags=["清单"], route_class=GuardedRoute)

ListCode = Annotated[str, Path(description="清单编码", max_length=64, examples=["X-licensing"])]


@router.get(
    "/{code}/take-over",
    summary="承接上级清单的情况",
    operation_id="get_list_take_over",
    responses={200: {"model": TakeOverPage}},
)
def get_list_take_over(
    request: Request, code: ListCode, asked: Annotated[TakingOver, Query()], snapshot: Snapshot, now: Now
) -> Response:
    """Every entry of the list above with what became of it in ours, then ours that it doesn't have.

    An entry is claimed where one of ours names its basic code, itself or by the item that it names on that day. The rate
    counts entries of the list above, each basic code once.
    """
    states, english = sorted(set(asked.state or STATES), key=STATES.index), wants_english(request)
    page = read_page(request.query_params, fingerprint({"take-over": code, "states": states}), parts=(int,))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        make = partial(_take_over, connection, code, states, page, moment, english=english)
        return kept(request, moment, make=make)


def _take_over(
    connection: Connection, code: str, states: list[State], page: Page, moment: Moment, *, english: bool
) -> Response:
    path = f"/v1/lists/{code}/take-over"
    lists = service.compare_lists(connection, code, moment)
    rows = lists.found.of(*states)
    part, last = page.part(rows)
    shown = [present.take_over_row(row, moment) for row in part]
    following = page.following(path, {"state": states}, moment, len(rows), last)
    more = present.take_over_out(lists, path, moment, english=english)
    return page.answer(shown, len(rows), following, moment, **more)


@router.get(
    "/{code}/mismatches",
    summary="清单与事项不一致的",
    operation_id="list_list_mismatches",
    responses={200: {"model": MismatchPage}},
)
def list_list_mismatches(
    request: Request, code: ListCode, asked: Annotated[Mismatching, Query()], snapshot: Snapshot, now: Now
) -> Response:
    """Items that a list names though they say otherwise or nothing, and items of its division that it should name.

    Compared is the element that belongs to the kind of the list: deficiency tolerance, scope, visits, type, transfer.
    `ended` are the items that it names though they are no longer in force.
    """
    page = read_page(request.query_params, fingerprint({"mismatches": code, "side": asked.side}), parts=(str, str, int))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        return kept(request, moment, make=partial(_mismatches, connection, code, asked.side, page, moment))


def _mismatches(connection: Connection, code: str, side: Side | None, page: Page, moment: Moment) -> Response:
    of_list = service.compare_items(connection, code, moment)
    filters = of_list.filters
    counted = queries.mismatch_counts(connection, filters, moment)
    wanted = {each: text for each, text in filters.items() if side in (None, each)}
    element = of_list.compared.element
    rows = queries.mismatches(connection, wanted, element, moment, page.after, page.limit + 1)
    total = sum(counted[each] for each in wanted)
    shown = rows[: page.limit]
    last = (shown[-1].side, shown[-1].code, shown[-1].id) if len(rows) > page.limit else None
    following = page.following(f"/v1/lists/{code}/mismatches", {"side": side}, moment, total, last)
    more = present.mismatches_out(of_list, counted, queries.ended_items(connection, code, moment), moment)
    return page.answer([present.mismatch_row(row, moment) for row in shown], total, following, moment, **more)


@drafting.post(
    "/{code}/reconcile",
    status_code=202,
    summary="起草使清单与事项一致的变更单",
    operation_id="reconcile_list",
    responses={
        200: {"model": ReconciledOut, "description": "没有可以改的，没有起草"},
        202: {"model": ReconciledOut},
    },
)
def reconcile_list(
    request: Request,
    code: ListCode,
    wish: Annotated[Reconciling, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
) -> Response:
    """Drafts what mends the mismatches: of the items where the list is right, of the list where the items are.

    What neither can be guessed nor follows from the other side is `left`, with what people have to do.
    """
    found = reconcile(connection, code, wish, by=caller, now=now)
    body = present.reconciled_out(found, wish.follow, english=wants_english(request))
    if body["url"] is None:
        return JsonBytes(body)
    return JsonBytes(body, status_code=202, headers={"Location": str(body["url"])})
