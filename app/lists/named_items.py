"""The items that lists, agreements and matters name, as they are at a moment."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.properties import department_name
from app.catalogue.versions import Asked, at, holds, versions
from app.db import Record

ITEMS = ITEM.table.join(named_item, named_item.c.item_id == ITEM.table.c.id)


def named_count(kind: ObjectType) -> ColumnElement[int]:
    """How many items a version names, those that are not there among them."""
    return select(func.count()).where(naming(kind)).correlate(kind.table).scalar_subquery()


def held_count(kind: ObjectType, asked: Asked) -> ColumnElement[int]:
    """How many of the items that a version names are there at the moment."""
    held: ColumnElement[int] = (
        select(func.count())
        .select_from(ITEMS)
        .where(naming(kind), holds(ITEM, asked))
        .correlate(kind.table)
        .scalar_subquery()
    )
    return held


def shown_of_item(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """What names an item, and what its address is made of."""
    item = ITEM.table.c
    named = department_name(asked).label("department_name")
    return item.id, item.code, item.name, item.division_code, item.department_code, named, item.status


def named_at(
    connection: Connection, kind: ObjectType, version: int, moment: Moment, *more: ColumnElement[Any]
) -> dict[int, Record]:
    """By the place at which a version names it, each item as it is at the moment; none of what isn't there."""
    asked = Asked(moment.latest)
    named = versions(ITEM, asked, [named_item.c.position, *shown_of_item(asked), *more]).select_from(ITEMS)
    named = named.where(named_item.c.object == kind.name, named_item.c.version_id == version)
    return {row.position: row for row in connection.execute(named, at(moment))}


def item_out(row: Record | None, moment: Moment) -> dict[str, object] | None:
    """The item at present, with its address; None of one that isn't there."""
    if row is None:
        return None
    names = ("code", "name", "division_code", "department_code", "department_name", "status")
    return {name: row._mapping[name] for name in names} | {"url": item_url(row, moment.as_of, moment)}
