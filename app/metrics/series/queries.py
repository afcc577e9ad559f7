"""One statement of boundary events for a whole series, and the running sum over its points.

A version adds to its groups from the first day it counts, and takes as much away on the first day it no longer does.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Date, bindparam, case, func, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalogue.before import looking_once
from app.catalogue.moments import Moment, revision
from app.catalogue.objects import ITEM, OPEN_DAY
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import Asked, at, ever, history
from app.clock import SHANGHAI
from app.db import Prepared, Statement, built_once
from app.metrics.definitions import Metric
from app.metrics.groups import Dimension
from app.metrics.queries import ONE, GroupKey, group_columns, measures, named, numbers_of, spread

Day: TypeAlias = ColumnElement[Any]
Numbers: TypeAlias = dict[GroupKey, list[int]]

FIRST: Day = bindparam("first_day", type_=Date())
LAST: Day = bindparam("last_day", type_=Date())
FOR_EVER: Day = literal(OPEN_DAY, Date())


class DayInShanghai(FunctionElement[date]):
    """The day of an instant."""

    type = Date()
    inherit_cache = True


@compiles(DayInShanghai, "sqlite")
def _day_on_sqlite(element: DayInShanghai, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite keeps no offset: what it holds is Shanghai time."""
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(DayInShanghai, "postgresql")
def _day_on_postgresql(element: DayInShanghai, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(timezone('{SHANGHAI.key}', {compiler.process(element.clauses, **options)}) AS DATE)"


def counting(
    asked: Asked | None, shown: Sequence[ColumnElement[Any]], wanted: Sequence[ColumnElement[bool]]
) -> Statement:
    """The wanted versions that count on a day of the series, `since` a day, `until` another, both cut to the series.

    As known at a revision; of none, each day as known at its end: a version then counts from the day it was recorded.
    """
    columns = ITEM.table.c
    since: Day
    until: Day
    if asked is not None:
        since, until = columns.valid_from, columns.valid_to
        chosen = looking_once(history(ITEM, asked, (*shown, *_cut(since, until))).where(*wanted), asked)
    else:
        learned, replaced = revision.alias("learned"), revision.alias("replaced")
        learned_on, replaced_on = (DayInShanghai(each.c.published_at) for each in (learned, replaced))
        since = case((columns.valid_from > learned_on, columns.valid_from), else_=learned_on)
        until = case((columns.valid_to <= func.coalesce(replaced_on, FOR_EVER), columns.valid_to), else_=replaced_on)
        known = ITEM.table.join(learned, learned.c.number == columns.recorded_in)
        known = known.outerjoin(replaced, replaced.c.number == columns.superseded_in)
        chosen = ever((*shown, *_cut(since, until))).select_from(known).where(*wanted)
    return chosen.where(since < until, since <= LAST, until > FIRST)


def _cut(since: Day, until: Day) -> tuple[Day, Day]:
    """So that all that began before the series, or goes on after it, is one event."""
    begins = case((since < FIRST, FIRST), else_=since)
    ends = case((until > LAST, FOR_EVER), else_=until)
    return begins.label("since"), ends.label("until")


@built_once
def events(
    metrics: tuple[Metric, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, asked: Asked | None
) -> Prepared:
    """By group and day: the numbers of what begins to count, less those of what ends. The day comes last."""
    measured = measures(metrics)
    looked_at = (*named(measured, dimensions), ONE.label("size"))
    items = counting(asked, looked_at, question.conditions()).subquery("items")
    groups = group_columns(items, dimensions)
    numbers = [each.label(f"number_{place}") for place, each in enumerate(numbers_of(measured, items))]
    by = (*groups, items.c.since, items.c.until)
    spans = select(*by, *numbers).group_by(*by).cte("spans")
    groups, counts = group_columns(spans, dimensions), [spans.c[each.name] for each in numbers]
    begun = select(*groups, *counts, spans.c.since.label("day"))
    ended = select(*groups, *(-each for each in counts), spans.c.until).where(spans.c.until <= LAST)
    both = union_all(begun, ended).subquery("both")
    by = (*group_columns(both, dimensions), both.c.day)
    return Prepared(select(*by[:-1], *(func.sum(both.c[each.name]) for each in numbers), both.c.day).group_by(*by))


def counted_at(
    connection: Connection,
    metrics: tuple[Metric, ...],
    dimensions: tuple[Dimension, ...],
    question: ItemQuestion,
    moments: Sequence[Moment],
    asked: Asked | None,
) -> Iterator[Numbers]:
    """At each moment in turn, the numbers of the groups that have items; without dimensions of the one group there is.

    What the question asks of departments is asked on the first of the moments.
    """
    days = [moment.as_of for moment in moments]
    selected = events(metrics, dimensions, question, asked)
    changes: list[list[Sequence[Any]]] = [[] for _ in days]
    for row in selected.on(connection, {**at(moments[0]), "first_day": days[0], "last_day": days[-1]}):
        changes[bisect_left(days, row[-1])].append(row[:-1])
    whole: Numbers = {} if dimensions else {(): [0] * (1 + len(measures(metrics).places))}
    running = whole
    for change in changes:
        moved = spread(change, dimensions)
        running = running | {key: _plus(running.get(key), numbers) for key, numbers in moved.items()}
        running = whole | {key: numbers for key, numbers in running.items() if numbers[0]}
        yield running


def _plus(already: list[int] | None, numbers: list[int]) -> list[int]:
    return numbers if already is None else list(map(int.__add__, already, numbers))
