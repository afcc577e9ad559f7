"""Statements about redactions, and about the objects that they are of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, false, func, literal, null, select, true

from app.catalogue import lineage, reads
from app.catalogue.divisions import below
from app.catalogue.objects import DEPARTMENT, ITEM, ObjectType
from app.catalogue.queries import NAME_THE_DIVISION, ambiguous
from app.catalogue.versions import Asked, ever, holds
from app.changes.models import change_set, entry, redacted_object, redaction
from app.changes.redactable import Target
from app.db import Record, Statement
from app.errors import Message, NotFound
from app.metrics.definitions import Metric
from app.metrics.recorded import every_metric


class RedactionNotFound(NotFound):
    slug, title = "redaction-not-found", Message("没有这次隐去", "No such redaction")


def get_redaction(connection: Connection, number: int) -> Record:
    row = connection.execute(select(redaction).where(redaction.c.id == number)).one_or_none()
    if row is None:
        raise RedactionNotFound(Message(f"没有第 {number} 号隐去申请。", f"There is no redaction {number}."))
    return row


def redactions_page(connection: Connection, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 redactions after a number, and how many there are."""
    page = select(redaction).where(redaction.c.id > after).order_by(redaction.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(redaction)).scalar_one()
    return connection.execute(page).all(), total


def object_of(connection: Connection, kind: ObjectType, code: str, division: str | None) -> int:
    """The object that has the code, or had it last. Raises ObjectNotFound or CodeIsAmbiguous."""
    held = reads.holders_ever(connection, kind, {code}).get(code, {})
    meant = {place: number for place, number in held.items() if division is None or place in ("", division)}
    if len(meant) > 1:
        raise ambiguous(code, sorted(meant), NAME_THE_DIVISION)
    if not meant:
        zh, en = f"没有编码为 {code} 的{kind.label.zh}。", f"There is no {kind.label.en} {code}."
        raise reads.ObjectNotFound(Message(zh, en), code=code)
    return next(iter(meant.values()))


def codes_of(connection: Connection, kind: ObjectType, numbers: Collection[int]) -> set[str]:
    """Every code that the objects ever had."""
    table = kind.table.c
    found: set[str] = set()
    for chunk in reads.chunks(numbers):
        found.update(connection.execute(ever([table[kind.key]]).where(table.id.in_(chunk)).distinct()).scalars())
    return found


def family_of(connection: Connection, kind: ObjectType, number: int) -> set[int]:
    """The object and all that share an origin with it: by lineage of any revision, or by what was drafted of them."""
    family, next_of_kin = {number}, {number}
    drafted = _drafted_kin(connection) if kind is ITEM else {}
    while kind is ITEM and next_of_kin:
        kin = lineage.neighbours(connection, next_of_kin).union(*(drafted.get(each, ()) for each in next_of_kin))
        next_of_kin = kin - family
        family |= kin
    return family


def _drafted_kin(connection: Connection) -> Mapping[int, set[int]]:
    """The items one step away, either way, by entries that were never published."""
    of_drafts = select(entry.c.object_id, entry.c.predecessors).join_from(entry, change_set)
    coming = of_drafts.where(entry.c.predecessors.is_not(null()), change_set.c.revision.is_(None))
    found: dict[int, set[int]] = {}
    for number, predecessors in connection.execute(coming):
        for each in predecessors:
            found.setdefault(each, set()).add(number)
            found.setdefault(number, set()).add(each)
    return found


@dataclass(frozen=True, slots=True)
class Copy:
    """An object that held a text of another: what it is called today or was last, and whether that lies within the division."""

    code: str
    is_within: bool


def copies_of(
    connection: Connection,
    target: Target,
    family: Collection[int],
    texts: set[str],
    division: str | None,
    today: date,
) -> dict[int, Copy]:
    """Those of a family of which any version holds one of the texts, by number."""
    kind, table = target.kind, target.kind.table.c
    within = true() if division is None else below(_place(kind, today), division)
    read = [table.id, table[kind.key].label("key"), table[target.element.name].label("value"), within.label("within")]
    holding, last = set[int](), dict[int, Copy]()
    standing = _standing(kind, today)
    for chunk in reads.chunks(sorted(family)):
        of_family = ever(read).where(table.id.in_(chunk)).order_by(table.id, *standing)
        for row in connection.execute(of_family):
            last[row.id] = Copy(row.key, bool(row.within))
            if target.texts(row.value) & texts:
                holding.add(row.id)
    return {number: copy for number, copy in last.items() if number in holding}


def also_redacted(connection: Connection, numbers: Collection[int]) -> Mapping[int, list[str]]:
    """The codes of what else each redaction reached, by its number."""
    each = redacted_object.c
    others = select(each.redaction_id, each.code).where(each.redaction_id.in_(numbers), each.position > 1)
    found: dict[int, list[str]] = {}
    for number, code in connection.execute(others.order_by(each.redaction_id, each.position)):
        found.setdefault(number, []).append(code)
    return found


def texts_of(connection: Connection, target: Target, number: int) -> set[str]:
    """Every text that stands in any version of the object."""
    table = target.kind.table.c
    column = table[target.element.name]
    values = connection.execute(ever([column]).where(table.id == number, column.is_not(None))).scalars()
    return {text for value in values for text in target.texts(value)}


def is_within(connection: Connection, kind: ObjectType, number: int, division: str, today: date) -> bool:
    """Whether the object, as it holds today or did last, lies within a division: by itself, or by its department."""
    of_object = ever([below(_place(kind, today), division)]).where(kind.table.c.id == number)
    return bool(connection.execute(_newest_first(of_object, kind, today).limit(1)).scalar())


def _standing(kind: ObjectType, today: date) -> tuple[ColumnElement[Any], ...]:
    """Orders the versions of an object: last what holds today, else the last recorded, of these the last in time."""
    table = kind.table.c
    current = case((holds(kind, Asked(latest=True, as_of=literal(today))), 1), else_=0)
    return current, table.recorded_in, table.valid_from


def _newest_first(versions: Statement, kind: ObjectType, today: date) -> Statement:
    return versions.order_by(*(each.desc() for each in _standing(kind, today)))


def _place(kind: ObjectType, today: date) -> ColumnElement[str]:
    """The division of an object; a basic item is of none."""
    table, department = kind.table.c, DEPARTMENT.table.c
    if "division_code" in kind.elements:
        return table.division_code
    mine = department.code == table.department_code if "department_code" in kind.elements else false()
    named = ever([department.division_code]).where(mine)
    return _newest_first(named, DEPARTMENT, today).limit(1).scalar_subquery()


def metric_that_looks_at(connection: Connection, target: Target) -> Metric | None:
    """A metric that ever looked at the element, in any version of its definition."""
    wanted = (target.kind.table.name, target.element.name)
    return next((each for each in every_metric(connection) if wanted in each.columns), None)
