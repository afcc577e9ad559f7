"""Finding objects by code, and loading their histories."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, literal

from app.catalogue.codes import is_local
from app.catalogue.law import History, Version
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.versions import Asked, at, ever, history
from app.db import Prepared, Record, built_once
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
    known = _holding(kind, Asked(moment.latest))
    found: dict[str, list[Holding]] = {}
    for chunk in chunks(codes):
        for code, number, division, start, end in known.on(connection, at(moment) | {"codes": chunk}):
            found.setdefault(code, []).append(Holding(number, sharing(kind, code, division), start, end))
    return found


@built_once
def _holding(kind: ObjectType, asked: Asked) -> Prepared:
    columns = kind.table.c
    shown = [columns[kind.key], columns.id, _division(kind), columns.valid_from, columns.valid_to]
    return Prepared(history(kind, asked, shown).where(columns[kind.key].in_(bindparam("codes", expanding=True))))


def holders_ever(connection: Connection, kind: ObjectType, codes: Collection[str]) -> Holders:
    """Who ever had each code, the latest of each division."""
    found: Holders = {}
    for chunk in chunks(codes):
        for code, number, division in _ever_holding(kind).on(connection, {"codes": chunk}):
            found.setdefault(code, {})[sharing(kind, code, division)] = number
    return found


@built_once
def _ever_holding(kind: ObjectType) -> Prepared:
    columns = kind.table.c
    known = ever([columns[kind.key], columns.id, _division(kind)]).order_by(columns.valid_from, columns.recorded_in)
    return Prepared(known.where(columns[kind.key].in_(bindparam("codes", expanding=True))))


def _division(kind: ObjectType) -> ColumnElement[Any]:
    return ITEM.table.c.division_code if kind is ITEM else literal("")


def sharing(kind: ObjectType, code: str, division: str) -> str:
    """Where a code is unique: a local item code in its division, any other everywhere."""
    return division if kind is ITEM and is_local(code) else ""


def histories(connection: Connection, kind: ObjectType, ids: Sequence[int], moment: Moment) -> dict[int, History]:
    """What is known of each object, in order of time."""
    known = _known(kind, Asked(moment.latest))
    found: dict[int, list[Version]] = {}
    for row in known.on(connection, at(moment) | {"ids": ids}):
        found.setdefault(row.id, []).append(as_version(kind, row))
    return {number: tuple(rows) for number, rows in found.items()}


@built_once
def _known(kind: ObjectType, asked: Asked) -> Prepared:
    columns = kind.table.c
    of_these = history(kind, asked).where(columns.id.in_(bindparam("ids", expanding=True)))
    return Prepared(of_these.order_by(columns.id, columns.valid_from))


def as_version(kind: ObjectType, row: Record) -> Version:
    held = row._mapping
    content = {name: held[name] for name in kind.given}
    return Version(row.valid_from, row.valid_to, content, row.version_id, row.version, row.made_in)
