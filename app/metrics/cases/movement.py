"""A figure of cases on two sides: over two periods, or over the same months before and after they were restated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from sqlalchemy import Connection

from app.cases.queries import Touched, reported_between
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.periods import Period
from app.db import Record
from app.errors import Malformed, Message, fault
from app.metrics.basis import demand_basis
from app.metrics.cases.queries import parts_of, tallied, tallies_of, unreported
from app.metrics.changes.redefined import demand_comparable
from app.metrics.changes.rules import Scale, scale
from app.metrics.changes.service import Question
from app.metrics.definitions import Metric
from app.metrics.figures import demand_answerable, nulls_last
from app.metrics.groups import Dimension, case_dimensions, grouping
from app.metrics.in_force import chosen_at
from app.metrics.queries import GroupKey
from app.metrics.rules import FIGURES, Figure, Parts

CaseChangeKind = Literal["restated", "added", "gone", "reclassified", "changed"]
KINDS: tuple[CaseChangeKind, ...] = get_args(CaseChangeKind)
# What counts are told apart by besides their item: what an item restated of one month is no restatement of another.
OF_COUNTS = ("month", "channel", "business_kind")
# On the same months, by whether counts of the item stood before and whether they do after, where any were reported.
NEITHER = (False, False)
REPORTED: Mapping[tuple[bool, bool], CaseChangeKind] = {
    (True, True): "restated",
    (False, True): "added",
    (True, False): "gone",
    NEITHER: "reclassified",
}
Numbers = Mapping[GroupKey, Mapping[int, Sequence[int]]]


class NothingToCompare(Malformed):
    slug, title = "nothing-to-compare", Message("没有可比的两边", "Nothing to compare")


@dataclass(frozen=True, slots=True)
class Side:
    """The metric over the months of one side: by group, then by item, the cases accepted and each of its tallies;
    the months of which nobody reported anything.
    """

    metric: Metric
    moment: Moment
    numbers: Numbers
    unreported: Sequence[str]

    def figure(self, key: GroupKey, item: int | None = None) -> Figure:
        """Of a group, or of one item in it; of what has no cases, nothing."""
        by_item = self.numbers.get(key, {})
        wanted = by_item.values() if item is None else [by_item[item]] if item in by_item else []
        return FIGURES[self.metric.kind](self.parts(wanted))

    def parts(self, rows: Iterable[Sequence[int]]) -> Parts:
        added = [sum(each) for each in zip(*rows, strict=True)] or [0] * (1 + len(tallies_of(self.metric)))
        return parts_of(self.metric, added[0], added[1:])


@dataclass(slots=True)
class Tally:
    """The items of one kind of change, and what they moved together."""

    items: list[int] = field(default_factory=list)
    numerator: int = 0
    denominator: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Movement:
    """A figure of cases on two sides, ready to say what moved it. `reports` are what reported of the months in between;
    `touched` says of their items whether they stood on either side.
    """

    asked: Question
    before: Side
    after: Side
    reports: Sequence[Record]
    touched: Mapping[Touched, tuple[bool, bool]]

    @property
    def dimensions(self) -> Sequence[Dimension]:
        return grouping(self.asked.group_by, "cases")

    @property
    def same_months(self) -> bool:
        return self.before.moment.period == self.after.moment.period

    @cached_property
    def keys(self) -> list[GroupKey]:
        return sorted({*self.before.numbers, *self.after.numbers}, key=nulls_last)

    def kind(self, key: GroupKey, item: int, *, was: bool, now: bool) -> CaseChangeKind:
        if self.same_months:
            of_counts = (part for each, part in zip(self.dimensions, key, strict=True) if each.name in OF_COUNTS)
            return REPORTED[self.touched.get(Touched(item, tuple(of_counts)), NEITHER)]
        return "changed" if was and now else "added" if now else "gone"

    def tallies(self, key: GroupKey) -> dict[CaseChangeKind, Tally]:
        """By kind, the items of a group that count otherwise than before."""
        was, now = self.before.numbers.get(key, {}), self.after.numbers.get(key, {})
        found: dict[CaseChangeKind, Tally] = {}
        for item in sorted({*was, *now}):
            numerator, denominator, unknown = self.differences(key, item)
            if numerator or denominator or unknown:
                tally = found.setdefault(self.kind(key, item, was=item in was, now=item in now), Tally())
                tally.items.append(item)
                tally.numerator += numerator
                tally.denominator += denominator
                tally.unknown += unknown
        return found

    def differences(self, key: GroupKey, item: int | None = None) -> tuple[int, int, int]:
        one, other = self.before.figure(key, item), self.after.figure(key, item)
        denominator = (other.denominator or 0) - (one.denominator or 0)
        return other.numerator - one.numerator, denominator, other.unknown - one.unknown

    def scale(self, key: GroupKey) -> Scale | None:
        return scale(*(valued(side, key) for side in (self.before, self.after)))

    @property
    def stated(self) -> dict[str, object]:
        before, after = self.before.moment.stated, self.after.moment.stated
        return {
            "base_period": before["period"],
            "period": after["period"],
            "known_from": before["known_at"],
            "known_to": after["known_at"],
            "revision_from": before["revision"],
            "revision_to": after["revision"],
            "note": self._note,
            "metric": self.after.metric.key,
            "definition_version_from": self.before.metric.definition_version,
            "definition_version_to": self.after.metric.definition_version,
        }

    @property
    def _note(self) -> str | None:
        """Where numbers of cases are of more months on one side than on the other."""
        one, other = (len(side.moment.period or ()) for side in (self.before, self.after))
        if one == other or self.after.metric.kind != "case_count":
            return None
        return f"base_period 有 {one} 个月，period 有 {other} 个月：件数的差里有月数的差，要比请取一样多的月份。"

    @property
    def pinned(self) -> dict[str, object]:
        told, asked = self.stated, self.asked
        months = {name: told[name] for name in ("metric", "base_period", "period")}
        known = {"known_from": told["revision_from"], "known_to": told["revision_to"]}
        return {**months, **known, "within": asked.within, "filter": asked.filter}


def valued(side: Side, key: GroupKey) -> Figure | None:
    figure = side.figure(key)
    return None if figure.value is None else figure


def movement(connection: Connection, asked: Question, before: Moment, after: Moment) -> Movement:
    """Raises Malformed where the metric, a group, the division or the filter is wrong, or both sides are the same."""
    if (before.period, before.revision) == (after.period, after.revision):
        zh = "两边是同样的月份、同样的版次，没有变化可言。请写 base_period（与哪些月份比），或 known_from（与当时所知比）。"
        en = "Both sides are the same months as known at the same revision. Give base_period, or known_from."
        told = fault(zh, en, parameter="base_period", rule="nothing-to-compare")
        raise NothingToCompare(Message(zh, en), faults=[told])
    if before.period and after.period and before.period.first > after.period.first:
        raise _backward(before.period, after.period)
    defined = chosen_at(connection, (asked.metric,), (before, after))
    (was,), (now,) = defined[before.revision], defined[after.revision]
    demand_basis((was, now), after)
    demand_comparable(was, now)
    question = ItemQuestion(within=asked.within, filter=asked.filter)
    demand_answerable(connection, question, "cases", after)
    one, other = (_side(connection, asked, metric, moment) for metric, moment in ((was, before), (now, after)))
    by = [each.name for each in grouping(asked.group_by, "cases") if each.name in OF_COUNTS]
    return Movement(asked, one, other, *reported_between(connection, before, after, by))


def _backward(base: Period, period: Period) -> NothingToCompare:
    zh = f"base_period（{base}）晚于 period（{period}）：倒过来说，新报就成了不再有。请对调两者。"
    en = f"base_period ({base}) comes after period ({period}). Exchange them."
    return NothingToCompare(Message(zh, en), faults=[fault(zh, en, parameter="base_period", rule="backward")])


def _side(connection: Connection, asked: Question, metric: Metric, moment: Moment) -> Side:
    dimensions = (*grouping(asked.group_by, "cases"), case_dimensions()["item"])
    question = ItemQuestion(within=asked.within, filter=asked.filter)
    rows = tallied(connection, tallies_of(metric), dimensions, question, moment)
    numbers: dict[GroupKey, dict[int, Sequence[int]]] = {} if asked.group_by else {(): {}}
    for (*key, item), counted in rows.items():
        if item is not None:
            numbers.setdefault(tuple(key), {})[int(item)] = counted
    return Side(metric, moment, numbers, unreported(connection, asked.within, moment))
