"""Integrated matters (一件事), and drafting one."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, WriteSession, kept
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import read_page
from app.changes.item_params import Drafting
from app.changes.item_routes import DraftedOut, shown
from app.lists.bodies import PageAsked
from app.lists.matters import service
from app.lists.matters.schemas import MatterDetail, MatterPage, NewMatter
from app.lists.matters.service import PATH
from app.pages import JsonBytes, fingerprint

router = APIRouter(prefix="/integrated-matters", tags=["一件事"])
drafting = APIRouter(prefix="/integrated-matters", tags=["一件事"], route_class=GuardedRoute)

Code = Annotated[str, Path(description="一件事编码", max_length=64)]


@router.get(
    "",
    summary="一件事清单",
    operation_id="list_integrated_matters",
    response_class=JsonBytes,
    responses={200: {"model": MatterPage}},
)
def list_matters(request: Request, asked: Annotated[PageAsked, Query()], snapshot: Snapshot, now: Now) -> Response:
    """Integrated matters in force on the day, in order of code: who leads, how many members, the six ones."""
    within = asked.within
    page = read_page(request.query_params, fingerprint({"path": PATH, "within": within}), parts=(str, int))

    def listed(connection: Connection, moment: Moment) -> Response:
        items, total, following = service.page_of(connection, moment, within, page)
        return page.answer(items, total, following, moment)

    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        return kept(request, moment, make=partial(listed, connection, moment))


@router.get(
    "/{code}",
    summary="一件事",
    operation_id="get_integrated_matter",
    response_class=JsonBytes,
    responses={200: {"model": MatterDetail}},
)
def get_matter(
    request: Request, code: Code, snapshot: Snapshot, now: Now, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """A matter as of a day: its members in order, one form, merged materials, and what it takes before and after. All
    is computed from the members as they are on that day; what one of them doesn't state is unknown, not zero.
    """
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        return kept(request, moment, make=lambda: JsonBytes(service.one(connection, moment, code)))


@drafting.post(
    "",
    status_code=202,
    summary="起草一件事",
    operation_id="create_integrated_matter",
    responses={202: {"model": DraftedOut}},
)
def create_matter(
    body: NewMatter, wish: Annotated[Drafting, Query()], caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Drafts a new integrated matter. All that is wrong is told at once; nothing is drafted then."""
    return shown(connection, service.draft(connection, body.content, wish, by=caller, now=now))
