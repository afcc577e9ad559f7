"""What a draft does to the figures: every rate before and after, and the days of the past on which figures move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, func, select

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.changes.models import entry
from app.metrics.changes import queries
from app.metrics.changes.service import Counted, Movement, Question, changes
from app.metrics.definitions import Metric
from app.metrics.figures import MOST_ROWS, Row
from app.metrics.in_force import chosen
from app.metrics.queries import ages, apart, counted, measures
from app.metrics.series.periods import MOST_POINTS, count_points, points
from app.metrics.series.service import Series, series

PARTS = ("numerator", "denominator", "unknown", "value", "percent")
MOST_PAST = 500
FEW_DAYS = 31


@dataclass(frozen=True, slots=True)
class Sides:
    """A day as it is known, and as the draft would have it known; `path` is where the draft is previewed."""

    before: Moment
    after: Moment
    path: str


def effects(connection: Connection, sides: Sides) -> list[Row]:
    """Each figure that the draft moves, or whose items it changes: before, after, and what moved it."""
    return [row for moved in _movements(connection, sides) for row in _effect(connection, moved)]


def movement_of(connection: Connection, sides: Sides, key: str) -> Movement:
    """One figure. Raises UnknownMetric."""
    metrics = chosen(connection, (key,), sides.after)
    return next(_counted_together(connection, sides, metrics))


def _movements(connection: Connection, sides: Sides) -> Iterator[Movement]:
    for metrics in apart(chosen(connection, (), sides.after)):
        yield from _counted_together(connection, sides, metrics)


def _counted_together(connection: Connection, sides: Sides, metrics: tuple[Metric, ...]) -> Iterator[Movement]:
    """The metrics of a side are one statement."""
    measured, everything = measures(metrics), ItemQuestion()
    numbers = [counted(connection, metrics, (), everything, moment) for moment in (sides.before, sides.after)]
    path = f"{sides.path}/items"
    for metric in metrics:
        before = Counted(metric, sides.before, numbers[0], measured)
        after = Counted(metric, sides.after, numbers[1], measured)
        yield Movement(Question(metric.key), before, after, path=path, is_draft=True)


def _effect(connection: Connection, moved: Movement) -> list[Row]:
    if not queries.tallies(connection, moved.comparison, moved.moments):
        return []
    metric = moved.after.metric
    named = {"metric": metric.key, "name": metric.name_zh, "unit": metric.unit}
    return [{**named, **change} for change in changes(connection, moved)]


def past_effects(connection: Connection, number: int, sides: Sides, today: date) -> list[Row]:
    """The figures of past days that the draft moves: at each month's end from its first day until yesterday's figures.

    Days where the draft reaches back no more than a month, years where months would be too many. What counts
    verifications is left out: it is another figure each day anyway, and would be counted day by day.
    """
    first = first_day(connection, number)
    if first is None or first >= today:
        return []
    keys = tuple(each.key for each in chosen(connection, (), sides.after) if not ages((each,)))
    days = _past_days(first, today, min(MOST_POINTS, MOST_ROWS // max(len(keys), 1)))
    was, becomes = (_figures(connection, keys, moment, days) for moment in (sides.before, sides.after))
    pairs = zip(was, becomes, strict=True)
    moved = [_pair(old, new) for old, new in pairs if any(old[part] != new[part] for part in PARTS)]
    return sorted(moved, key=lambda row: str(row["as_of"]), reverse=True)


def first_day(connection: Connection, number: int) -> date | None:
    """The first day that a draft changes; none of one without entries."""
    return connection.execute(select(func.min(entry.c.effective_on)).where(entry.c.change_set_id == number)).scalar()


def _past_days(first: date, today: date, most: int) -> Sequence[date]:
    """Of more than so many years the last ones."""
    if (today - first).days <= FEW_DAYS:
        return points(first, today, "day")[:-1]
    if count_points(first, today, "month") <= most:
        return points(first, today, "month")[:-1]
    return points(max(first, date(max(1, today.year - most + 1), 1, 1)), today, "year")[:-1]


def _figures(connection: Connection, keys: tuple[str, ...], moment: Moment, days: Sequence[date]) -> list[Row]:
    asked = Series(keys, (), ItemQuestion(), [replace(moment, as_of=day) for day in days], then=False)
    return series(connection, asked)[0]


def _pair(old: Row, new: Row) -> Row:
    sides = {name: {part: row[part] for part in PARTS} for name, row in (("before", old), ("after", new))}
    return {"metric": old["metric"], "as_of": old["as_of"], **sides}
