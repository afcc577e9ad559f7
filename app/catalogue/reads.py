"""Finding objects by code, and loading their histories."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, literal

from app.catalogue.codes import is_local
from app.catalogue.law import History, Version
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.versions import ever, history
from app.db import Record
from app.errors import Message, NotFound

CHUNK = 500
T = TypeVar("T")


class ObjectNotFound(NotFound):
    slug, title = "object-not-found", Message("没有这个对象", "No such object")


# By code, then by the division in which the code is unique: the object that holds it.
Holders: TypeAlias = dict[str, dict[str, int]]


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The things in lists of at most `size`: a statement takes so many parameters and no more."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


@dataclass(frozen=True, slots=True)
class Holding:
    """An object's code from a day until a day; `place` is the division in which the code is unique."""

    id: int
    place: str
    valid_from: date
    valid_to: date


def holdings(
    connection: Connection, kind: ObjectType, codes: Collection[str], moment: Moment
) -> dict[str, list[Holding]]:
    """Who holds each code on which days, as known at the moment. One statement for each 500 codes."""
    columns = kind.table.c
    shown = [columns[kind.key], columns.id, _division(kind), columns.valid_from, columns.valid_to]
    found: dict[str, list[Holding]] = {}
    for chunk in chunks(codes):
        known = history(kind, moment, shown).where(columns[kind.key].in_(chunk))
        for code, number, division, start, end in connection.execute(known):
            found.setdefault(code, []).append(Holding(number, sharing(kind, code, division), start, end))
    return found


def holders_ever(connection: Connection, kind: ObjectType, codes: Collection[str]) -> Holders:
    """Who ever had each code, the latest of each division."""
    columns = kind.table.c
    known = ever([columns[kind.key], columns.id, _division(kind)]).order_by(columns.valid_from, columns.recorded_in)
    found: Holders = {}
    for chunk in chunks(codes):
        for code, number, division in connection.execute(known.where(columns[kind.key].in_(chunk))):
            found.setdefault(code, {})[sharing(kind, code, division)] = number
    return found


def _division(kind: ObjectType) -> ColumnElement[Any]:
    return ITEM.table.c.division_code if kind is ITEM else literal("")


def sharing(kind: ObjectType, code: str, division: str) -> str:
    """Where a code is unique: a local item code in its division, any other everywhere."""
    return division if kind is ITEM and is_local(code) else ""


def histories(connection: Connection, kind: ObjectType, ids: Sequence[int], moment: Moment) -> dict[int, History]:
    """What is known of each object, in order of time."""
    statement = history(kind, moment).where(kind.table.c.id.in_(ids)).order_by(kind.table.c.id, kind.table.c.valid_from)
    found: dict[int, list[Version]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.id, []).append(as_version(kind, row))
    return {number: tuple(rows) for number, rows in found.items()}


def as_version(kind: ObjectType, row: Record) -> Version:
    held = row._mapping
    content = {name: held[name] for name in kind.given}
    return Version(row.valid_from, row.valid_to, content, row.version_id, row.version, row.made_in)
