"""Whether what an object belongs to (its department, its hall) stands on each of its days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_

from app.catalogue.objects import ObjectType
from app.catalogue.versions import OPEN, WRITING, ever
from app.db import Prepared, Record, built_once


def left_alone(
    connection: Connection, kind: ObjectType, element: str, of: ObjectType, number: int, limit: int
) -> Sequence[Record]:
    """What the objects of a kind name by an element and does not stand on all their days: (code, how many, the first).

    Looked at are the versions that this revision wrote, and those of what it changed beside them. A day is without it
    where the first one is, or where one that ends in between has no successor under its code.
    """
    return _left_alone(kind, element, of, limit).on(connection, {"writing": number}).all()


@built_once
def _left_alone(kind: ObjectType, element: str, of: ObjectType, limit: int) -> Prepared:
    table, owner = kind.table.c, of.table.c
    code = table[element]
    changed = ever([owner.code]).where(or_(owner.superseded_in == WRITING, owner.recorded_in == WRITING))
    written_or_left = or_(table.recorded_in == WRITING, code.in_(changed))
    concerned = and_(table.superseded_in == OPEN, code.is_not(None), written_or_left)
    ended = of.table.alias("ended")
    gap = exists().where(
        ended.c.code == code,
        ended.c.superseded_in == OPEN,
        ended.c.valid_to > table.valid_from,
        ended.c.valid_to < table.valid_to,
        ~_stands(of, ended.c.code, ended.c.valid_to),
    )
    lacking = or_(~_stands(of, code, table.valid_from), gap)
    rows = ever([code, func.count(), func.min(table[kind.key])]).where(concerned, lacking)
    return Prepared(rows.group_by(code).order_by(code).limit(limit))


def _stands(of: ObjectType, code: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement[bool]:
    owner = of.table.alias()
    return exists().where(
        owner.c.code == code,
        owner.c.superseded_in == OPEN,
        owner.c.valid_from <= day,
        owner.c.valid_to > day,
    )
