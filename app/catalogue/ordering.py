"""The order of a list: by any scalar element, nulls last, the code breaking ties; and where a page goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, func, or_

from app.catalogue import search
from app.catalogue.objects import ITEM
from app.catalogue.params import names_in, unknown_element
from app.catalogue.properties import item_filters
from app.errors import Message, refused
from app.filters import Property

SCALAR = frozenset({"text", "code", "number", "flag", "date"})
MOST_KEYS = 5


@dataclass(frozen=True, slots=True)
class SortBy:
    """One part of `sort`: a scalar property, from small to large unless it says otherwise."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


@dataclass(frozen=True, slots=True)
class Key:
    """What items are ordered by."""

    column: ColumnElement[Any]
    descending: bool = False
    nullable: bool = False

    def along(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The order along a column that holds the key."""
        order = column.desc() if self.descending else column.asc()
        return order.nulls_last() if self.nullable else order

    def after(self, value: ColumnElement[Any], *, is_null: bool) -> ColumnElement[bool]:
        """Items that come after a value; after null comes nothing."""
        if is_null:
            return false()
        beyond = self.column < value if self.descending else self.column > value
        return or_(beyond, self.column.is_(None)) if self.nullable else beyond

    def equals(self, value: ColumnElement[Any], *, is_null: bool) -> ColumnElement[bool]:
        return self.column.is_(None) if is_null else self.column == value


def read_order(text: str | None) -> tuple[SortBy, ...]:
    """`-promised_limit,name` as the parts of an order. Raises Malformed for what can't be sorted by."""
    if text is None:
        return ()
    parts = names_in("sort", text)
    order = tuple(SortBy(sortable(part.removeprefix("-").strip()).name, part.startswith("-")) for part in parts)
    names = [part.name for part in order]
    if len(set(names)) < len(names) or len(names) > MOST_KEYS:
        zh = f"参数 sort 最多按 {MOST_KEYS} 个不同的要素排序，每个只写一次。"
        raise refused(
            "sort", text, "sort-keys", Message(zh, f"sort takes at most {MOST_KEYS} elements, each of them once.")
        )
    return order


def sortable(name: str) -> Property:
    """A property by its API name or Chinese label. Raises Malformed with the nearest name."""
    known = properties()
    found = known.get(name)
    if found is None:
        raise unknown_element("sort", name, {word: each.name for word, each in known.items() if each.kind in SCALAR})
    if found.kind in SCALAR:
        return found
    instead = f"可以改用 {found.instead}。" if found.instead else ""
    zh, en = f"不能按“{name}”排序：它有多个值。{instead}", f"Items can't be sorted by {name}: it has several values."
    raise refused("sort", name, "not-sortable", Message(zh, en), found.instead)


def sortable_names() -> list[str]:
    return [name for name, each in item_filters().properties.items() if each.kind in SCALAR]


@cache
def properties() -> Mapping[str, Property]:
    declared = item_filters().properties
    return {each.label: each for each in declared.values()} | dict(declared)


def keys(order: Sequence[SortBy], words: Sequence[str]) -> tuple[Key, ...]:
    """By what the items come: what is asked for, else by how well the words fit; then by code."""
    asked = [_key(part) for part in order] if order else list(_fit(words))
    columns = ITEM.table.c
    return (*asked, Key(columns.code), Key(columns.id))


def _key(part: SortBy) -> Key:
    return Key(properties()[part.name].column, part.descending, nullable=True)


def _fit(words: Sequence[str]) -> Iterator[Key]:
    """The earlier the words stand the better, then the shorter the name."""
    if words:
        yield Key(search.rank(words))
        yield Key(func.length(ITEM.table.c.name, type_=Integer()))


def beyond(ordered: Sequence[Key], nulls: Sequence[bool]) -> ColumnElement[bool]:
    """Whether an item comes after the place that `after_0`, `after_1` … name; `nulls` says which of them are null."""
    found: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for place, (key, is_null) in enumerate(zip(ordered, nulls, strict=True)):
        value = bindparam(f"after_{place}", type_=key.column.type)
        found.append(and_(*same, key.after(value, is_null=is_null)))
        same.append(key.equals(value, is_null=is_null))
    return or_(*found)


def place_of(ordered: Sequence[Key]) -> list[ColumnElement[Any]]:
    """Where an item stands: the values that a page after it begins with."""
    return [key.column.label(f"after_{place}") for place, key in enumerate(ordered)]
