"""Agreements of cross-region handling (通办), their matrix, and drafting one."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue.dependencies import AsOf, Format, KnownAt, Now, Snapshot, WriteSession, csv_answer, kept, wants_csv
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import Page, read_page
from app.changes.item_params import Drafting
from app.changes.item_routes import shown
from app.lists.agreements import matrix, service
from app.lists.agreements.schemas import (
    PAIR,
    AgreementDetail,
    AgreementPage,
    AgreementsAsked,
    Matrix,
    MatrixAsked,
    NewAgreement,
)
from app.lists.agreements.wanted import MATRIX, PATH, Wanted
from app.lists.bodies import DraftedSettled
from app.pages import JsonBytes, fingerprint

router = APIRouter(prefix="/agreements", tags=["通办协议"])
drafting = APIRouter(prefix="/agreements", tags=["通办协议"], route_class=GuardedRoute)

Code = Annotated[str, Path(description="协议编码", max_length=64)]


@router.get(
    "",
    summary="通办协议清单",
    operation_id="list_agreements",
    response_class=JsonBytes,
    responses={200: {"model": AgreementPage}},
)
def list_agreements(
    request: Request, asked: Annotated[AgreementsAsked, Query()], snapshot: Snapshot, now: Now
) -> Response:
    """Agreements in force on the day, in order of code: with whom, in which mode, how many items."""
    wanted = Wanted(asked.within, asked.partner)
    page = read_page(request.query_params, fingerprint({"path": PATH, **wanted.parameters}), parts=(str, int))

    def listed(connection: Connection, moment: Moment) -> Response:
        items, total, following = service.page_of(connection, moment, wanted, page)
        return page.answer(items, total, following, moment)

    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        return kept(request, moment, make=partial(listed, connection, moment))


@router.get(
    "/matrix",
    summary="通办矩阵：事项、伙伴、形式",
    operation_id="get_agreement_matrix",
    response_class=JsonBytes,
    responses={200: {"model": Matrix, "content": {"text/csv": {}}}},
)
def get_agreement_matrix(
    request: Request, asked: Annotated[MatrixAsked, Query()], snapshot: Snapshot, now: Now, form: Format = None
) -> Response:
    """Each item with each partner, as one row; how many pairs there are, by mode and by scope. A count of pairs is no
    share of the list. As csv all rows, unless a limit is given.
    """
    wanted = Wanted(asked.within, asked.partner, asked.mode, asked.scope)
    parts = (str, int, str, str)
    page = read_page(request.query_params, fingerprint({"path": MATRIX, **wanted.parameters}), parts=parts)
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        if wants_csv(request, form):
            most = None if asked.limit is None else page.limit
            return kept(request, moment, make=partial(_table, connection, moment, wanted, page, most))
        return kept(request, moment, make=partial(_matrix, connection, moment, wanted, page))


def _matrix(connection: Connection, moment: Moment, wanted: Wanted, page: Page) -> Response:
    rows = matrix.rows(connection, moment, wanted, page.after, page.limit)
    totals = matrix.totals(connection, moment, wanted)
    last = rows[page.limit - 1] if len(rows) > page.limit else None
    place = last and (last.code, last.id, last.partner_division_code, last.agreement)
    following = page.following(MATRIX, wanted.parameters, moment, totals.pairs, place)
    items = [matrix.pair_out(row, moment) for row in rows[: page.limit]]
    return page.answer(items, totals.pairs, following, moment, totals=totals.shown)


def _table(connection: Connection, moment: Moment, wanted: Wanted, page: Page, most: int | None) -> Response:
    rows = matrix.rows(connection, moment, wanted, page.after, most)[:most]
    return csv_answer([matrix.pair_out(row, moment) for row in rows], PAIR, f"agreements-{moment.as_of}")


@router.get(
    "/{code}",
    summary="通办协议",
    operation_id="get_agreement",
    response_class=JsonBytes,
    responses={200: {"model": AgreementDetail}},
)
def get_agreement(
    request: Request, code: Code, snapshot: Snapshot, now: Now, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """An agreement as of a day: each item on both sides, its mode, and whether the partner declares it too."""
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=lambda: JsonBytes(service.one(connection, moment, code)))


@drafting.post(
    "",
    status_code=202,
    summary="起草通办协议",
    operation_id="create_agreement",
    responses={202: {"model": DraftedSettled}},
)
def create_agreement(
    body: NewAgreement, wish: Annotated[Drafting, Query()], caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Drafts a new agreement, its items enumerated or found by a filter on the effective day. All that is wrong is
    told at once; nothing is drafted then.
    """
    drafted, told = service.draft(connection, body.content, body.filter, wish, by=caller, now=now)
    return shown(connection, drafted, told=told)
