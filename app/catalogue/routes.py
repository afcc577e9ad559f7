"""Reading the catalogue: items and their versions."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from app.catalogue import present, queries
from app.catalogue.dependencies import AsOf, KnownAt, answer
from app.catalogue.divisions import demand_division
from app.catalogue.element import DIVISION_CODE
from app.catalogue.export_params import FILES, read_wish
from app.catalogue.exports import export
from app.catalogue.moments import now_in, read_day, resolve
from app.catalogue.objects import ITEM
from app.catalogue.paging import Page, read_page
from app.catalogue.params import ItemQuestion, openapi_parameters, read_question
from app.pages import DEFAULT_LIMIT, JsonBytes, fingerprint
from app.routing import PlainRoute

router = APIRouter(tags=["事项"], route_class=PlainRoute)

ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
Division = Annotated[str | None, Query(description="地方编码在多个区划使用时，指明区划", pattern=f"^{DIVISION_CODE}$")]


@router.get(
    "/items",
    summary="事项清单",
    operation_id="list_items",
    response_class=JsonBytes,
    responses={200: {"model": present.page_model(ITEM), "content": FILES}},
    openapi_extra={"parameters": openapi_parameters()},
)
async def list_items(request: Request) -> Response:
    """Items in force on `as_of` as known at `known_at`, in order of code.

    Any filterable element is a parameter (repeat it for "or", `null` for "not stated"); `within` takes a division and
    all below it; `filter` takes CQL2 text. `next` holds the following page with both dates pinned. `format` or Accept
    asks for all of them as a file.
    """
    question = read_question(request.query_params)
    wish = read_wish(request.query_params, request.headers.get("accept", ""))
    if wish is not None:
        state = request.app.state
        return await run_in_threadpool(export, state.database, question, wish, state.clock.now())
    page = read_page(request.query_params, fingerprint(question.parameters), parts=(str, int))
    brief = question.is_narrow and page.limit <= DEFAULT_LIMIT
    return await answer(request, partial(items_page, question, page), brief=brief)


def items_page(question: ItemQuestion, page: Page, connection: Connection, now: datetime) -> Response:
    moment = resolve(connection, now, page.as_of, page.known_at)
    demand_division(connection, question.within)
    rows = queries.items_page(connection, question, moment, page.after, page.limit)
    total = page.total_of(len(rows), lambda: queries.count_items(connection, question, moment))
    shown = present.summaries(rows[: page.limit], moment)
    last = (rows[page.limit - 1].code, rows[page.limit - 1].id) if len(rows) > page.limit else None
    following = page.following("/v1/items", question.parameters, moment, total, last)
    return page.answer(shown, total, following, moment)


@dataclass(frozen=True, slots=True)
class OneItem:
    """An item that is asked for by its code, on two dates."""

    code: str
    division: str | None
    as_of: str | None
    known_at: str | None

    def glance(self, connection: Connection, now: datetime) -> Response | None:
        """As known now, with one statement; None where it takes more to say."""
        day = read_day(now, self.as_of)
        found = queries.item_now(connection, self.code, day, self.division)
        return None if found is None else JsonBytes(present.detail(found, now_in(found, day)))

    def read(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        return JsonBytes(present.detail(queries.get_item(connection, self.code, moment, self.division), moment))

    def read_versions(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        number = queries.holder(connection, self.code, moment, self.division)
        versions = present.item_versions(queries.item_history(connection, number, moment), moment)
        dates = {name: value for name, value in moment.stated.items() if name != "as_of"}
        return JsonBytes({"id": number, "items": versions, "total": len(versions), **dates})


@router.get(
    "/items/{code}",
    summary="一个事项",
    operation_id="get_item",
    response_class=JsonBytes,
    responses={200: {"model": present.detail_model()}},
)
async def get_item(
    request: Request,
    code: ItemCode,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    division_code: Division = None,
) -> Response:
    """One item with all its elements, found by any code it ever had. A cancelled one is 410 with its last version."""
    asked = OneItem(code, division_code, as_of, known_at)
    return await answer(request, asked.read, brief=True, glance=asked.glance if known_at is None else None)


@router.get(
    "/items/{code}/versions",
    summary="一个事项的全部版本",
    operation_id="list_item_versions",
    response_class=JsonBytes,
    responses={200: {"model": present.ItemVersions}},
)
async def list_item_versions(
    request: Request,
    code: ItemCode,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    division_code: Division = None,
) -> Response:
    """Every version as known at `known_at`: from when until when, recorded by which revision, what changed.

    `as_of` says whose code it is where an item has a code today that another one had before.
    """
    asked = OneItem(code, division_code, as_of, known_at)
    return await answer(request, asked.read_versions, brief=False)
