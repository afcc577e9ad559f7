"""What must hold of a revision as a whole: codes held by one object at a time, departments and divisions that exist."""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_

from app.catalogue.divisions import division
from app.catalogue.objects import DEPARTMENT, ITEM, OBJECT_TYPES, WINDOW, ObjectType
from app.catalogue.versions import OPEN, ever
from app.db import Statement
from app.errors import Conflict, Fault, Message, fault

SHOWN = 50


class CatalogueInconsistent(Conflict):
    slug, title = "catalogue-inconsistent", Message("发布后目录会自相矛盾", "The catalogue would contradict itself")


def demand(connection: Connection, number: int) -> None:
    """Raises CatalogueInconsistent with the codes concerned."""
    faults = list(islice(broken(connection, number), SHOWN))
    if faults:
        raise CatalogueInconsistent(
            Message(
                f"不能发布，什么都没有写入：{faults[0].detail.zh}", f"Nothing was published: {faults[0].detail.en}"
            ),
            faults=faults,
        )


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    return chain(
        *(_codes_held_twice(connection, kind, number) for kind in OBJECT_TYPES.values()),
        *(_unknown_departments(connection, kind, number) for kind in (ITEM, WINDOW)),
        *(_left_behind(connection, kind, number) for kind in (ITEM, WINDOW)),
        *(_unknown_divisions(connection, kind, number) for kind in (ITEM, DEPARTMENT)),
    )


def _written(kind: ObjectType, number: int) -> ColumnElement[bool]:
    """The versions that this revision wrote."""
    return and_(kind.table.c.recorded_in == number, kind.table.c.superseded_in == OPEN)


def _codes_held_twice(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    """One object holds a code at a time; local item codes (not 31 or 33 characters) are unique in their division."""
    new, other = kind.table, kind.table.alias("other")
    code = new.c[kind.key]
    clash = and_(
        other.c[kind.key] == code,
        other.c.id != new.c.id,
        other.c.superseded_in == OPEN,
        other.c.valid_from < new.c.valid_to,
        other.c.valid_to > new.c.valid_from,
    )
    if kind is ITEM:
        national = func.length(code).in_((31, 33))
        clash = and_(clash, or_(national, other.c.division_code == new.c.division_code))
    twice = ever([code]).where(_written(kind, number), exists().where(clash)).distinct().limit(SHOWN)
    for held in connection.execute(twice).scalars():
        label = kind.label
        yield fault(
            f"{label.zh}编码 {held} 在同一时间会有两个{label.zh}使用。一个编码同时只能属于一个{label.zh}。",
            f"Two {label.en}s would hold the code {held} at the same time.",
            value=str(held),
            rule="code-held-twice",
        )


def _unknown_departments(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    department, table = DEPARTMENT.table, kind.table
    known = exists().where(
        department.c.code == table.c.department_code,
        department.c.superseded_in == OPEN,
        department.c.valid_from <= table.c.valid_from,
        department.c.valid_to > table.c.valid_from,
    )
    for code in connection.execute(_missing(kind, table.c.department_code, number, known)).scalars():
        yield fault(
            f"没有编码为 {code} 的部门（或它在生效日尚未设立）。请先在同一张变更单里新增该部门。",
            f"There is no department {code} on the effective day. Add it in the same change set.",
            value=str(code),
            rule="unknown-department",
        )


def _left_behind(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    """A department that ends must leave nothing behind: its items and windows end before it or go to another."""
    department, table = DEPARTMENT.table.c, kind.table.c
    changed = ever([department.code]).where(or_(department.superseded_in == number, department.recorded_in == number))
    lasting = exists().where(
        department.code == table.department_code,
        department.superseded_in == OPEN,
        department.valid_from < table.valid_to,
        department.valid_to >= table.valid_to,
    )
    behind = ever([table.department_code, func.count(), func.min(table[kind.key])]).where(
        table.superseded_in == OPEN, table.department_code.in_(changed), ~lasting
    )
    for code, count, first in connection.execute(behind.group_by(table.department_code).limit(SHOWN)):
        yield fault(
            f"部门 {code} 撤销后还有 {count} 个{kind.label.zh}（如 {first}）属于它。请在同一张变更单里划走或取消它们。",
            f"{count} {kind.label.en}s (such as {first}) would still belong to department {code} after it ends.",
            value=str(code),
            rule="department-left-behind",
        )


def _unknown_divisions(connection: Connection, kind: ObjectType, number: int) -> Iterator[Fault]:
    known = exists().where(division.c.code == kind.table.c.division_code)
    for code in connection.execute(_missing(kind, kind.table.c.division_code, number, known)).scalars():
        yield fault(
            f"行政区划代码 {code} 不在 GB/T 2260 代码表里。",
            f"The division {code} is not in the GB/T 2260 table.",
            value=str(code),
            rule="unknown-division",
        )


def _missing(kind: ObjectType, column: ColumnElement[str], number: int, known: ColumnElement[bool]) -> Statement:
    return ever([column]).where(_written(kind, number), ~known).distinct().limit(SHOWN)
