"""Finding objects by code, and loading their histories."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, literal

from app.catalogue.codes import NATIONAL_LENGTHS
from app.catalogue.law import History, Version
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.versions import ever, history, versions
from app.db import Record, Statement

CHUNK = 500
T = TypeVar("T")

# By code, then by the division in which the code is unique: the object that holds it.
Holders: TypeAlias = dict[str, dict[str, int]]


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The things in lists of at most `size`: a statement takes so many parameters and no more."""
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


def ids_by_code(connection: Connection, kind: ObjectType, codes: Collection[str], moment: Moment) -> dict[str, int]:
    """The id behind each code that holds at the moment. One statement for each 500 codes."""
    key, number = kind.table.c[kind.key], kind.table.c.id
    found: dict[str, int] = {}
    for chunk in chunks(codes):
        found |= dict(connection.execute(versions(kind, moment, [key, number]).where(key.in_(chunk))).all())
    return found


def holders(connection: Connection, kind: ObjectType, codes: Collection[str], moment: Moment) -> Holders:
    """Who holds each code at the moment."""
    return _holders(connection, kind, codes, lambda columns: versions(kind, moment, columns))


def holders_ever(connection: Connection, kind: ObjectType, codes: Collection[str]) -> Holders:
    """Who ever had each code, the latest of each division."""
    table = kind.table.c
    return _holders(
        connection, kind, codes, lambda columns: ever(columns).order_by(table.valid_from, table.recorded_in)
    )


def _holders(
    connection: Connection,
    kind: ObjectType,
    codes: Collection[str],
    reading: Callable[[list[ColumnElement[Any]]], Statement],
) -> Holders:
    key, number = kind.table.c[kind.key], kind.table.c.id
    division = ITEM.table.c.division_code if kind is ITEM else literal("")
    found: Holders = {}
    for chunk in chunks(codes):
        for code, object_id, place in connection.execute(reading([key, number, division]).where(key.in_(chunk))):
            found.setdefault(code, {})[sharing(kind, code, place)] = object_id
    return found


def sharing(kind: ObjectType, code: str, division: str) -> str:
    """Where a code is unique: a local item code in its division, any other everywhere."""
    return division if kind is ITEM and len(code) not in NATIONAL_LENGTHS else ""


def ids_by_any_code(connection: Connection, kind: ObjectType, codes: Collection[str]) -> dict[str, int]:
    """The id behind each code that an object ever had, the latest holder first."""
    key, table = kind.table.c[kind.key], kind.table
    found: dict[str, int] = {}
    for chunk in chunks(codes):
        rows = ever([key, table.c.id]).where(key.in_(chunk)).order_by(table.c.valid_from, table.c.recorded_in)
        found |= dict(connection.execute(rows).all())
    return found


def histories(connection: Connection, kind: ObjectType, ids: Sequence[int], moment: Moment) -> dict[int, History]:
    """What is known of each object, in order of time."""
    statement = history(kind, moment).where(kind.table.c.id.in_(ids)).order_by(kind.table.c.id, kind.table.c.valid_from)
    found: dict[int, list[Version]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.id, []).append(as_version(kind, row))
    return {number: tuple(rows) for number, rows in found.items()}


def as_version(kind: ObjectType, row: Record) -> Version:
    content = {name: row._mapping[name] for name in kind.given}
    return Version(row.valid_from, row.valid_to, content, row.version_id, row.version, row.made_in)


def contents_on(
    connection: Connection, kind: ObjectType, ids: Collection[int], moment: Moment
) -> dict[int, Mapping[str, object]]:
    """The content of each object at the moment."""
    found: dict[int, Mapping[str, object]] = {}
    for chunk in chunks(ids):
        for row in connection.execute(_holding(kind, moment, chunk)):
            found[row.id] = {name: row._mapping[name] for name in kind.given}
    return found


def _holding(kind: ObjectType, moment: Moment, ids: Sequence[int]) -> Statement:
    return versions(kind, moment).where(kind.table.c.id.in_(ids))
