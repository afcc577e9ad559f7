"""One grouped statement for any number of metrics, and its rows as parts of figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.sql.visitors import iterate

from app.catalogue.before import EARLIER, looking_once
from app.catalogue.membership import OF_LISTS
from app.catalogue.moments import Moment
from app.catalogue.objects import FIGURE_COLUMNS, ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.catalogue.verified import OF_VERIFICATION
from app.catalogue.versions import AS_OF, BASE, Asked, at, versions
from app.db import Prepared, built_once
from app.metrics.definitions import Metric, Quantity
from app.metrics.groups import Dimension, Key
from app.metrics.rules import Parts

GroupKey: TypeAlias = tuple[Key, ...]
Sum: TypeAlias = tuple[Quantity, str]
Columns: TypeAlias = tuple[ColumnElement[Any], ...]

ONE: ColumnElement[int] = literal_column("1")
EVERYTHING = ItemQuestion()


@dataclass(frozen=True)
class Measures:
    """What a statement counts and sums: the sets of items as conditions, the sums as amounts over a set. Each once."""

    sets: Mapping[str, ColumnElement[bool]]
    sums: Mapping[Sum, ColumnElement[Any]]

    @cached_property
    def places(self) -> Mapping[str | Sum, int]:
        """Where the numbers of a group stand; the first is the number of its items."""
        listed: list[str | Sum] = [*self.sets, *self.sums]
        return {each: place for place, each in enumerate(listed, 1)}

    def parts(self, metric: Metric, numbers: Sequence[int]) -> Parts:
        """What the numbers of one group say of a metric."""
        sets, places = metric.sets, self.places
        return Parts(
            total=numbers[0],
            items=numbers[places[sets.items]],
            unknown=numbers[places[sets.unknown]],
            matching=numbers[places[sets.matching]] if sets.matching else 0,
            sums=[numbers[places[quantity, sets.items]] for quantity in metric.sums],
        )


@lru_cache(maxsize=64)
def measures(metrics: tuple[Metric, ...]) -> Measures:
    condition = item_filters().condition
    return Measures(
        sets={text: condition(text) for metric in metrics for text in metric.sets.all},
        sums={(each, metric.sets.items): amount(each) for metric in metrics for each in metric.sums},
    )


def is_dated(metrics: tuple[Metric, ...], question: ItemQuestion, dimensions: tuple[Dimension, ...] = ()) -> bool:
    """Whether an item that stays as it is may answer otherwise at another moment: where its department's name counts, or
    a list, or what was so on a base day.
    """
    return any(each is AS_OF or each is BASE for each in _looked_at(metrics, question, dimensions))


def looks_back(
    metrics: tuple[Metric, ...], question: ItemQuestion = EVERYTHING, dimensions: tuple[Dimension, ...] = ()
) -> bool:
    """Whether a base day counts."""
    return any(each is BASE for each in _looked_at(metrics, question, dimensions))


def looks_at_lists(
    metrics: tuple[Metric, ...], question: ItemQuestion = EVERYTHING, dimensions: tuple[Dimension, ...] = ()
) -> bool:
    """Whether lists, transfers, agreements or integrated matters count."""
    return any(each in OF_LISTS for each in _looked_at(metrics, question, dimensions))


def ages(
    metrics: tuple[Metric, ...], question: ItemQuestion = EVERYTHING, dimensions: tuple[Dimension, ...] = ()
) -> bool:
    """Whether every day may have another answer, since verifications, links or other items count."""
    seen = _looked_at(metrics, question, dimensions)
    return any(each in OF_VERIFICATION or _is_another_item(each) for each in seen)


def _is_another_item(seen: object) -> bool:
    return getattr(seen, "element", None) is ITEM.table and seen is not EARLIER


@lru_cache(maxsize=256)
def _looked_at(
    metrics: tuple[Metric, ...], question: ItemQuestion, dimensions: tuple[Dimension, ...]
) -> frozenset[object]:
    """The tables that the statement about them looks at, and the days where it does. A statement has thousands of parts."""
    measured = measures(metrics)
    grouped = (each.column for each in dimensions)
    parts = (*question.conditions(), *measured.sets.values(), *measured.sums.values(), *grouped)
    seen = [
        part for each in parts for part in iterate(each) if part is AS_OF or part is BASE or isinstance(part, Column)
    ]
    return frozenset(part.table if isinstance(part, Column) else part for part in seen)


def apart(metrics: tuple[Metric, ...]) -> list[tuple[Metric, ...]]:
    """Metrics as they are counted together: what looks beside the item would take the others away from their index."""
    kinds: dict[tuple[bool, ...], list[Metric]] = {}
    for metric in metrics:
        of_it = (metric,)
        kinds.setdefault((ages(of_it), looks_at_lists(of_it), looks_back(of_it)), []).append(metric)
    return [tuple(kinds[each]) for each in sorted(kinds)]


def amount(quantity: Quantity) -> ColumnElement[Any]:
    """The number of an item, in working days where the quantity has units."""
    elements = item_filters().properties
    stated = elements[quantity.element].column
    if quantity.unit is None:
        return stated
    unit = elements[quantity.unit].column
    return case(*((unit == code, _days(stated, days)) for code, days in quantity.working_days))


def _days(stated: ColumnElement[Any], days: int) -> ColumnElement[Any]:
    if days < 2:
        return stated if days else literal(0)
    return cast(stated, BigInteger) * days


@built_once
def statement(
    metrics: tuple[Metric, ...], dimensions: tuple[Dimension, ...], question: ItemQuestion, asked: Asked
) -> Prepared:
    """By group: how many items, how many of each set, each sum.

    Items that are alike in every column of the covering index up to the last one that matters are counted first, in
    the order of the index; the conditions are then looked at once for each kind of item, not for each item. The index
    is of what is known now: of an earlier revision items are counted one by one.
    """
    measured = measures(metrics)
    looked_at = named(measured, dimensions)
    alike = index_prefix(looked_at) if asked.latest else ()
    size: ColumnElement[int] = func.count() if alike else ONE
    chosen = [*looked_at, size.label("size")]
    found = versions(ITEM, asked, chosen).where(*question.conditions()).group_by(*alike)
    items = looking_once(found, asked).subquery("items")
    by = group_columns(items, dimensions)
    return Prepared(select(*by, *numbers_of(measured, items)).group_by(*by))


def named(measured: Measures, dimensions: Sequence[Dimension]) -> Columns:
    """What is looked at of each item: its groups, whether it is in each set, its amounts."""
    groups = [each.column.label(f"group_{place}") for place, each in enumerate(dimensions)]
    sets = [condition.label(f"set_{place}") for place, condition in enumerate(measured.sets.values())]
    sums = [each.label(f"amount_{place}") for place, each in enumerate(measured.sums.values())]
    return (*groups, *sets, *sums)


def group_columns(items: FromClause, dimensions: Sequence[Dimension]) -> Columns:
    return tuple(items.c[f"group_{place}"] for place in range(len(dimensions)))


def numbers_of(measured: Measures, items: FromClause) -> Columns:
    """The numbers of a group, in their places, over `named` items and the `size` that each row stands for."""
    sets = {text: items.c[f"set_{place}"] for place, text in enumerate(measured.sets)}
    amounts = {each: items.c[f"amount_{place}"] for place, each in enumerate(measured.sums)}
    counted = [func.sum(items.c.size).filter(condition) for condition in sets.values()]
    summed = [func.sum(each * items.c.size).filter(sets[text]) for (_, text), each in amounts.items()]
    return (func.sum(items.c.size), *counted, *summed)


def index_prefix(expressions: Iterable[ColumnElement[Any]]) -> Columns:
    """The columns of the covering index up to the last one that is used; none where a column is not in it."""
    used = {part for each in expressions for part in iterate(each) if isinstance(part, Column)}
    covering = [ITEM.table.c[name] for name in FIGURE_COLUMNS]
    if not used.issubset(covering):
        return ()
    return tuple(covering[: 1 + max((covering.index(each) for each in used), default=0)])


class Counts:
    """The numbers of any metrics by group, in as many statements as `apart` takes."""

    def __init__(
        self,
        connection: Connection,
        metrics: tuple[Metric, ...],
        dimensions: tuple[Dimension, ...],
        question: ItemQuestion,
        moment: Moment,
    ) -> None:
        self._of: dict[str, tuple[Measures, Mapping[GroupKey, list[int]]]] = {}
        self.keys: list[GroupKey] = []
        for part in apart(metrics):
            numbers = counted(connection, part, dimensions, question, moment)
            self._of |= dict.fromkeys((metric.key for metric in part), (measures(part), numbers))
            self.keys = list(numbers)

    def parts(self, metric: Metric, key: GroupKey) -> Parts:
        measured, numbers = self._of[metric.key]
        return measured.parts(metric, numbers[key])


def counted(
    connection: Connection,
    metrics: tuple[Metric, ...],
    dimensions: tuple[Dimension, ...],
    question: ItemQuestion,
    moment: Moment,
) -> dict[GroupKey, list[int]]:
    """The numbers of each group that has items. Without dimensions there is one group, which may be empty."""
    selected = statement(metrics, dimensions, question, Asked(moment.latest))
    return spread(selected.on(connection, at(moment)), dimensions)


def spread(rows: Iterable[Sequence[Any]], dimensions: Sequence[Dimension]) -> dict[GroupKey, list[int]]:
    """By group. An item that has several codes is in the group of each; counts and sums of disjoint rows add up."""
    groups: dict[GroupKey, list[int]] = {}
    for row in rows:
        stored, numbers = row[: len(dimensions)], [int(number or 0) for number in row[len(dimensions) :]]
        for key in product(*(each.keys(value) for each, value in zip(dimensions, stored, strict=True))):
            already = groups.get(key)
            groups[key] = numbers if already is None else list(map(int.__add__, already, numbers))
    return groups
