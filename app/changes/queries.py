"""Statements about change sets and their entries."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    delete,
    func,
    null,
    select,
    true,
    union_all,
)

from app.catalogue.objects import ITEM, OBJECT_TYPES, ObjectType
from app.catalogue.reads import Holders, chunks, sharing
from app.catalogue.versions import ever
from app.changes.models import change_set, change_set_event, entry
from app.changes.rules import Step
from app.db import Prepared, Record, built_once
from app.errors import Message, NotFound


class ChangeSetNotFound(NotFound):
    slug, title = "change-set-not-found", Message("没有这张变更单", "No such change set")


class EntryNotFound(NotFound):
    slug, title = "entry-not-found", Message("没有这一条", "No such entry")


def get_change_set(connection: Connection, number: int) -> Record:
    row = connection.execute(select(change_set).where(change_set.c.id == number)).one_or_none()
    if row is None:
        raise ChangeSetNotFound(Message(f"没有第 {number} 号变更单。", f"There is no change set {number}."))
    return row


def change_sets_page(
    connection: Connection, status: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 change sets after a number, and how many there are."""
    wanted = true() if status is None else change_set.c.status == status
    page = select(change_set).where(wanted, change_set.c.id > after).order_by(change_set.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(change_set).where(wanted)).scalar_one()
    return connection.execute(page).all(), total


def entries_page(connection: Connection, number: int, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 entries after a position, and how many there are."""
    wanted = entry.c.change_set_id == number
    page = select(entry).where(wanted, entry.c.position > after).order_by(entry.c.position).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(entry).where(wanted)).scalar_one()
    return connection.execute(page).all(), total


def undoing(connection: Connection, number: int, statuses: Collection[str]) -> int | None:
    """The last change set of these statuses that undoes one."""
    last = select(func.max(change_set.c.id)).where(change_set.c.undoes == number, change_set.c.status.in_(statuses))
    return connection.execute(last).scalar()


def act_of(connection: Connection, number: int, position: int) -> list[int]:
    """The positions of the entries of one act. Raises EntryNotFound."""
    mine = entry.c.change_set_id == number
    act = select(entry.c.act).where(mine, entry.c.position == position).scalar_subquery()
    found = list(connection.execute(select(entry.c.position).where(mine, entry.c.act == act)).scalars())
    if not found:
        message = Message(f"变更单 {number} 没有第 {position} 条。", f"Change set {number} has no entry {position}.")
        raise EntryNotFound(message)
    return sorted(found)


def remove_entries(connection: Connection, number: int, positions: Sequence[int]) -> None:
    """Take entries out of a change set; what was said of them stays in its history."""
    for chunk in chunks(positions):
        connection.execute(delete(entry).where(entry.c.change_set_id == number, entry.c.position.in_(chunk)))


@dataclass(frozen=True, slots=True)
class Called:
    """What the objects of entries are called, and by which codes their predecessors go, by id."""

    names: Mapping[int, str]
    codes: Mapping[int, str]


def names_of(connection: Connection, rows: Sequence[Record]) -> Called:
    """By the catalogue as it last was, or by the entry that creates them."""
    names: dict[int, str] = {}
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.object, set()).add(row.object_id)
        if row.effect == "create":
            names[row.object_id] = row.new["name"]
    for name, numbers in ids.items():
        table = OBJECT_TYPES[name].table.c
        known = ever([table.id, table.name]).where(table.id.in_(numbers)).order_by(table.recorded_in, table.valid_from)
        names |= {row.id: row.name for row in connection.execute(known)}
    return Called(names, _codes_of_predecessors(connection, rows))


def _codes_of_predecessors(connection: Connection, rows: Iterable[Record]) -> dict[int, str]:
    """The code that each had on the day of the entry, or last before it."""
    days = {origin: row.effective_on for row in rows for origin in row.predecessors or ()}
    codes = {row.object_id: row.code for row in rows if row.effect == "create"}
    if days:
        table = ITEM.table.c
        known = ever([table.id, table.code, table.valid_from]).where(table.id.in_(days))
        for each in connection.execute(known.order_by(table.recorded_in, table.valid_from)):
            if each.valid_from <= days[each.id]:
                codes[each.id] = each.code
    return codes


def entry_counts(connection: Connection, number: int) -> dict[str, int]:
    """How many entries of each kind."""
    return entry_counts_of(connection, [number])[number]


def entry_counts_of(connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, int]]:
    """How many entries of each kind each change set has."""
    found: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for number, kind, count in _counting().on(connection, {"numbers": tuple(numbers)}):
        found[number][kind] = count
    return found


@built_once
def _counting() -> Prepared:
    by = (entry.c.change_set_id, entry.c.kind)
    counted = select(*by, func.count()).where(entry.c.change_set_id.in_(bindparam("numbers", expanding=True)))
    return Prepared(counted.group_by(*by))


def last_position(connection: Connection, number: int) -> int:
    """The last that an entry has, or of which something was said: nobody's comment passes to another entry."""
    mine = (
        select(func.max(each.c.position)).where(each.c.change_set_id == number) for each in (entry, change_set_event)
    )
    last = connection.execute(union_all(*mine)).scalars()
    return max((position for position in last if position is not None), default=0)


def entries_of(connection: Connection, number: int, kind: ObjectType, ids: Collection[int]) -> dict[int, list[Step]]:
    """The entries of a change set on these objects, in their order."""
    found: dict[int, list[Step]] = {}
    for row in _concerning().on(connection, {"number": number, "kind": kind.name, "ids": tuple(ids)}):
        found.setdefault(row.object_id, []).append(as_step(kind, row))
    return found


@built_once
def _concerning() -> Prepared:
    these = entry.c.object_id.in_(bindparam("ids", expanding=True))
    return Prepared(select(entry).where(*_of_kind(), these).order_by(entry.c.object_id, entry.c.position))


def _of_kind() -> tuple[ColumnElement[bool], ...]:
    return entry.c.change_set_id == bindparam("number"), entry.c.object == bindparam("kind")


def created_holders(connection: Connection, number: int, kind: ObjectType, codes: Collection[str]) -> Holders:
    """Who has each code that this change set itself creates."""
    statement = select(entry.c.code, entry.c.object_id, entry.c.new).where(
        entry.c.change_set_id == number,
        entry.c.object == kind.name,
        entry.c.effect == "create",
        entry.c.code.in_(codes),
    )
    found: Holders = {}
    for code, object_id, new in connection.execute(statement):
        found.setdefault(code, {})[sharing(kind, code, new.get("division_code", ""))] = object_id
    return found


def kinds_of(connection: Connection, number: int) -> tuple[ObjectType, ...]:
    """The kinds of objects that a change set is about, in the order in which they are applied."""
    named = set(connection.execute(select(entry.c.object).where(entry.c.change_set_id == number).distinct()).scalars())
    return tuple(kind for name, kind in OBJECT_TYPES.items() if name in named)


def entries_by_object(
    connection: Connection, number: int, kind: ObjectType, size: int
) -> Iterator[dict[int, list[Step]]]:
    """All entries of a change set on objects of one type, `size` objects at a time, each object whole."""
    for ids in objects_of(connection, number, kind, size):
        yield entries_of(connection, number, kind, ids)


def copies(connection: Connection, number: int, size: int) -> Iterator[Sequence[tuple[int, Step]]]:
    """The entries that create an item from others, each with the item's id, `size` at a time in order of position."""
    mine = select(entry).where(entry.c.change_set_id == number, entry.c.effect == "create")
    ordered = mine.where(entry.c.predecessors.is_not(null())).order_by(entry.c.position).limit(size)
    after = 0
    while rows := connection.execute(ordered.where(entry.c.position > after)).all():
        yield [(row.object_id, as_step(ITEM, row)) for row in rows]
        after = rows[-1].position


def about(number: int) -> Select[tuple[int]]:
    """The ids of the objects of a change set's entries."""
    return select(entry.c.object_id).where(entry.c.change_set_id == number)


def objects_of(connection: Connection, number: int, kind: ObjectType, size: int) -> Iterator[Sequence[int]]:
    """The objects of one type that a change set is about, `size` at a time."""
    after = 0
    wanted = {"number": number, "kind": kind.name, "size": size}
    while ids := _objects().on(connection, {**wanted, "after": after}).scalars().all():
        yield ids
        after = ids[-1]


@built_once
def _objects() -> Prepared:
    objects = select(entry.c.object_id).where(*_of_kind(), entry.c.object_id > bindparam("after")).distinct()
    return Prepared(objects.order_by(entry.c.object_id).limit(bindparam("size", type_=Integer())))


def as_step(kind: ObjectType, row: Record) -> Step:
    old, new = revived(kind, row.old or {}), revived(kind, row.new or {})
    return Step(
        kind, row.position, row.kind, row.effect, row.code, row.effective_on, row.until, old, new,
        tuple(row.predecessors or ()), row.base_revision,
    )  # fmt: skip


def revived(kind: ObjectType, values: Mapping[str, object]) -> dict[str, object]:
    """Values as the law compares them, in the order in which elements are declared: JSON keeps no order everywhere.

    What it made a list of codes is a set of codes again.
    """
    sets = ((name, values.get(name)) for name in MULTI[kind.name])
    whole = {**values, **{name: tuple(codes) for name, codes in sets if isinstance(codes, list)}}
    return {name: whole[name] for name in kind.elements if name in whole}


MULTI = {
    name: [element.name for element in kind.elements.values() if element.kind == "codes"]
    for name, kind in OBJECT_TYPES.items()
}
