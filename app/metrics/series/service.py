"""Figures over time: what metric-values says of each point, from one statement for all of them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, select

from app.catalogue.divisions import demand_division, division
from app.catalogue.moments import Moment, each_known_then, resolve
from app.catalogue.objects import DEPARTMENT
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import Asked, ever
from app.errors import Malformed, Message, fault
from app.metrics.definitions import Metric
from app.metrics.figures import Group, Row, as_known, group_of, nulls_last, refuse_too_many, row
from app.metrics.groups import Dimension
from app.metrics.links import Addresses, check_room
from app.metrics.queries import GroupKey, is_dated, measures
from app.metrics.series.queries import Numbers, counted_at

KNOWN_THEN = "as_of"


class NotKnownYet(Malformed):
    slug, title = "not-known-yet", Message("将来的情况还不知道", "Not known yet")


@dataclass(frozen=True, slots=True)
class Series:
    """What is asked of which moments. `then`: each as it was known at its end; else all as known at one revision."""

    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    question: ItemQuestion
    moments: Sequence[Moment]
    then: bool

    @property
    def asked(self) -> Asked | None:
        return None if self.then else Asked(self.moments[0].latest)

    @property
    def stated(self) -> dict[str, object]:
        """What is known by when, as the answer carries it; rows say it themselves where each is known then."""
        first = self.moments[0].stated
        known = {"known_at": KNOWN_THEN, "revision": None} if self.then else {}
        return {name: value for name, value in {**first, **known}.items() if name != "as_of"}


def moments_of(connection: Connection, now: datetime, days: Sequence[date], known_at: str | None) -> Sequence[Moment]:
    """The moments of a series: all as known at `known_at`, or each as known at its end (`as_of`).

    Raises Malformed where `known_at` is no such thing, NotKnownYet where the last day's end can't be known.
    """
    if known_at != KNOWN_THEN:
        moment = resolve(connection, now, days[-1].isoformat(), known_at)
        return [replace(moment, as_of=day) for day in days]
    if days[-1] > now.date():
        zh = f"known_at=as_of 是每一天当时所知，{days[-1]} 还没有到。请把 to 改为今天（{now.date()}）或更早，或去掉 known_at。"
        en = f"With known_at=as_of each day is as known then, and {days[-1]} lies ahead. Let `to` be today or earlier."
        raise NotKnownYet(Message(zh, en), faults=[fault(zh, en, parameter="to", value=str(days[-1]), rule="future")])
    return each_known_then(connection, now, days)


def series(connection: Connection, asked: Series) -> list[Row]:
    """The rows of metric-values for every moment, by metric, then group, then date.

    A group has a row at the points at which it has items; without groups there is one at every point. Raises Malformed
    where the division or the filter is wrong.
    """
    check_room(asked.question)
    demand_division(connection, asked.question.within)
    stretches = list(_stretches(connection, asked.moments))
    numbers = _numbers(connection, asked, stretches)
    groups = _groups(connection, asked, stretches, numbers)
    keys = sorted({key for at_point in numbers for key in at_point}, key=nulls_last)
    addresses = [Addresses(asked.question, moment) for moment in asked.moments]
    measured = measures(asked.metrics)
    return [
        _dated(row(metric, groups[place][key], measured.parts(metric, at_point[key]), addresses[place]), asked, place)
        for metric in asked.metrics
        for key in keys
        for place, at_point in enumerate(numbers)
        if key in at_point
    ]


def _dated(shown: Row, asked: Series, place: int) -> Row:
    moment = asked.moments[place]
    known = {name: moment.stated[name] for name in ("known_at", "revision")} if asked.then else {}
    return {"as_of": moment.as_of.isoformat(), **known, **as_known(shown, moment)}


def _numbers(connection: Connection, asked: Series, stretches: Sequence[Sequence[Moment]]) -> list[Numbers]:
    """Point by point. Only a question about the names of departments takes a statement for each stretch."""
    parts = stretches if is_dated(asked.metrics, asked.question) else [asked.moments]
    numbers: list[Numbers] = []
    rows = 0
    for part in parts:
        for at_point in counted_at(connection, asked.metrics, asked.dimensions, asked.question, part, asked.asked):
            rows += len(at_point) * len(asked.metrics)
            refuse_too_many(rows)
            numbers.append(at_point)
    return numbers


def _groups(
    connection: Connection, asked: Series, stretches: Sequence[Sequence[Moment]], numbers: Sequence[Numbers]
) -> list[dict[GroupKey, Group]]:
    """At each point its groups with the names of the day."""
    groups: list[dict[GroupKey, Group]] = []
    for stretch in stretches:
        names = [each.labels(connection, stretch[0]) for each in asked.dimensions]
        here = numbers[len(groups) : len(groups) + len(stretch)]
        named = {key: group_of(key, asked.dimensions, names) for key in {key for each in here for key in each}}
        groups += [named] * len(stretch)
    return groups


def _stretches(connection: Connection, moments: Sequence[Moment]) -> Iterator[Sequence[Moment]]:
    """The moments in runs in which no department and no division began, ended or was corrected."""
    columns = DEPARTMENT.table.c
    spans = ever([columns.valid_from, columns.valid_to, columns.recorded_in, columns.superseded_in]).distinct()
    departments = connection.execute(spans).all()
    named = connection.execute(select(division.c.valid_from, division.c.valid_to).distinct()).all()
    days = sorted({day for each in (*departments, *named) for day in each[:2]})
    revisions = sorted({number for each in departments for number in each[2:]})

    def standing(moment: Moment) -> tuple[int, int]:
        return bisect_right(days, moment.as_of), bisect_right(revisions, moment.revision)

    for _, run in groupby(moments, standing):
        yield list(run)
