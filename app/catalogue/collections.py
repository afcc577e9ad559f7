"""Lists of departments, halls, windows and basic items: one shape for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import ColumnElement, Connection

from app.catalogue import present, queries
from app.catalogue.department_facts import FACTS, SAID
from app.catalogue.dependencies import AsOf, KnownAt, Now, OpenSnapshot, Snapshot, kept
from app.catalogue.divisions import demand_division
from app.catalogue.element import Element
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import BASIC_ITEM, DEPARTMENT, HALL, WINDOW, ObjectType
from app.catalogue.paging import Page, read_page
from app.catalogue.params import among, element_parameter, one_of
from app.catalogue.places import PLACE, lies_in
from app.pages import JsonBytes, fingerprint
from app.validators import validated

router = APIRouter(tags=["目录"])

Within = Annotated[str | None, Query(description="行政区划代码：该区划及其下级全部")]
Limit = Annotated[str | None, Query(description="每页条数")]
Cursor = Annotated[str | None, Query(description="上一页给出的游标")]

COLLECTIONS: Mapping[str, ObjectType] = {
    "departments": DEPARTMENT,
    "halls": HALL,
    "windows": WINDOW,
    "basic-items": BASIC_ITEM,
}

ASKED: Mapping[str, Mapping[str, Element]] = {
    DEPARTMENT.name: FACTS,
    WINDOW.name: {
        PLACE: DEPARTMENT.elements[PLACE],
        **{
            name: WINDOW.elements[name]
            for name in ("department_code", "hall_code", "window_kind", "is_comprehensive", "staff_count")
        },
    },
}


@dataclass(frozen=True, slots=True)
class Collection:
    """The objects of one kind at their address."""

    path: str
    kind: ObjectType

    def list_objects(
        self,
        request: Request,
        snapshot: Snapshot,
        now: Now,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        within: Within = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """In order of code, as of a day, as known at a moment."""
        return self._page(request, snapshot, now, Wanted(self.kind, within, read_values(request, self.kind)))

    def list_everywhere(
        self,
        request: Request,
        snapshot: Snapshot,
        now: Now,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> Response:
        """In order of code, as of a day, as known at a moment. They belong to no division."""
        return self._page(request, snapshot, now, Wanted(self.kind))

    def _page(self, request: Request, snapshot: OpenSnapshot, now: datetime, wanted: "Wanted") -> Response:
        question = fingerprint({"path": self.path, **wanted.parameters})
        page = read_page(request.query_params, question, parts=(str, int))
        with snapshot() as connection:
            moment = resolve(connection, now, page.as_of, page.known_at)
            return kept(request, moment, make=partial(self._page_at, connection, moment, page, wanted))

    def _page_at(self, connection: Connection, moment: Moment, page: Page, wanted: "Wanted") -> Response:
        kind = self.kind
        demand_division(connection, wanted.within)
        conditions = wanted.conditions(moment)
        found = queries.objects_page(connection, kind, moment, conditions, page)
        shown = [present.catalogued(kind, self.path, row, moment) for row in found.rows]
        following = page.following(self.path, wanted.parameters, moment, found.total, found.last)
        return page.answer(shown, found.total, following, moment)

    def get_object(
        self, request: Request, code: str, snapshot: Snapshot, now: Now, as_of: AsOf = None, known_at: KnownAt = None
    ) -> Response:
        """One of them, as of a day, as known at a moment."""
        kind = self.kind
        with snapshot() as connection:
            moment = resolve(connection, now, as_of, known_at)
            row = queries.get_object(connection, kind, moment, code)
        shown = {**present.catalogued(kind, self.path, row, moment), **moment.stated}
        return validated(request, JsonBytes(shown))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objects of a kind are asked for: within a division, with values of elements."""

    kind: ObjectType
    within: str | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def parameters(self) -> dict[str, object]:
        return {"within": self.within, **{name: list(values) for name, values in self.values}}

    def conditions(self, moment: Moment) -> list[ColumnElement[bool]]:
        """Raises Malformed where a value is wrong."""
        stated = dict(self.values)
        placed = lies_in(self.kind, moment, self.within, stated.pop(PLACE, ()))
        return placed + [self._has(name, values, moment) for name, values in stated.items()]

    def _has(self, name: str, values: Sequence[str], moment: Moment) -> ColumnElement[bool]:
        fact = FACTS.get(name) if self.kind is DEPARTMENT else None
        if fact is None:
            return one_of(self.kind.elements[name], values, self.kind)
        return among(SAID[name](moment), fact, values)


def read_values(request: Request, kind: ObjectType) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is asked of elements, in one order however it was asked."""
    query = request.query_params
    return tuple((name, tuple(sorted(query.getlist(name)))) for name in ASKED.get(kind.name, ()) if name in query)


def add_routes(name: str, kind: ObjectType) -> None:
    collection = Collection(f"/v1/{name}", kind)
    router.add_api_route(
        f"/{name}",
        collection.list_everywhere if kind is BASIC_ITEM else collection.list_objects,
        summary=f"{kind.label.zh}清单",
        operation_id=f"list_{name.replace('-', '_')}",
        response_class=JsonBytes,
        responses={200: {"model": present.page_model(kind)}},
        openapi_extra={"parameters": [element_parameter(each) for each in ASKED.get(kind.name, {}).values()]},
    )
    router.add_api_route(
        f"/{name}/{{code}}",
        collection.get_object,
        summary=kind.label.zh,
        operation_id=f"get_{kind.name}",
        response_class=JsonBytes,
        responses={200: {"model": present.dated_model(kind)}},
    )


for collected, kind_collected in COLLECTIONS.items():
    add_routes(collected, kind_collected)
