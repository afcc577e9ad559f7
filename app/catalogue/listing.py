"""Statements over lists of items: a page in any order, how many there are, every value with its count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, tuple_

from app.catalogue import search
from app.catalogue.before import looking_once, said_before
from app.catalogue.comparing import BEFORE, demand_base_for, refuse_idle_base
from app.catalogue.membership import said_by_lists
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.ordering import Key, SortBy, beyond, keys, place_of
from app.catalogue.params import ItemQuestion, names_in, unknown_element
from app.catalogue.queries import detail, summary, written
from app.catalogue.verified import said_by_verification
from app.catalogue.versions import Asked, at, versions
from app.catalogue.virtual import BESIDE_ELEMENTS, VERSION_ELEMENTS
from app.db import PlainText, Prepared, Record, Statement, built_once
from app.pages import other_query


@dataclass(frozen=True, slots=True)
class ItemList:
    """Which items, in which order, and what is said of each (of nothing: what lists say)."""

    question: ItemQuestion
    order: tuple[SortBy, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, object]:
        """The list as query parameters."""
        shown = {"sort": ",".join(map(str, self.order)) or None, "fields": ",".join(self.fields) or None}
        return self.question.parameters | shown

    @property
    def looks_back(self) -> bool:
        """Whether it is about a base day too."""
        named = (*(each.name for each in self.order), *self.fields)
        return self.question.looks_back or any(name in BEFORE for name in named)

    def demand_base(self, moment: Moment) -> None:
        """Raises Malformed where it is about a base day that the moment doesn't have, or has one that it isn't about."""
        demand_base_for("sort", (each.name for each in self.order), moment)
        demand_base_for("fields", self.fields, moment)
        refuse_idle_base(moment, looks_back=self.looks_back)

    @property
    def keys(self) -> tuple[Key, ...]:
        return keys(self.order, self.question.words)

    @property
    def by_code(self) -> bool:
        return not self.order and not self.question.words

    @property
    def cursor_parts(self) -> tuple[type, ...]:
        return (str, int) if self.by_code else (int,)

    def cursor_at(self, row: Record) -> tuple[object, ...]:
        return (row.code, row.id) if self.by_code else (row.id,)

    @property
    def is_long(self) -> bool:
        return self.question.is_long

    @property
    def shape(self) -> "ItemList":
        """The list as far as its statement depends on it."""
        return ItemList(self.question.shape, self.order, self.fields)


@built_once
def counting(question: ItemQuestion, asked: Asked) -> Prepared:
    """What `ENDS_LATER` says always holds; it is said for the index that serves counts."""
    ends_later = ITEM.table.c.valid_from < ITEM.table.c.valid_to
    counted = versions(ITEM, asked, [func.count()]).where(ends_later, *question.conditions())
    return Prepared(looking_once(counted, asked))


@built_once
def paging(wanted: ItemList, asked: Asked, nulls: tuple[bool, ...] | None) -> Prepared:
    """A page from the first, or after an item's place; `nulls` says which values of that place are null."""
    in_order = _in_order_of_code if wanted.by_code else _in_any_order
    return Prepared(in_order(wanted, asked, nulls))


@built_once
def placing(wanted: ItemList, asked: Asked) -> Prepared:
    """Where the item with the id `last` stands in the list."""
    last = ITEM.table.c.id == bindparam("last", type_=Integer())
    return Prepared(versions(ITEM, asked, place_of(wanted.keys)).where(last))


ROWS = bindparam("rows", type_=Integer())


def _in_order_of_code(wanted: ItemList, asked: Asked, nulls: tuple[bool, ...] | None) -> Statement:
    """Read along an index, so that nothing has to be sorted."""
    columns = ITEM.table.c
    statement = versions(ITEM, asked, _shown(wanted, asked)).where(*wanted.question.conditions())
    if nulls is not None:
        after = tuple_(bindparam("after_0", type_=PlainText), bindparam("after_1", type_=Integer()))
        statement = statement.where(tuple_(columns.code, columns.id) > after)
    return looking_once(statement.order_by(columns.code, columns.id).limit(ROWS), asked)


def _in_any_order(wanted: ItemList, asked: Asked, nulls: tuple[bool, ...] | None) -> Statement:
    """The items of the page are picked first: all that match are sorted, only these are read whole.

    The first page counts them on the way (`total`); later ones bring the total along in their cursor.
    """
    ordered, version = wanted.keys, ITEM.table.c.version_id
    total = [func.count().over().label("total")] if nulls is None else []
    places = place_of(ordered)
    matching = versions(ITEM, asked, (version, *total, *places)).where(*wanted.question.conditions())
    if nulls is not None:
        matching = matching.where(beyond(ordered, nulls))
    by_name = (
        key.along(place) for key, place in zip(ordered, places, strict=True)
    )  # so that nothing is reckoned twice
    picked = matching.order_by(*by_name).limit(ROWS).subquery("picked")
    shown = (*_shown(wanted, asked), *(picked.c[each.name] for each in total))
    page = versions(ITEM, asked, shown).join(picked, picked.c.version_id == version)
    return page.order_by(*(key.along(picked.c[f"after_{place}"]) for place, key in enumerate(ordered)))


def _shown(wanted: ItemList, asked: Asked) -> tuple[ColumnElement[Any], ...]:
    if not wanted.fields:
        return written(summary(asked))
    known = {**detail(asked), **said_by_verification(asked), **said_by_lists(asked), **said_before()}
    return written({name: known[name] for name in wanted.fields if name in known})


def total(connection: Connection, wanted: ItemList, moment: Moment, rows: Sequence[Record]) -> int:
    """How many items a list has of which `rows` are the first page."""
    if wanted.by_code:
        return count_items(connection, wanted.question, moment)
    return int(rows[0].total) if rows else 0


def count_items(connection: Connection, question: ItemQuestion, moment: Moment) -> int:
    values = {**at(moment), **search.given(question.words)}
    return int(counting(question.shape, Asked(moment.latest)).on(connection, values).scalar_one())


def items_page(
    connection: Connection, wanted: ItemList, moment: Moment, after: Sequence[object], limit: int
) -> Sequence[Record]:
    """`limit` + 1 items after the place that a cursor names; the one too many tells that there are more."""
    asked, values = Asked(moment.latest), {**at(moment), **search.given(wanted.question.words), "rows": limit + 1}
    place = _place(connection, wanted, asked, values, after)
    nulls = tuple(value is None for value in place.values()) if place else None
    return paging(wanted.shape, asked, nulls).on(connection, {**values, **place}).all()


def _place(
    connection: Connection, wanted: ItemList, asked: Asked, values: Mapping[str, object], after: Sequence[object]
) -> Mapping[str, object]:
    """A cursor in order of code names code and id; any other the id alone, since values may be long texts."""
    if wanted.by_code or not after:
        return {f"after_{place}": value for place, value in enumerate(after)}
    row = placing(wanted.shape, asked).on(connection, {**values, "last": after[0]}).one_or_none()
    if row is None:
        raise other_query()
    return dict(row._mapping)


def read_fields(text: str | None) -> tuple[str, ...]:
    """`code,name,materials,url` as names, each once. Raises Malformed with the nearest name."""
    if text is None:
        return ()
    known, names = showable(), names_in("fields", text)
    for name in names:
        if name not in known:
            raise unknown_element("fields", name, known)
    return tuple(dict.fromkeys(known[name] for name in names))


@cache
def showable() -> Mapping[str, str]:
    """What a list may say of an item, by API name and Chinese label. Dates only by names that no import acts on."""
    elements = (
        *ITEM.elements.values(),
        *BESIDE_ELEMENTS,
        VERSION_ELEMENTS["department_name"],
        VERSION_ELEMENTS["version"],
    )
    return {each.label: each.name for each in elements} | {each.name: each.name for each in elements} | {URL: URL}


URL = "url"
