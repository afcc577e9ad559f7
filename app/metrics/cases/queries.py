"""One statement for any number of sums over the counts of some months, and its rows as parts of figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, FromClause, bindparam, func, select, union_all
from sqlalchemy.sql.visitors import replacement_traverse

from app.cases.elements import COUNTS
from app.cases.models import case_count
from app.cases.months import OF_MONTH, in_month, of_month
from app.cases.properties import case_filters
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import within_division
from app.catalogue.versions import Asked
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
    months = list(moment.period or ())
    statement = period_statement(tallies, dimensions, question, Asked(moment.latest), len(months))
    values = {f"{name}_{place}": value for place, each in enumerate(months) for name, value in in_month(each).items()}
    rows, groups = statement.on(connection, {"moment_revision": moment.revision, **values}), len(dimensions)
    return {tuple(row[:groups]): [int(number or 0) for number in row[groups:]] for row in rows}


def unreported(connection: Connection, within: str | None, moment: Moment) -> list[str]:
    """The months of the moment of which nothing at all is reported, in the division where one is named."""
    by_month = tallied(connection, (), (case_dimensions()["month"],), ItemQuestion(within=within), moment)
    return [str(each) for each in moment.period or () if (str(each),) not in by_month]


@built_once
def period_statement(
    tallies: tuple[Tally, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, asked: Asked, months: int
) -> Prepared:
    """The counts of so many months, each asked of its own days, summed up by group."""
    of_month = month_statement(tallies, dimensions, question, asked)
    whole = union_all(*(_numbered(of_month, place) for place in range(months)))
    return Prepared(_summed(whole.subquery("months"), tallies, dimensions))


def _numbered(statement: Statement, place: int) -> Statement:
    """The statement with parameters of its own for its month, so that it stands beside others."""

    def numbered(part: Any, **_: Any) -> BindParameter[Any] | None:
        if isinstance(part, BindParameter) and part.key in OF_MONTH:
            return bindparam(f"{part.key}_{place}", type_=part.type)
        return None

    traverse: Any = replacement_traverse  # It gives back what it was given; its types say so of columns only.
    replaced: Statement = traverse(statement, {}, numbered)
    return replaced


def month_statement(
    tallies: tuple[Tally, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, asked: Asked
) -> Statement:
    """The counts of one month: their groups, which filters are true of them, the item, and the counts themselves."""
    groups = [each.column.label(f"group_{place}") for place, each in enumerate(dimensions)]
    sets = [case_filters().condition(text).label(f"set_{place}") for text, place in places(tallies).items()]
    columns = (*groups, *sets, case_count.c.item_id, *(case_count.c[name] for name in COUNTS))
    return of_month(asked, columns, tuple(conditions(question)))


def conditions(question: ItemQuestion) -> Iterator[ColumnElement[bool]]:
    """Raises Malformed where the division or the filter is wrong."""
    if question.within is not None:
        yield within_division(question.within)
    if question.filter:
        yield case_filters().condition(question.filter)


def places(tallies: Iterable[Tally]) -> Mapping[str, int]:
    return {text: place for place, text in enumerate(dict.fromkeys(tally.filter for tally in tallies))}


def _summed(months: FromClause, tallies: tuple[Tally, ...], dimensions: Sequence[Dimension]) -> Statement:
    groups, of_filter = group_columns(months, dimensions), places(tallies)
    counted = [_counted(months, each.of).filter(months.c[f"set_{of_filter[each.filter]}"]) for each in tallies]
    return select(*groups, func.sum(months.c[ACCEPTED]), *counted).group_by(*groups)


def _counted(months: FromClause, of: str) -> Any:
    match of:
        case "items":
            return func.count(months.c.item_id.distinct())
        case "records":
            return func.count()
    return func.sum(months.c[of])
