"""The editions in force of all lists, or of the lists of some kinds: batches that reports count."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.catalogue import queries as objects
from app.catalogue.collections import Cursor, Limit, Within
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, kept
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import EDITION
from app.catalogue.paging import Page, read_page
from app.lists.editions import present, queries
from app.lists.editions.routes import Kinds, Lists, read_kinds
from app.lists.editions.rules import editions
from app.lists.editions.schemas import EditionPage
from app.pages import JsonBytes, fingerprint

PATH = "/v1/editions"

router = APIRouter(prefix="/editions", tags=["清单"])


@router.get(
    "",
    summary="当日生效的清单版本",
    operation_id="list_editions_in_force",
    response_class=JsonBytes,
    responses={200: {"model": EditionPage}},
)
def list_editions_in_force(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    list_kind: Kinds = None,
    within: Within = None,
    as_of: AsOf = None,  # noqa: ARG001 - read with the cursor
    known_at: KnownAt = None,  # noqa: ARG001
    limit: Limit = None,  # noqa: ARG001
    cursor: Cursor = None,  # noqa: ARG001
) -> Response:
    """Editions in force on the day, in order of code, of the lists of the kinds: of a replaced list one, of a cumulative
    one all batches.
    """
    asked = Lists(read_kinds(list_kind), within)
    page = read_page(request.query_params, fingerprint({"path": PATH, **asked.parameters}), parts=(str, int))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        return kept(request, moment, make=partial(_editions_at, connection, moment, page, asked))


def _editions_at(connection: Connection, moment: Moment, page: Page, asked: Lists) -> Response:
    demand_division(connection, asked.within)
    wanted = queries.in_force_of(asked.kinds, asked.within, moment)
    shown = (EDITION.table.c.code, EDITION.table.c.id)
    found = objects.objects_page(connection, EDITION, moment, wanted, page, shown)
    held = editions(queries.versions_of(connection, [row.id for row in found.rows], moment))
    listed = [present.edition_out(each, moment) for each in sorted(held, key=lambda each: (each.code, each.id))]
    following = page.following(PATH, asked.parameters, moment, found.total, found.last)
    return page.answer(listed, found.total, following, moment)
