"""What each item counts for at the moments that are compared, and which kind of change that is: per item, in SQL.

An item counts for (numerator, denominator, unknown); where it isn't there, or isn't asked about, for (0, 0, 0).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.selectable import FromClause

from app.catalogue.before import looking_once
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.catalogue.versions import AS_OF, REVISION, Asked, holds, versions
from app.db import Statement
from app.metrics.changes.rules import ChangeKind
from app.metrics.definitions import Metric
from app.metrics.groups import Dimension
from app.metrics.queries import amount, is_dated

Condition: TypeAlias = ColumnElement[bool]
Column: TypeAlias = ColumnElement[Any]

COUNTED = ("numerator", "denominator", "unknown")
SUSPENDED = "2"
ZERO: Column = literal_column("0")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the moments that are compared, with what the metric then meant."""

    name: str
    metric: Metric
    latest: bool

    @property
    def asked(self) -> Asked:
        day, number = bindparam(f"{self.name}_as_of", type_=Date()), bindparam(f"{self.name}_revision", type_=Integer())
        return Asked(self.latest, day, number)

    def versions(self, columns: Sequence[Column]) -> Statement:
        """The items as they are on this side: what is asked of departments, too, is asked at this moment."""
        asked = self.asked
        at_this_moment = ((AS_OF, asked.as_of), (REVISION, asked.revision))
        return looking_once(versions(ITEM, asked, columns), asked, at_this_moment)


def bound(side: str, moment: Moment) -> dict[str, object]:
    """What a statement about the side runs with."""
    return {f"{side}_as_of": moment.as_of, f"{side}_revision": moment.revision}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared. `then` is the first day as the second moment knows it; None where both know the same."""

    before: Side
    after: Side
    then: Side | None
    dimensions: tuple[Dimension, ...]
    question: ItemQuestion

    @property
    def is_long(self) -> bool:
        return self.question.is_long

    @property
    def stays_alike(self) -> bool:
        """Whether a version that holds on both sides counts for the same on both."""
        dated = is_dated((self.before.metric,), self.question, self.dimensions)
        return self.before.metric == self.after.metric and not dated


class Pairs:
    """The items that may differ, each with its sides; an item that has no version on a side has nulls there."""

    def __init__(self, asked: Comparison, group: str | None = None, *more: Column) -> None:
        self._asked, self._group, self._more = asked, group, more
        self.before = self._side(asked.before, asked.after)
        self.after = self._side(asked.after, asked.before)
        self.ids = select(self.before.c.id).union(select(self.after.c.id)).cte("ids")
        self.then = None if asked.then is None else self._then(asked.then)
        self.groups = [f"group_{place}" for place in range(len(asked.dimensions))]

    def _side(self, side: Side, other: Side) -> CTE:
        statement = side.versions(self._columns(side))
        if self._asked.stays_alike:
            statement = statement.where(not_(holds(ITEM, other.asked)))
        return statement.cte(side.name)

    def _then(self, side: Side) -> CTE:
        named = ITEM.table.c.id.in_(select(self.ids.c.id))
        return side.versions(self._columns(side)).where(named).cte(side.name)

    def _columns(self, side: Side) -> list[Column]:
        columns = ITEM.table.c
        groups = [each.column.label(f"group_{place}") for place, each in enumerate(self._asked.dimensions)]
        member = _flag(item_filters().condition(self._group)) if self._group else literal_column("1")
        numbers = [each.label(name) for name, each in _weights(side.metric, self._asked.question).items()]
        told = (*groups, *numbers, member.label("member"), *self._more)
        return [columns.id, columns.status, columns.department_code, *told]

    @property
    def joined(self) -> FromClause:
        joined: FromClause = self.ids
        for side in (self.before, self.after, self.then):
            joined = joined if side is None else joined.outerjoin(side, side.c.id == self.ids.c.id)
        return joined

    def differ(self, one: CTE, other: CTE) -> Condition:
        """The items that don't count for the same, or that count for something in other groups."""
        return or_(self.unequal(one, other), and_(self._regrouped(one, other), counts(one)))

    def unequal(self, one: CTE, other: CTE) -> Condition:
        return or_(*(value(one, name) != value(other, name) for name in COUNTED))

    def differ_within(self) -> Condition:
        """The items that don't count for the same in the one group."""
        return or_(
            *(
                value(self.before, name) * value(self.before, "member")
                != value(self.after, name) * value(self.after, "member")
                for name in COUNTED
            )
        )

    def _regrouped(self, one: CTE, other: CTE) -> Condition:
        return or_(false(), *(one.c[group].is_distinct_from(other.c[group]) for group in self.groups))

    def kind(self) -> Column:
        """The first that applies, of an item that differs."""
        one, other = self.before.c, self.after.c
        inside_before, inside_after = value(self.before, "inside"), value(self.after, "inside")
        unknown = (value(self.before, "unknown"), value(self.after, "unknown"))
        whens: dict[ChangeKind, Condition] = {
            "corrected": false() if self.then is None else self.differ(self.before, self.then),
            "added": one.id.is_(None),
            "cancelled": other.id.is_(None),
            "suspended": and_(other.status == SUSPENDED, one.status.is_distinct_from(SUSPENDED)),
            "resumed": and_(one.status == SUSPENDED, other.status.is_distinct_from(SUSPENDED)),
            "transferred": one.department_code != other.department_code,
            "became_known": and_(unknown[0] > unknown[1], inside_after == 1),
            "became_unknown": and_(unknown[0] < unknown[1], inside_before == 1),
            "reclassified": or_(inside_before != inside_after, self._regrouped(self.before, self.after)),
            "improved": self._improved(),
        }
        return case(*((condition, literal_column(f"'{kind}'")) for kind, condition in whens.items()), else_="worsened")

    def _improved(self) -> Condition:
        """By what the item itself is: its own ratio, then its numerator, then, of equal ones, by how little it divides."""
        metric = self._asked.after.metric
        one, other = (self.before, self.after) if metric.better != "down" else (self.after, self.before)
        up = value(other, "numerator") > value(one, "numerator")
        if metric.kind != "reduction":
            return up
        now = _exact(other, "numerator") * _exact(one, "denominator")
        was = _exact(one, "numerator") * _exact(other, "denominator")
        less = value(other, "denominator") < value(one, "denominator")
        same = value(other, "numerator") == value(one, "numerator")
        return or_(now > was, and_(now == was, or_(up, and_(same, less))))


def value(side: CTE, name: str) -> Column:
    return func.coalesce(side.c[name], ZERO)


def counts(side: CTE) -> Condition:
    """Whether an item counts for anything on the side."""
    return or_(*(value(side, name) != 0 for name in COUNTED))


def _exact(side: CTE, name: str) -> Column:
    return cast(value(side, name), Numeric)


def _flag(condition: Condition) -> Column:
    return case((condition, literal_column("1")), else_=ZERO)


def _weights(metric: Metric, question: ItemQuestion) -> dict[str, Column]:
    """What an item counts for; `inside` is whether the metric is about it at all."""
    sets, asked = metric.sets, and_(true(), *question.conditions())

    def among(text: str) -> Condition:
        return and_(asked, item_filters().condition(text))

    items, unknown = among(sets.items), among(sets.unknown)
    amounts = [cast(amount(each), BigInteger) for each in metric.sums]
    inside = {"share": items, "count": asked}.get(metric.kind, or_(items, unknown))
    numerator, denominator = _ratio(items, among(sets.matching or sets.items), amounts, metric)
    numbers = {"numerator": numerator, "denominator": denominator, "unknown": _flag(unknown)}
    return {**numbers, "inside": _flag(inside)}


def _ratio(items: Condition, matching: Condition, amounts: Sequence[Column], metric: Metric) -> tuple[Column, Column]:
    if metric.kind == "share":
        return _flag(matching), _flag(items)
    if metric.kind == "count":
        return _flag(items), ZERO
    if metric.kind == "mean":
        return case((items, amounts[0]), else_=ZERO), _flag(items)
    if metric.kind == "total":
        return case((items, amounts[0]), else_=ZERO), ZERO
    before, after = amounts
    return case((items, before - after), else_=ZERO), case((items, before), else_=ZERO)
