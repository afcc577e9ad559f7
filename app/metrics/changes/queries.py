"""What differs between two moments, summed by group and kind; and the very items, page by page."""

from collections.abc import Sequence
from itertools import product
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Text, and_, bindparam, case, func, not_, select, tuple_

from app.catalogue.objects import ITEM
from app.catalogue.properties import department_name
from app.catalogue.versions import Asked
from app.db import PlainText, Prepared, Record, Statement, built_once
from app.metrics.changes.counting import COUNTED, Comparison, Pairs, counts, value
from app.metrics.changes.rules import ChangeKind, Tally
from app.metrics.groups import Dimension
from app.metrics.queries import GroupKey

Tallies: TypeAlias = dict[GroupKey, dict[ChangeKind, Tally]]

SIDES = ("before", "after")
SHOWN = ("status", "department_code", "department_name", "code", "name", "division_code", "member")


@built_once
def summary(asked: Comparison) -> Prepared:
    """How many items differ and what they count for, by kind, by where they were and are, and by whether that is equal."""
    pairs = Pairs(asked)
    sides = dict(zip(SIDES, (pairs.before, pairs.after), strict=True))
    where = [side.c[group].label(f"{name}_{group}") for name, side in sides.items() for group in pairs.groups]
    there = [case((counts(side), 1), else_=0).label(f"{name}_counts") for name, side in sides.items()]
    same = case((not_(pairs.unequal(pairs.before, pairs.after)), 1), else_=0).label("same")
    numbers = [value(side, each).label(f"{name}_{each}") for name, side in sides.items() for each in COUNTED]
    differing = pairs.differ(pairs.before, pairs.after)
    chosen = (*where, pairs.kind().label("kind"), *there, same, *numbers)
    items = select(*chosen).select_from(pairs.joined).where(differing).subquery("items")
    by = [items.c[each.name] for each in (*where, *chosen[len(where) : len(where) + 4])]
    sums = [func.sum(items.c[each.name]) for each in numbers]
    return Prepared(select(*by, func.count(), *sums).group_by(*by))


def tallies(connection: Connection, asked: Comparison, values: dict[str, object]) -> Tallies:
    """By group and kind. An item that changes its group is taken out of the one and put into the other."""
    found: Tallies = {}
    for row in summary(asked).on(connection, values):
        places = len(asked.dimensions)
        was, now = row[:places], row[places : 2 * places]
        kind, counted_before, counted_after, same, items, *numbers = row[2 * places :]
        old, new = ([int(number) for number in part] for part in (numbers[:3], numbers[3:]))
        left = _groups(was, asked.dimensions) if counted_before else set()
        entered = _groups(now, asked.dimensions) if counted_after else set()
        for key in left ^ entered if same else left | entered:
            change = [b * (key in entered) - a * (key in left) for a, b in zip(old, new, strict=True)]
            by_kind = found.setdefault(key, {})
            by_kind[kind] = by_kind.get(kind, Tally()) + Tally(items, *change)
    return found


def _groups(stored: Sequence[Any], dimensions: Sequence[Dimension]) -> set[GroupKey]:
    return set(product(*(each.keys(value) for each, value in zip(dimensions, stored, strict=True))))


@built_once
def differing(asked: Comparison, group: str | None, *, one_kind: bool) -> Statement:
    """The items that differ in the group (CQL2; None is the whole), with both sides and their place in the order."""
    columns = ITEM.table.c
    named = department_name(Asked(latest=False)).label("department_name")
    pairs = Pairs(asked, group, named, columns.code, columns.name, columns.division_code)
    shown = [
        side.c[each].label(f"{name}_{each}")
        for name, side in zip(SIDES, (pairs.before, pairs.after), strict=True)
        for each in ("id", *SHOWN, *COUNTED, *pairs.groups)
    ]
    code = func.coalesce(pairs.after.c.code, pairs.before.c.code, type_=PlainText).label("code")
    kind = pairs.kind().label("kind")
    wanted = [pairs.differ(pairs.before, pairs.after), pairs.differ_within()]
    if one_kind:
        wanted.append(kind == bindparam("kind", type_=Text()))
    return select(pairs.ids.c.id, code, kind, *shown).select_from(pairs.joined).where(and_(*wanted))


def count_items(
    connection: Connection, asked: Comparison, group: str | None, kind: str | None, values: dict[str, object]
) -> int:
    items = differing(asked, group, one_kind=kind is not None).subquery()
    return int(connection.execute(select(func.count()).select_from(items), {**values, "kind": kind}).scalar_one())


def items_page(
    connection: Connection,
    asked: Comparison,
    group: str | None,
    kind: str | None,
    after: Sequence[object],
    limit: int,
    values: dict[str, object],
) -> Sequence[Record]:
    """`limit` + 1 items in order of code, from `after` (code, id) on."""
    items = differing(asked, group, one_kind=kind is not None).subquery("differing")
    statement = select(items)
    if after:
        statement = statement.where(tuple_(items.c.code, items.c.id) > tuple_(*after))
    ordered = statement.order_by(items.c.code, items.c.id).limit(bindparam("rows", type_=Integer()))
    return connection.execute(ordered, {**values, "kind": kind, "rows": limit + 1}).all()
