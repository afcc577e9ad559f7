"""Statements over the items in use: those that demands come to, and those that nobody asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.db import Record
from app.demand.report.asking import Subject
from app.demand.runs.outcomes import in_use

ASKED, PERHAPS, NOT_ASKED = "true", "null", "false"
"""Met a demand; came first for one that is to be reviewed, and met none; neither."""
ONE: Final[ColumnElement[int]] = literal_column("1")
NONE: Final[ColumnElement[int]] = literal_column("0")
COUNTED: Final = (ASKED, PERHAPS, NOT_ASKED)
SHOWN: Final = tuple(
    ITEM.table.c[name] for name in ("id", "code", "name", "division_code", "department_code", "is_online")
)


def described_items(subject: Subject) -> Subquery:
    """Each item in use with `asked`, and how many `demands` of how many `enterprises` it meets."""
    items, counted = in_use(subject.run.within, subject.moment, SHOWN).subquery("items"), _counted(subject)
    asked = case((counted.c.demands > 0, ASKED), (counted.c.first > 0, PERHAPS), else_=NOT_ASKED).label("asked")
    joined = counted.join(items, items.c.id == counted.c.id)
    shown = select(items, asked, counted.c.demands, counted.c.enterprises).select_from(joined)
    return shown.subquery("described_items")


def _counted(subject: Subject) -> Subquery:
    """By item what it meets, and for how many demands that are to be reviewed the run put it `first`, unless it was rejected.

    The items themselves are counted in: SQLite would go through all that are met for each item that it joins.
    """
    each = subject.demands.c
    open_ = and_(each.why != "rejected", each.found_item.is_not(None))
    nothing = [NONE.label(name) for name in ("met", "weight", "first")]
    every = in_use(subject.run.within, subject.moment, (ITEM.table.c.id, *nothing))
    met = select(each.item_id, ONE, each.weight, NONE).where(each.item_id.is_not(None))
    first = select(each.found_item, NONE, NONE, ONE).where(open_)
    told = union_all(every, met, first).subquery("told").c
    sums = (func.sum(told.met).label("demands"), func.sum(told.weight).label("enterprises"))
    return select(told.id, *sums, func.sum(told.first).label("first")).group_by(told.id).subquery("counted")


def by_department(connection: Connection, subject: Subject) -> Sequence[Record]:
    """`department_code`, and how many of its items in use are of each of COUNTED."""
    each = described_items(subject)
    numbers = [func.count(case((each.c.asked == value, 1))).label(value) for value in COUNTED]
    counted = select(each.c.department_code, *numbers).group_by(each.c.department_code)
    return connection.execute(counted.order_by(each.c.department_code)).all()


def items_of(connection: Connection, subject: Subject, ids: Collection[int]) -> Mapping[int, Record]:
    """What is said of items in use, by id."""
    found: dict[int, Record] = {}
    for chunk in chunks(sorted(ids)):
        rows = in_use(subject.run.within, subject.moment, SHOWN).where(ITEM.table.c.id.in_(chunk))
        found |= {row.id: row for row in connection.execute(rows)}
    return found


@dataclass(frozen=True, slots=True)
class WantedItems:
    """Which items are listed."""

    asked: tuple[str, ...] = ()
    department_code: str | None = None

    def conditions(self, each: FromClause) -> list[ColumnElement[bool]]:
        conditions = [each.c.asked.in_(self.asked)] if self.asked else []
        return conditions + ([each.c.department_code == self.department_code] if self.department_code else [])


def items_page(
    connection: Connection, subject: Subject, wanted: WantedItems, after: Sequence[object], limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 of them in order of code, after a code and id; and how many there are in all."""
    each = described_items(subject)
    conditions = wanted.conditions(each)
    total = connection.execute(select(func.count()).select_from(each).where(*conditions)).scalar_one()
    place: tuple[Any, ...] = (each.c.code, each.c.id)
    rows = select(each).where(*conditions).order_by(*place).limit(limit + 1)
    rows = rows.where(tuple_(*place) > tuple_(*after)) if after else rows
    return connection.execute(rows).all(), int(total)
