"""Figures over time: what metric-values says of each point, from one statement for all of them."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, union

from app.catalogue.divisions import division
from app.catalogue.known import demand_known
from app.catalogue.moments import Moment, each_known_then, read_base, resolve
from app.catalogue.objects import AGREEMENT, DEPARTMENT, EDITION, INTEGRATED_MATTER, LIST, TRANSFER, ObjectType
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import Asked, ever
from app.errors import Malformed, Message, fault
from app.metrics.basis import demand_basis
from app.metrics.definitions import Metric
from app.metrics.figures import Group, Row, as_known, group_of, nulls_last, object_rows, refuse_too_many, row
from app.metrics.groups import Dimension, demand_summable
from app.metrics.in_force import AT_ONCE, Asking, chosen_at, names_of
from app.metrics.links import Addresses, check_room
from app.metrics.objects.rules import demand_plain, of_objects
from app.metrics.queries import GroupKey, ages, apart, is_dated, looks_at_lists, looks_back, measures
from app.metrics.series.periods import refuse_points
from app.metrics.series.queries import Numbers, counted_at
from app.metrics.two_days import refuse_idle_base

KNOWN_THEN = "as_of"
FIRST_POINT = Message("第一个时间点", "the first point")
Defined: TypeAlias = Mapping[int, tuple[Metric, ...]]  # By revision.
SINCE = Asking(
    Message("请把 from 改为 {day} 或以后，或去掉 known_at。", "Let `from` be {day} or later, or leave known_at out.")
)


class NotKnownYet(Malformed):
    slug, title = "not-known-yet", Message("将来的情况还不知道", "Not known yet")


@dataclass(frozen=True, slots=True)
class Series:
    """What is asked of which moments. `then`: each as it was known at its end; else all as known at one revision."""

    keys: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    question: ItemQuestion
    moments: Sequence[Moment]
    then: bool

    @property
    def stated(self) -> dict[str, object]:
        """What is known by when, as the answer carries it; rows say it themselves where each is known then."""
        first = self.moments[0].stated
        known = {"known_at": KNOWN_THEN, "revision": None} if self.then else {}
        return {name: value for name, value in {**first, **known}.items() if name != "as_of"}


@dataclass(frozen=True, slots=True)
class Run:
    """The moments of a series at which its metrics are defined in one way; `stretches` are those with the same names.

    Its metrics are those that are counted together.
    """

    series: Series
    metrics: tuple[Metric, ...]
    stretches: Sequence[Sequence[Moment]]

    @property
    def moments(self) -> Sequence[Moment]:
        return [moment for stretch in self.stretches for moment in stretch]

    @property
    def asked(self) -> Asked | None:
        return None if self.series.then else Asked(self.stretches[0][0].latest)


def moments_of(
    connection: Connection,
    now: datetime,
    days: Sequence[date],
    known_at: str | None,
    base_as_of: str | None = None,
) -> Sequence[Moment]:
    """The moments of a series: all as known at `known_at`, or each as known at its end (`as_of`).

    Raises Malformed where `known_at` is no such thing or the base day not before all of them, NotKnownYet where the last
    day's end can't be known.
    """
    base = read_base(base_as_of, days[0], FIRST_POINT)
    return [replace(moment, base=base) for moment in _moments(connection, now, days, known_at)]


def _moments(connection: Connection, now: datetime, days: Sequence[date], known_at: str | None) -> Sequence[Moment]:
    if known_at != KNOWN_THEN:
        moment = resolve(connection, now, days[-1].isoformat(), known_at)
        return [replace(moment, as_of=day) for day in days]
    if days[-1] > now.date():
        zh = f"known_at=as_of 是每一天当时所知，{days[-1]} 还没有到。请把 to 改为今天（{now.date()}）或更早，或去掉 known_at。"
        en = f"With known_at=as_of each day is as known then, and {days[-1]} lies ahead. Let `to` be today or earlier."
        raise NotKnownYet(Message(zh, en), faults=[fault(zh, en, parameter="to", value=str(days[-1]), rule="future")])
    return each_known_then(connection, now, days)


def series(connection: Connection, asked: Series) -> tuple[list[Row], dict[str, str]]:
    """The rows of metric-values for every moment, by metric, then group, then date; the last names of the metrics.

    A group has a row at the points at which it has items; without groups there is one at every point. Raises Malformed
    where a metric, the division or the filter is wrong.
    """
    check_room(asked.question)
    demand_known(connection, asked.question, asked.moments[0])
    defined = chosen_at(connection, asked.keys, asked.moments, SINCE if asked.then else AT_ONCE)
    metrics = tuple({metric: None for each in defined.values() for metric in each})
    demand_basis(metrics, asked.moments[0])
    refuse_idle_base(metrics, asked.question, asked.moments[0])
    demand_plain(metrics, asked.dimensions, asked.question.filter)
    demand_summable(metrics, asked.dimensions)
    runs = _runs(connection, asked, {number: _of_items(each) for number, each in defined.items()})
    rows = [row for run in runs for row in _rows(connection, run)]
    if of_objects(metrics):
        rows += _object_rows(connection, asked, {number: of_objects(each) for number, each in defined.items()})
    in_order = len(runs) == 1 and not of_objects(metrics)
    return rows if in_order else _in_order(asked, rows), names_of(metrics)


def _of_items(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    return tuple(metric for metric in metrics if metric.basis == "items")


def _object_rows(connection: Connection, asked: Series, defined: Defined) -> list[Row]:
    """Point by point. Raises TooManyPoints where that would be too many."""
    refuse_points(len(asked.moments))
    return [
        _dated(row, moment, then=asked.then)
        for moment in asked.moments
        for row in object_rows(connection, defined[moment.revision], asked.question, moment)
    ]


def _runs(connection: Connection, asked: Series, defined: Defined) -> list[Run]:
    metrics = tuple({metric for each in defined.values() for metric in each})
    standing = _standing(connection, LISTED if looks_at_lists(metrics, asked.question, asked.dimensions) else NAMED)

    def stretches(moments: Iterable[Moment]) -> list[list[Moment]]:
        return [list(same) for _, same in groupby(moments, standing)]

    def runs(metrics: tuple[Metric, ...], moments: Sequence[Sequence[Moment]]) -> list[Run]:
        return [Run(asked, part, moments) for part in apart(metrics)]

    together = groupby(asked.moments, lambda moment: defined[moment.revision])
    return [run for metrics, moments in together for run in runs(metrics, stretches(moments))]


def _in_order(asked: Series, rows: Sequence[Row]) -> list[Row]:
    """Runs follow each other in time, so within a metric and group the dates are in order already."""
    refuse_too_many(len(rows), asked.question)
    places = {key: place for place, key in enumerate(dict.fromkeys(asked.keys))}

    def place(row: Row) -> tuple[int, list[tuple[bool, object]]]:
        group: Any = row["group"]
        return places[str(row["metric"])], nulls_last(tuple(group[each.name] for each in asked.dimensions))

    return sorted(rows, key=place)


def _rows(connection: Connection, run: Run) -> list[Row]:
    numbers, moments = _numbers(connection, run), run.moments
    groups = _groups(connection, run, numbers)
    keys = sorted({key for at_point in numbers for key in at_point}, key=nulls_last)
    addresses = [Addresses(run.series.question, moment) for moment in moments]
    measured, then = measures(run.metrics), run.series.then

    def shown(metric: Metric, key: GroupKey, place: int) -> Row:
        figure = row(metric, groups[place][key], measured.parts(metric, numbers[place][key]), addresses[place])
        return _dated(figure, moments[place], then=then)

    return [
        shown(metric, key, place)
        for metric in run.metrics
        for key in keys
        for place, at_point in enumerate(numbers)
        if key in at_point
    ]


def _dated(shown: Row, moment: Moment, *, then: bool) -> Row:
    known = {name: moment.stated[name] for name in ("known_at", "revision")} if then else {}
    return {"as_of": moment.as_of.isoformat(), **known, **as_known(shown, moment)}


def _numbers(connection: Connection, run: Run) -> list[Numbers]:
    """Point by point, as far as it goes from one statement."""
    dimensions, question = run.series.dimensions, run.series.question
    numbers: list[Numbers] = []
    rows = 0
    for part in _asked_at_once(run):
        asked = Asked(part[0].latest) if len(part) == 1 else run.asked
        for at_point in counted_at(connection, run.metrics, dimensions, question, part, asked):
            rows += len(at_point) * len(run.metrics)
            refuse_too_many(rows, question)
            numbers.append(at_point)
    return numbers


def _asked_at_once(run: Run) -> Sequence[Sequence[Moment]]:
    """Names of departments and lists take a statement for each stretch, verifications and links one for each point; so
    does a base day that each point knows in its own way.

    Raises TooManyPoints where that would be too many.
    """
    looked_at = (run.metrics, run.series.question, run.series.dimensions)
    if not ages(*looked_at) and not (run.series.then and looks_back(*looked_at)):
        return run.stretches if is_dated(*looked_at) else [run.moments]
    refuse_points(len(run.moments))
    return [[moment] for moment in run.moments]


def _groups(connection: Connection, run: Run, numbers: Sequence[Numbers]) -> list[dict[GroupKey, Group]]:
    """At each point its groups with the names of the day."""
    dimensions = run.series.dimensions
    groups: list[dict[GroupKey, Group]] = []
    for stretch in run.stretches:
        names = [each.labels(connection, stretch[0]) for each in dimensions]
        here = numbers[len(groups) : len(groups) + len(stretch)]
        named = {key: group_of(key, dimensions, names) for key in {key for each in here for key in each}}
        groups += [named] * len(stretch)
    return groups


NAMED = (DEPARTMENT,)
LISTED = (DEPARTMENT, LIST, EDITION, TRANSFER, AGREEMENT, INTEGRATED_MATTER)
SPAN = ("valid_from", "valid_to", "recorded_in", "superseded_in")


def _standing(connection: Connection, kinds: Iterable[ObjectType]) -> Callable[[Moment], tuple[int, int]]:
    """What is alike of moments between which no object of the kinds and no division began, ended or was corrected."""
    spans = union(*(ever([kind.table.c[name] for name in SPAN]) for kind in kinds))
    objects = connection.execute(spans).all()
    named = connection.execute(select(division.c.valid_from, division.c.valid_to).distinct()).all()
    days = sorted({day for each in (*objects, *named) for day in each[:2]})
    revisions = sorted({number for each in objects for number in each[2:]})

    def standing(moment: Moment) -> tuple[int, int]:
        return bisect_right(days, moment.as_of), bisect_right(revisions, moment.revision)

    return standing
