"""Reading the catalogue: items and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from app.catalogue import listing, present, queries
from app.catalogue.addresses import item_url
from app.catalogue.dependencies import AsOf, KnownAt, answer, kept
from app.catalogue.differences import ItemDifference, difference, read_side
from app.catalogue.element import Element
from app.catalogue.export_columns import read_columns
from app.catalogue.export_params import FILES, Wish, read_wish
from app.catalogue.exports import download, prepare
from app.catalogue.facets import facets, read_facets
from app.catalogue.guide import GuideCompleteness, guide
from app.catalogue.known import demand_known
from app.catalogue.lineage import Lineage, lineage_of
from app.catalogue.listing import ItemList
from app.catalogue.moments import BASE_AS_OF, Moment, now_in, read_day, resolve
from app.catalogue.objects import ITEM
from app.catalogue.ordering import read_order, sortable_names
from app.catalogue.paging import Page, read_page
from app.catalogue.params import openapi_parameters, read_question
from app.catalogue.properties import filterable_names
from app.db import Record
from app.pages import DEFAULT_LIMIT, JsonBytes, fingerprint
from app.patterns import DIVISION
from app.routing import PlainRoute
from app.validators import ANY, knows, validated

router = APIRouter(tags=["事项"], route_class=PlainRoute)

ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
Since = Annotated[
    str, Query(alias="from", description="从哪一天（年-月-日）或哪一版（版本号）", examples=["2023-01-01"])
]
Until = Annotated[str | None, Query(alias="to", description="到哪一天或哪一版，默认今天", examples=["2024-06-30"])]
Division = Annotated[str | None, Query(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)]


# What may be named in the text of a parameter, though not all of it is a parameter itself.
NAMES = {"filter": filterable_names(), "sort": sortable_names()}


@router.get(
    "/items",
    summary="事项清单",
    operation_id="list_items",
    response_class=JsonBytes,
    responses={200: {"model": present.page_model(ITEM), "content": FILES}},
    openapi_extra={"parameters": openapi_parameters(NAMES)},
)
async def list_items(request: Request) -> Response:
    """Items in force on `as_of` as known at `known_at`, in order of code unless `sort` or `q` says otherwise.

    Any filterable element is a parameter (repeat it for "or", `null` for "not stated"); `within` takes a division and
    all below it; `filter` takes CQL2 text; `q` takes words. `next` holds the following page with both dates pinned,
    `facets` the number of items with each value of the elements asked for. `format` or Accept asks for all of them as a
    file; `sections` names the parts of the dictionary that it is to have.
    """
    query = request.query_params
    shown = read_columns(query.get("fields"), query.get("sections"))
    wanted = ItemList(read_question(query), read_order(query.get("sort")), shown)
    wish = read_wish(query, request.headers.get("accept", ""))
    if wish is not None:
        return await run_in_threadpool(items_file, request, wanted, wish)
    question = fingerprint({**wanted.parameters, BASE_AS_OF: query.get(BASE_AS_OF)})
    page = read_page(query, question, parts=wanted.cursor_parts)
    counted = read_facets(query.get("facets"))
    brief = wanted.question.is_narrow and wanted.by_code and page.limit <= DEFAULT_LIMIT and not counted
    return await answer(request, partial(items_page, request, wanted, page, counted), brief=brief)


def items_file(request: Request, wanted: ItemList, wish: Wish) -> Response:
    """All rows, from one snapshot; whatever is wrong with the request is raised before the first byte."""
    state = request.app.state
    prepared = prepare(state.database, wanted, wish, state.clock.now())
    unread = bool(request.scope.get("head")) or knows(request, ANY)
    return kept(request, prepared.moment, make=partial(download, state.database, prepared, empty=unread))


def items_page(
    request: Request, wanted: ItemList, page: Page, counted: Sequence[Element], connection: Connection, now: datetime
) -> Response:
    base = request.query_params.get(BASE_AS_OF)
    moment = resolve(connection, now, page.as_of, page.known_at, base_as_of=base)
    form = request.query_params.get("format")  # so that the next page is none of a file where Accept asks for one
    return kept(request, moment, make=partial(page_at, moment, wanted, page, counted, form, connection))


def page_at(
    moment: Moment, wanted: ItemList, page: Page, counted: Sequence[Element], form: str | None, connection: Connection
) -> Response:
    demand_known(connection, wanted.question, moment)
    wanted.demand_base(moment)
    rows = listing.items_page(connection, wanted, moment, page.after, page.limit)
    total = page.total_of(len(rows), lambda: listing.total(connection, wanted, moment, rows))
    more = {"facets": facets(connection, counted, wanted.question, moment)} if counted else {}
    shown = present.summaries(rows[: page.limit], moment, addressed=not wanted.fields or "url" in wanted.fields)
    last = wanted.cursor_at(rows[page.limit - 1]) if len(rows) > page.limit else None
    following = page.following("/v1/items", {**wanted.parameters, "format": form}, moment, total, last)
    return page.answer(shown, total, following, moment, **more)


@dataclass(frozen=True, slots=True)
class OneItem:
    """An item that is asked for by its code, on two dates."""

    request: Request
    code: str
    division: str | None
    as_of: str | None
    known_at: str | None

    def glance(self, connection: Connection, now: datetime) -> Response | None:
        """As known now, with one statement; None where it takes more to say."""
        day = read_day(now, self.as_of)
        found = queries.item_now(connection, self.code, day, self.division)
        return None if found is None else self._said(found, now_in(found, day))

    def read(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        return self._said(queries.get_item(connection, self.code, moment, self.division), moment)

    def _said(self, row: Record, moment: Moment) -> Response:
        return validated(self.request, JsonBytes(present.detail(row, moment)), f"{row.version}-")

    def read_versions(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        number = queries.holder(connection, self.code, moment, self.division)
        versions = present.item_versions(queries.item_history(connection, number, moment), moment)
        dates = {name: value for name, value in moment.stated.items() if name != "as_of"}
        return validated(self.request, JsonBytes({"id": number, "items": versions, "total": len(versions), **dates}))

    def read_lineage(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        number = queries.holder(connection, self.code, moment, self.division)
        return validated(self.request, JsonBytes({**lineage_of(connection, number, moment), **moment.stated}))

    def read_completeness(self, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        row = queries.get_item(connection, self.code, moment, self.division)
        content = orjson.loads(row.written)
        named = {"id": row.id, "code": row.code, "name": content["name"], "version": row.version}
        url = item_url(row, moment.as_of, moment)
        return validated(self.request, JsonBytes({**named, **guide(content), "url": url, **moment.stated}))

    def read_difference(self, since: str, until: str | None, connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, self.as_of, self.known_at)
        number = queries.holder(connection, self.code, moment, self.division)
        history = queries.item_history(connection, number, moment)
        before = read_side(history, now, since, "from")
        after = read_side(history, now, until, "to")
        dates = {name: value for name, value in moment.stated.items() if name != "as_of"}
        found = {"id": number, **difference(connection, before, after, moment), **dates}
        return validated(self.request, JsonBytes(found))


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
    asked = OneItem(request, code, division_code, as_of, known_at)
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
    asked = OneItem(request, code, division_code, as_of, known_at)
    return await answer(request, asked.read_versions, brief=False)


@router.get(
    "/items/{code}/lineage",
    summary="一个事项的来龙去脉",
    operation_id="get_item_lineage",
    response_class=JsonBytes,
    responses={200: {"model": Lineage}},
)
async def get_item_lineage(
    request: Request,
    code: ItemCode,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    division_code: Division = None,
) -> Response:
    """The items it comes from and those that came of it by `as_of`, and its way from department to department.

    An item that is gone because it was split, merged or delegated is found by its code too.
    """
    asked = OneItem(request, code, division_code, as_of, known_at)
    return await answer(request, asked.read_lineage, brief=False)


@router.get(
    "/items/{code}/completeness",
    summary="一个事项的指南完整度",
    operation_id="get_item_completeness",
    response_class=JsonBytes,
    responses={200: {"model": GuideCompleteness}},
)
async def get_item_completeness(
    request: Request,
    code: ItemCode,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    division_code: Division = None,
) -> Response:
    """How much of what the national exchange requires the item states, by section, with the elements it lacks.

    A cancelled item is 410, as at its own address.
    """
    asked = OneItem(request, code, division_code, as_of, known_at)
    return await answer(request, asked.read_completeness, brief=True)


@router.get(
    "/items/{code}/diff",
    summary="一个事项的前后差异",
    operation_id="diff_item",
    response_class=JsonBytes,
    responses={200: {"model": ItemDifference}},
)
async def diff_item(
    request: Request,
    code: ItemCode,
    since: Since,
    until: Until = None,
    known_at: KnownAt = None,
    division_code: Division = None,
) -> Response:
    """What is different between two days or two versions of an item: every element with its old and new value.

    Of lists (materials, steps …) also which entries came, went or changed. A day on which the item does not hold is
    null on its side.
    """
    asked = OneItem(request, code, division_code, None, known_at)
    return await answer(request, partial(asked.read_difference, since, until), brief=False)
