"""What names items names each once, and none that the catalogue never had."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, union

from app.catalogue.moments import revision
from app.catalogue.named import named_item, naming
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.versions import OPEN, ever
from app.changes.models import entry
from app.db import Statement
from app.errors import Fault, fault

SHOWN = 50


def broken(kind: ObjectType, connection: Connection, number: int) -> Iterator[Fault]:
    yield from _unknown(connection, kind, number)
    yield from _twice(connection, kind, number)


def written(kind: ObjectType, number: int, *shown: Any) -> Statement:
    """What the versions of a kind that a revision wrote name."""
    named = select(*shown).select_from(kind.table.join(named_item, naming(kind)))
    return named.where(_is_of_written(kind, number))


def _is_of_written(kind: ObjectType, number: int) -> ColumnElement[bool]:
    """Looked up by the versions, since a kind names too much for going through all of it."""
    table = kind.table.c
    versions = ever([table.version_id]).where(table.recorded_in == number, table.superseded_in == OPEN)
    return and_(named_item.c.object == kind.name, named_item.c.version_id.in_(versions))


def concerned(kind: ObjectType, number: int) -> ColumnElement[bool]:
    """Joins versions of a kind to what they name that a revision may have broken: to all that the versions name which it
    wrote, and to each item of its change set. Both are found by indexes, so that the size of lists does not matter.
    """
    changed = select(entry.c.object_id).join(revision, revision.c.change_set == entry.c.change_set_id)
    changed = changed.where(revision.c.number == number, entry.c.object == ITEM.name)
    is_of_item = and_(named_item.c.object == kind.name, named_item.c.item_id.in_(changed))
    of_either = union(*(select(named_item.c.id).where(each) for each in (_is_of_written(kind, number), is_of_item)))
    return and_(named_item.c.version_id == kind.table.c.version_id, named_item.c.id.in_(of_either))


def _unknown(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    zh, en = kind.label
    unknown = written(kind, number, kind.table.c.code, named_item.c.code, named_item.c.position)
    unknown = unknown.where(named_item.c.item_id.is_(None)).order_by(named_item.c.id).limit(SHOWN)
    for held, code, position in connection.execute(unknown):
        yield fault(
            f"{zh} {held} 第 {position + 1} 条写的事项 {code} 不在目录里，从来没有过这个编码。"
            "请核对编码；是新事项的，在同一张变更单里新增它。",
            f"Entry {position + 1} of {en} {held} names {code}, a code that no item ever had.",
            pointer=f"/content/{kind.naming}/{position}/code",
            value=code,
            rule="unknown-item",
        )


def _twice(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    zh, en = kind.label
    code, places = kind.table.c.code, (func.min(named_item.c.position), func.max(named_item.c.position))
    twice = written(kind, number, code, func.max(named_item.c.code), *places)
    twice = twice.group_by(code, kind.table.c.version_id, named_item.c.item_id).having(func.count() > 1)
    for held, item, first, last in connection.execute(
        twice.where(named_item.c.item_id.is_not(None)).order_by(code).limit(SHOWN)
    ):
        yield fault(
            f"{zh} {held} 里同一个事项写了两次：第 {first + 1} 条和第 {last + 1} 条都是 {item}。请只留一条。",
            f"{en} {held} names the item {item} twice, in entries {first + 1} and {last + 1}.",
            pointer=f"/content/{kind.naming}/{last}/code",
            value=item,
            rule="item-twice",
        )
