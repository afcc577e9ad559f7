"""Figures of cases over time: month by month, quarter by quarter, year by year of a period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.periods import Month, Period
from app.errors import Malformed, Message, fault
from app.metrics.definitions import Metric
from app.metrics.figures import Row, figures_of, nulls_last, refuse_too_many
from app.metrics.groups import Dimension
from app.metrics.series.periods import NUMBER, Every

MOST = 60
BY_MONTHS: Sequence[Every] = ("month", "quarter", "year")


class NoSuchPart(Malformed):
    slug, title = "no-such-part", Message("不能这样分段", "Can't be divided so")


def parts(period: Period, every: Every) -> list[Period]:
    """The period divided at the ends of months, quarters or years. Raises NoSuchPart for days, weeks, or too many."""
    if every not in BY_MONTHS:
        zh, en = (
            f"办件按月统计，every 只能是 {'、'.join(BY_MONTHS)}，不能是 {every}。",
            f"Cases are counted by month, not {every}.",
        )
        raise NoSuchPart(Message(zh, en), faults=[fault(zh, en, parameter="every", value=every, rule="not-by-months")])
    number = NUMBER[every]
    found = [_whole(list(months)) for _, months in groupby(period, lambda month: number(month.first_day))]
    if len(found) > MOST:
        zh = f"period={period} 按 every={every} 有 {len(found)} 段，一次最多 {MOST} 段。请缩短 period，或用更大的间隔。"
        en = f"{period} has {len(found)} parts, {MOST} at most. Shorten it, or take a coarser `every`."
        raise NoSuchPart(Message(zh, en), faults=[fault(zh, en, parameter="period", rule="too-many-points")])
    return found


def _whole(months: Sequence[Month]) -> Period:
    return Period(months[0], months[-1])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are asked for, and in what parts of the moment's period."""

    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    question: ItemQuestion
    moment: Moment
    every: Every


def series(connection: Connection, asked: Asked) -> list[Row]:
    """The rows of metric-values for every part, by metric, then group, then part."""
    period, rows = asked.moment.period, list[Row]()
    for part in parts(period, asked.every) if period else ():
        rows += _at(connection, asked, part)
        refuse_too_many(len(rows), asked.question)
    places = {metric.key: place for place, metric in enumerate(asked.metrics)}

    def place(row: Row) -> tuple[object, ...]:
        group = row["group"]
        key = tuple(group[each.name] for each in asked.dimensions) if isinstance(group, dict) else ()
        return places[str(row["metric"])], nulls_last(key), row["as_of"]

    return sorted(rows, key=place)


def _at(connection: Connection, asked: Asked, period: Period) -> list[Row]:
    moment = replace(asked.moment, as_of=period.last_day, period=period)
    names = [each.name for each in asked.dimensions]
    rows = figures_of(connection, asked.metrics, names, moment, asked.question.within, asked.question.filter)
    return [{"as_of": period.last_day.isoformat(), "period": str(period), **row} for row in rows]
