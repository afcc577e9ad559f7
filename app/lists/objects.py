"""What each list of agreements or matters asks for, and finding one of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, tuple_

from app.catalogue.divisions import division
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ObjectType
from app.catalogue.reads import ObjectNotFound
from app.catalogue.versions import Asked, at, versions
from app.db import Record
from app.errors import Message


def page(
    connection: Connection,
    kind: ObjectType,
    moment: Moment,
    shown: Iterable[ColumnElement[Any]],
    wanted: Sequence[ColumnElement[bool]],
    after: Sequence[object],
    limit: int,
) -> Sequence[Record]:
    """In order of code, one more than `limit` where there are more."""
    columns = kind.table.c
    statement = versions(kind, Asked(moment.latest), shown).where(*wanted)
    if after:
        statement = statement.where(tuple_(columns.code, columns.id) > tuple_(*after))
    return connection.execute(statement.order_by(columns.code, columns.id).limit(limit + 1), at(moment)).all()


def count(connection: Connection, kind: ObjectType, moment: Moment, wanted: Sequence[ColumnElement[bool]]) -> int:
    counted = versions(kind, Asked(moment.latest), [func.count()]).where(*wanted)
    return int(connection.execute(counted, at(moment)).scalar_one())


def get(
    connection: Connection, kind: ObjectType, moment: Moment, code: str, shown: Iterable[ColumnElement[Any]]
) -> Record:
    """Raises ObjectNotFound where none has the code at the moment."""
    found = page(connection, kind, moment, shown, [kind.table.c.code == code], (), 1)
    if not found:
        zh, en = kind.label
        raise ObjectNotFound(
            Message(f"{moment.as_of} 没有编码为 {code} 的{zh}。", f"There is no {en} {code} on {moment.as_of}."),
            code=code,
        )
    return found[0]


def division_name(code: ColumnElement[str], asked: Asked) -> ColumnElement[str | None]:
    """What a division is called on the day; null of one that is no more."""
    held = and_(division.c.valid_from <= asked.as_of, division.c.valid_to > asked.as_of)
    return select(division.c.name).where(division.c.code == code, held).limit(1).scalar_subquery()


def department_name(kind: ObjectType, asked: Asked) -> ColumnElement[str | None]:
    """The name of the department of an object at the moment."""
    department = DEPARTMENT.table.c
    named = versions(DEPARTMENT, asked, [department.name]).where(department.code == kind.table.c.department_code)
    name: ColumnElement[str | None] = named.correlate(kind.table).limit(1).scalar_subquery()
    return name
