"""The items of exemptions: found by code, also where only a change set has them; what they are called; whose they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, func, select, union, union_all

from app.access.rules import Caller
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.queries import NAME_THE_DIVISION, ItemNotFound, ambiguous, holder
from app.catalogue.versions import OPEN, ever
from app.changes.models import change_set, entry
from app.changes.permits import NotYours, is_own
from app.changes.rules import OPEN as UNPUBLISHED
from app.db import Statement
from app.errors import Message
from app.quality.models import exemption


@dataclass(frozen=True, slots=True)
class Called:
    """What an item is called: as the catalogue has it, or as a change set would create it."""

    code: str
    name: str
    division_code: str


def called(connection: Connection, ids: Collection[int], day: date) -> dict[int, Called]:
    """By the version of the day, by the last one before it, or by the first one after it."""
    columns = ITEM.table.c
    created = connection.execute(_creations().where(entry.c.object_id.in_(ids)).order_by(entry.c.id))
    drafted = {row.object_id: Called(row.code, row.new["name"], row.new["division_code"]) for row in created}
    known = ever([columns.id, columns.code, columns.name, columns.division_code, columns.valid_from])
    known = known.where(columns.id.in_(ids), columns.superseded_in == OPEN).order_by(columns.valid_from)
    found: dict[int, Called] = {}
    for row in connection.execute(known):
        if row.valid_from <= day or row.id not in found:
            found[row.id] = Called(row.code, row.name, row.division_code)
    return drafted | found


def has_code(code: str) -> ColumnElement[bool]:
    """Whether an exemption is of an item that ever had the code, or that a change set creates under it."""
    versions = ever([ITEM.table.c.id]).where(ITEM.table.c.code == code)
    created = _creations([entry.c.object_id]).where(entry.c.code == code)
    return exemption.c.item_id.in_(union(versions, created))


def item_of(connection: Connection, code: str, moment: Moment, division: str | None) -> int:
    """The id behind a code: of the catalogue, else of the item that an open change set would create.

    Raises ItemNotFound or CodeIsAmbiguous.
    """
    try:
        return holder(connection, code, moment, division)
    except ItemNotFound:
        created = _drafted_under(connection, code, division)
        if created is None:
            raise
        return created


def demand_remit(connection: Connection, item: int, code: str, by: Caller, day: date) -> None:
    """The item is the caller's from the day on.

    Raises NotYours, also where the item is over and nobody's.
    """
    if by.role != "editor" and by.division_code is None:
        return
    place = _places(item, day).subquery("place")
    mine = func.count().filter(is_own(place.c.department_code, place.c.division_code, by))
    within, total = connection.execute(select(mine, func.count()).select_from(place)).one()
    if not total or within < total:
        raise _not_yours(code, by)


def _places(item: int, day: date) -> CompoundSelect[*tuple[Any, ...]]:
    """The department and the division of each version from the day on, and of what change sets would create."""
    columns = ITEM.table.c
    standing = ever([columns.department_code, columns.division_code]).where(
        columns.id == item, columns.superseded_in == OPEN, columns.valid_to > day
    )
    drafted = _unpublished([entry.c.department_code, entry.c.division_code]).where(entry.c.object_id == item)
    return union_all(standing, drafted)


def _drafted_under(connection: Connection, code: str, division: str | None) -> int | None:
    rows = _unpublished([entry.c.object_id, entry.c.new]).where(entry.c.code == code).order_by(entry.c.id)
    found = {str(row.new["division_code"]): int(row.object_id) for row in connection.execute(rows)}
    meant = {place: number for place, number in found.items() if division in (None, place)}
    if len(meant) > 1:
        raise ambiguous(code, sorted(meant), NAME_THE_DIVISION)
    return next(iter(meant.values()), None)


def _unpublished(columns: Collection[ColumnElement[Any]]) -> Statement:
    """Creations of change sets that may still be published."""
    return _creations(columns).join(change_set).where(change_set.c.status.in_(UNPUBLISHED))


def _creations(columns: Collection[ColumnElement[Any]] = tuple(entry.c)) -> Statement:
    return select(*columns).where(entry.c.object == ITEM.name, entry.c.effect == "create")


def _not_yours(code: str, by: Caller) -> NotYours:
    whose = f"不在区划 {by.division_code} 之内" if by.division_code else "不都属于你的部门"
    zh = f"事项 {code} 今天起{whose}（或者已经取消），“{by.name}”不能办理它的豁免。"
    return NotYours(Message(zh, f"Item {code} is not within the remit of {by.name!r} from today on."), code=code)
