"""What must hold of a revision as a whole: codes held by one object at a time, departments and divisions that exist."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from app.catalogue.codes import NATIONAL_LENGTHS
from app.catalogue.divisions import division
from app.catalogue.moments import revision
from app.catalogue.objects import DEPARTMENT, ITEM, OBJECT_TYPES, TRANSFER, ObjectType
from app.catalogue.versions import OPEN, WRITING, ever, overlap
from app.changes import reform
from app.changes.models import entry
from app.changes.rules import KIND_LABELS
from app.changes.standing import left_alone
from app.db import Prepared, built_once
from app.errors import Conflict, Fault, Message, fault

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Remark:
    """What deserves a look in what a revision does. It stands in nobody's way."""

    rule: str
    severity: Literal["error", "warning", "advice"]
    element: str
    message: Message


class CatalogueInconsistent(Conflict):
    slug, title = "catalogue-inconsistent", Message("发布后目录会自相矛盾", "The catalogue would contradict itself")


def demand(connection: Connection, number: int, kinds: Collection[ObjectType]) -> None:
    """Raises CatalogueInconsistent with the codes concerned. `kinds` are those that the revision wrote."""
    faults = list(islice(broken(connection, number, kinds), SHOWN))
    if faults:
        raise CatalogueInconsistent(
            Message(
                f"不能发布，什么都没有写入：{faults[0].detail.zh}", f"Nothing was published: {faults[0].detail.en}"
            ),
            faults=faults,
        )


def broken(connection: Connection, number: int, kinds: Collection[ObjectType]) -> Iterator[Fault]:
    # A batch of items stays handed over, whatever becomes of the department: its own check looks at the first day.
    concerned = [kind for kind in (OBJECT_TYPES.values() if DEPARTMENT in kinds else kinds) if kind is not TRANSFER]
    return chain(
        *(_codes_held_twice(connection, kind, number) for kind in kinds),
        *(_without_department(connection, kind, number) for kind in concerned if "department_code" in kind.elements),
        *(_unknown_divisions(connection, kind, number) for kind in kinds if "division_code" in kind.elements),
        reform.broken(connection, number, kinds),
    )


def _written(kind: ObjectType) -> ColumnElement[bool]:
    """The versions that this revision wrote."""
    return and_(kind.table.c.recorded_in == WRITING, kind.table.c.superseded_in == OPEN)


@built_once
def _held_twice(kind: ObjectType) -> Prepared:
    """One object holds a code at a time; local item codes (not 31 or 33 characters) are unique in their division."""
    new, other = kind.table, kind.table.alias("other")
    code = new.c[kind.key]
    clash = and_(
        other.c[kind.key] == code,
        other.c.id != new.c.id,
        other.c.superseded_in == OPEN,
        overlap(other, new),
    )
    if kind is ITEM:
        national = func.length(code).in_(NATIONAL_LENGTHS)
        clash = and_(clash, or_(national, other.c.division_code == new.c.division_code))
    return Prepared(ever([code]).where(_written(kind), exists().where(clash)).distinct().limit(SHOWN))


def _codes_held_twice(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    for held in _held_twice(kind).on(connection, {"writing": number}).scalars():
        label = kind.label
        yield fault(
            f"{label.zh}编码 {held} 在同一时间会有两个{label.zh}使用。一个编码同时只能属于一个{label.zh}；要修改已有的，请用 amend。",
            f"Two {label.en}s would hold the code {held} at the same time.",
            value=str(held),
            rule="code-held-twice",
        )


def _without_department(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    """What belongs to a department, belongs to one that stands on each of its days."""
    for code, count, first in left_alone(connection, kind, "department_code", DEPARTMENT, number, SHOWN):
        zh, en = kind.label
        yield fault(
            f"{count} 个{zh}（如 {first}）属于部门 {code}，而这个部门没有登记，或在它们有效期内的某些日子还未设立、"
            "已经撤销。请在同一张变更单里新增该部门，或把它们划走、取消。",
            f"{count} {en}s (such as {first}) belong to department {code}, which does not stand on all of their days.",
            value=str(code),
            rule="department-missing",
        )


def _unknown_divisions(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    for code in _in_unknown_divisions(kind).on(connection, {"writing": number}).scalars():
        yield fault(
            f"行政区划代码 {code} 不在 GB/T 2260 代码表里。",
            f"The division {code} is not in the GB/T 2260 table.",
            value=str(code),
            rule="unknown-division",
        )


@built_once
def _in_unknown_divisions(kind: ObjectType) -> Prepared:
    code = kind.table.c.division_code
    known = exists().where(division.c.code == code)
    return Prepared(ever([code]).where(_written(kind), ~known).distinct().limit(SHOWN))


def plans_that_end(connection: Connection, number: int) -> Iterator[tuple[str, Remark]]:
    """Versions planned for later days of items that a revision ends: nothing of them passes on to others.

    It is told, never refused.
    """
    table = ITEM.table.c
    change_set = select(revision.c.change_set).where(revision.c.number == number).scalar_subquery()
    ends = and_(entry.c.change_set_id == change_set, entry.c.object == ITEM.name, entry.c.effect == "cancel")
    lost = and_(table.superseded_in == number, table.valid_from > entry.c.effective_on)
    plans = select(entry.c.code, entry.c.kind, func.min(table.valid_from)).join(entry, entry.c.object_id == table.id)
    plans = plans.where(ends, lost).group_by(entry.c.position, entry.c.code, entry.c.kind).order_by(entry.c.position)
    for code, kind, day in connection.execute(plans):
        zh = f"从 {day} 起另有已经公布的安排，随{KIND_LABELS[kind]}一起失效。还要的，请在接替的事项上重新安排。"
        en = f"What is planned from {day} on ends with the item. Plan it again for those that stand for it."
        yield code, Remark("plan-ends", "warning", "valid_from", Message(zh, en))
