"""One statement for any number of sums over the counts of some months, and its rows as parts of figures."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from app.cases.models import case_count
from app.cases.months import OF_PERIOD, in_period, names_the_day, of_period
from app.cases.properties import case_filters
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.periods import Period
from app.catalogue.properties import within_division
from app.catalogue.versions import Asked, known_of
from app.db import Prepared, Statement, built_once
from app.metrics.definitions import Metric
from app.metrics.groups import Dimension, case_dimensions
from app.metrics.queries import GroupKey, group_columns
from app.metrics.rules import Parts

ACCEPTED = "accepted"


class Tally(NamedTuple):
    """Something to count of the reports for which a filter (CQL2 over counts) is true: the sum of a count, how many
    items they are of, or how many reports they are.
    """

    filter: str
    of: str | Literal["items", "records"]


def tallies_of(metric: Metric) -> tuple[Tally, ...]:
    """What a metric is made of, in the order in which `parts_of` takes it."""
    sets, part, whole = metric.sets, metric.part or "", metric.whole or ""
    scope = (Tally(sets.items, "items"), Tally(sets.items, ACCEPTED))
    if metric.kind == "case_count":
        return (*scope, Tally(sets.unknown, ACCEPTED), Tally(sets.items, part))
    return (*scope, Tally(sets.unknown, whole), Tally(sets.matching or "", part), Tally(sets.items, whole))


def parts_of(metric: Metric, total: int, numbers: Sequence[int]) -> Parts:
    items, in_scope, unknown, *sums = numbers
    if metric.kind == "case_count":
        in_scope += unknown
    return Parts(total=total, items=items, unknown=unknown, sums=(*sums, in_scope))


class Spans(int):
    """Of how many spans a statement asks: it weighs as much as so many."""

    @property
    def weight(self) -> int:
        return self


class CaseCounts:
    """The numbers of any metrics of basis `cases` by group, over the months of a moment."""

    def __init__(
        self,
        connection: Connection,
        metrics: tuple[Metric, ...],
        dimensions: tuple[Dimension, ...],
        question: ItemQuestion,
        moment: Moment,
    ) -> None:
        tallies = tuple(dict.fromkeys(tally for metric in metrics for tally in tallies_of(metric)))
        self._places = {tally: place for place, tally in enumerate(tallies, 1)}
        self._numbers = tallied(connection, tallies, dimensions, question, moment)
        self.keys = list(self._numbers)

    def parts(self, metric: Metric, key: GroupKey) -> Parts:
        numbers = self._numbers[key]
        return parts_of(metric, numbers[0], [numbers[self._places[each]] for each in tallies_of(metric)])


def tallied(
    connection: Connection,
    tallies: tuple[Tally, ...],
    dimensions: tuple[Dimension, ...],
    question: ItemQuestion,
    moment: Moment,
) -> dict[GroupKey, list[int]]:
    """By group the cases accepted and each tally. Without dimensions there is one group, which may be empty."""
    spans = _spans(tallies, dimensions, question, moment.period)
    statement = period_statement(tallies, dimensions, question, Asked(moment.latest), Spans(len(spans)))
    values = {f"{name}_{place}": value for place, each in enumerate(spans) for name, value in in_period(each).items()}
    rows, groups = statement.on(connection, {"moment_revision": moment.revision, **values}), len(dimensions)
    return {tuple(row[:groups]): [int(number or 0) for number in row[groups:]] for row in rows}


def _spans(
    tallies: tuple[Tally, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, period: Period | None
) -> list[Period]:
    """The period as it is asked: whole, or month by month."""
    if period is None or not is_dated(tallies, dimensions, question):
        return [period] if period else []
    return [Period(month, month) for month in period]


@lru_cache(maxsize=256)
def is_dated(tallies: tuple[Tally, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion) -> bool:
    """Whether each month has to be asked of its own day."""
    return names_the_day((*columns(dimensions), *amounts(tallies), *conditions(question)))


def unreported(connection: Connection, within: str | None, moment: Moment) -> list[str]:
    """The months of the moment of which nothing at all is reported, in the division where one is named."""
    months = [str(each) for each in moment.period or ()]
    if within is not None:
        by_month = tallied(connection, (), (case_dimensions()["month"],), ItemQuestion(within=within), moment)
        return [month for month in months if (month,) not in by_month]
    known = known_of(case_count, moment)
    reported = connection.execute(select(*(exists().where(case_count.c.month == each, known) for each in months))).one()
    return [month for month, any_of_it in zip(months, reported, strict=True) if not any_of_it]


@built_once
def period_statement(
    tallies: tuple[Tally, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, asked: Asked, spans: Spans
) -> Prepared:
    """The counts of so many spans of time, each asked of its own days, summed up by group."""
    of_span = of_period(asked, columns(dimensions), amounts(tallies), tuple(conditions(question)))
    whole = union_all(*(_numbered(each, place) for place in range(spans) for each in of_span))
    return Prepared(_summed(whole.subquery("items"), tallies, dimensions))


def _numbered(statement: Statement, place: int) -> Statement:
    """The statement with parameters of its own for its span, so that it stands beside others."""

    def numbered(part: Any, **_: Any) -> BindParameter[Any] | None:
        if isinstance(part, BindParameter) and part.key in OF_PERIOD:
            return bindparam(f"{part.key}_{place}", type_=part.type)
        return None

    traverse: Any = replacement_traverse  # It gives back what it was given; its types say so of columns only.
    replaced: Statement = traverse(statement, {}, numbered)
    return replaced


def columns(dimensions: Sequence[Dimension]) -> list[ColumnElement[Any]]:
    return [each.column.label(f"group_{place}") for place, each in enumerate(dimensions)]


def amounts(tallies: Sequence[Tally]) -> list[ColumnElement[Any]]:
    """What each count adds to the cases accepted and to each tally; of items, whether it adds anything."""
    counted = (_amount(each).label(f"tally_{place}") for place, each in enumerate(tallies))
    return [case_count.c[ACCEPTED].label("total"), *counted]


def _amount(tally: Tally) -> ColumnElement[Any]:
    added = literal_column("1") if tally.of in ("items", "records") else case_count.c[tally.of]
    return case((case_filters().condition(tally.filter), added))


def conditions(question: ItemQuestion) -> Iterator[ColumnElement[bool]]:
    """Raises Malformed where the division or the filter is wrong."""
    if question.within is not None:
        yield within_division(question.within)
    if question.filter:
        yield case_filters().condition(question.filter)


def _summed(items: FromClause, tallies: tuple[Tally, ...], dimensions: Sequence[Dimension]) -> Statement:
    groups = group_columns(items, dimensions)
    summed = (_together(items, each.of, items.c[f"tally_{place}"]) for place, each in enumerate(tallies))
    return select(*groups, func.sum(items.c.total), *summed).group_by(*groups)


def _together(items: FromClause, of: str, tally: ColumnElement[Any]) -> Any:
    return func.count(items.c.item_id.distinct()).filter(tally > 0) if of == "items" else func.sum(tally)
