"""Figures as the API answers them: numbers, their parts, and the addresses of their items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection

from app.cases.properties import case_filters
from app.catalogue.known import demand_known
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Malformed, Message, fault
from app.metrics.basis import demand_basis
from app.metrics.cases.links import CaseAddresses
from app.metrics.cases.queries import CaseCounts, unreported
from app.metrics.definitions import Basis, Metric
from app.metrics.groups import Dimension, Names, demand_summable, grouping
from app.metrics.in_force import chosen
from app.metrics.links import Addresses, asked, check_room, refuse_much, within_group
from app.metrics.objects.counting import ObjectAddresses, object_parts
from app.metrics.objects.rules import demand_plain, note_of, of_objects
from app.metrics.queries import Counts, GroupKey
from app.metrics.rules import FIGURES, Kind, Parts
from app.metrics.two_days import refuse_idle_base
from app.pages import refuse_long_links

Row: TypeAlias = dict[str, object]
MOST_ROWS = 50_000
FEWER = Message("减少 metric、group_by 或时间点", "ask for fewer metrics, groups or points in time")
NO_URLS = dict.fromkeys(("numerator_url", "denominator_url", "unknown_url", "items_url"))

# Which set of items each address of a kind of metric leads to; an address that is not named is null.
LINKED: Mapping[Kind, Mapping[str, str]] = {
    "share": {
        "numerator_url": "matching",
        "denominator_url": "items",
        "unknown_url": "unknown",
        "items_url": "items",
    },
    "count": {"numerator_url": "items"},
    "total": {"unknown_url": "unknown", "items_url": "items"},
    "mean": {"unknown_url": "unknown", "items_url": "items"},
    "reduction": {"unknown_url": "unknown", "items_url": "items"},
    "case_share": {
        "numerator_url": "matching",
        "denominator_url": "items",
        "unknown_url": "unknown",
        "items_url": "items",
    },
    "case_count": {"numerator_url": "items", "unknown_url": "unknown", "items_url": "items"},
    "object_count": {},
}

# How figures of each basis are counted, and where their addresses lead. Objects that are no items are counted one metric
# at a time (`object_rows`).
COUNTED: Mapping[str, tuple[type[Counts | CaseCounts], type[Addresses | CaseAddresses]]] = {
    "items": (Counts, Addresses),
    "cases": (CaseCounts, CaseAddresses),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its key, what the answer says of it, and its condition as it stands in addresses."""

    key: GroupKey
    shown: Row
    condition: str


ALL = Group((), {}, "")
NOTHING_REPORTED = "这些月份没有报送过办件，没有数可说；不是零。"
NOTHING_OF_IT = "没有报送过这样的办件，没有数可说；不是零。"
NOT_STATED = "这些报送都没有填所需的件数，没有数可说；不是零。"
NO_CASES = "报送的是零件，分母为零，没有占比可言。"


class TooManyRows(Malformed):
    slug, title = "too-many-rows", Message("结果太多", "Too many rows")


def figures(
    connection: Connection,
    keys: Iterable[str],
    group_by: Iterable[str],
    moment: Moment,
    within: str | None = None,
    filter: str | None = None,  # noqa: A002 - the name of the parameter
) -> list[Row]:
    """The figures of the metrics (of no keys: of all in force) at a moment, by group, metric by metric.

    Raises Malformed where a metric, a group, the division or the filter is wrong.
    """
    return figures_of(connection, chosen(connection, keys, moment), group_by, moment, within, filter)


def figures_of(
    connection: Connection,
    metrics: tuple[Metric, ...],
    group_by: Iterable[str],
    moment: Moment,
    within: str | None = None,
    filter: str | None = None,  # noqa: A002 - the name of the parameter
) -> list[Row]:
    """The figures of metrics as they are defined at the moment. Raises Malformed as `figures` does.

    Cases are counted over the months of the moment, items and other objects on its day; never both at once.
    """
    basis = demand_basis(metrics, moment)
    dimensions, question = grouping(group_by, basis), ItemQuestion(within=within, filter=filter)
    demand_plain(metrics, dimensions, filter)
    demand_summable(metrics, dimensions)
    demand_answerable(connection, question, basis, moment)
    refuse_idle_base(metrics, question, moment)
    objects = of_objects(metrics)
    rows = object_rows(connection, objects, question, moment)
    if others := tuple(metric for metric in metrics if metric not in objects):
        rows += _grouped_rows(connection, others, dimensions, question, moment, basis)
    places = {metric.key: place for place, metric in enumerate(metrics)}
    return [as_known(each, moment) for each in sorted(rows, key=lambda each: places[str(each["metric"])])]


def _grouped_rows(
    connection: Connection,
    metrics: tuple[Metric, ...],
    dimensions: tuple[Dimension, ...],
    question: ItemQuestion,
    moment: Moment,
    basis: Basis,
) -> list[Row]:
    """The rows of metrics that are counted together, metric by metric."""
    counting, addressing = COUNTED[basis]
    counts, addresses = counting(connection, metrics, dimensions, question, moment), addressing(question, moment)
    refuse_too_many(len(counts.keys) * len(metrics), question)
    groups = groups_of(connection, counts.keys, dimensions, moment)
    rows = [row(metric, group, counts.parts(metric, group.key), addresses) for metric in metrics for group in groups]
    return rows if moment.period is None else as_reported(rows, unreported(connection, question.within, moment), moment)


def as_reported(rows: list[Row], missing: Sequence[str], moment: Moment) -> list[Row]:
    """Of months that nobody reported nothing is known: where those are all, even a number of cases has no value."""
    if moment.period and len(missing) == len(moment.period):
        return [{**each, **dict.fromkeys(("value", "value_max", "percent")), "note": NOTHING_REPORTED} for each in rows]
    beside = f"{'、'.join(missing)} 没有报送办件，不在这个数里。" if missing else ""
    return [_noted(each, why_no_value(each) + beside) for each in rows]


def why_no_value(row: Row) -> str:
    """Of a figure of cases; empty where it has one."""
    if row["value"] is not None:
        return ""
    if row["item_count"] and not row["unknown"]:
        return NO_CASES
    return NOT_STATED if row["unknown"] or row["excluded"] else NOTHING_OF_IT


def _noted(row: Row, note: str) -> Row:
    return {**row, "note": note} if note else row


def object_rows(connection: Connection, metrics: Iterable[Metric], question: ItemQuestion, moment: Moment) -> list[Row]:
    """The rows of metrics that count objects: each with the list of exactly these; where none is known, with the reason."""
    addresses, rows = ObjectAddresses(question, moment), []
    for metric in metrics:
        said = row(metric, ALL, object_parts(connection, metric, question.within, moment), addresses)
        rows.append(said if said["value"] is not None else {**said, "note": note_of(metric)})
    return rows


def demand_answerable(connection: Connection, question: ItemQuestion, basis: Basis, moment: Moment) -> None:
    """Raises Malformed for a filter that is wrong or leaves no room, or a division or a list that never was."""
    filters = case_filters() if basis == "cases" else None
    check_room(question, filters)
    refuse_much(question, len(moment.period or ()))
    demand_known(connection, question, moment, filters)


def as_known(row: Row, moment: Moment) -> Row:
    """Of a time before all that the catalogue records nothing is known, so that even a count has no value."""
    return row if moment.note is None else {**row, "value": None}


def additive(dimensions: Iterable[Dimension]) -> bool:
    """Whether the groups add up to the whole: not where an item may be in several."""
    return not any(each.multi_valued for each in dimensions)


def groups_of(
    connection: Connection, keys: Iterable[GroupKey], dimensions: Sequence[Dimension], moment: Moment
) -> list[Group]:
    names = [each.labels(connection, moment) for each in dimensions]
    return [group_of(key, dimensions, names) for key in sorted(keys, key=nulls_last)]


def group_of(key: GroupKey, dimensions: Sequence[Dimension], names: Sequence[Names]) -> Group:
    shown: Row = {}
    for each, code, name in zip(dimensions, key, names, strict=True):
        shown |= {each.name: code, f"{each.name}_label": name(code)}
    return Group(key, shown, within_group(each.text(code) for each, code in zip(dimensions, key, strict=True)))


def row(metric: Metric, group: Group, parts: Parts, addresses: Addresses | CaseAddresses | ObjectAddresses) -> Row:
    figure = FIGURES[metric.kind](parts)
    return {
        "metric": metric.key,
        "definition_version": metric.definition_version,
        "group": group.shown,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unknown": figure.unknown,
        "excluded": figure.excluded,
        "item_count": figure.item_count,
        "value": figure.value,
        "value_max": figure.value_max,
        "percent": figure.percent,
        **NO_URLS,
        **urls_of(metric, group.condition, addresses),
    }


def urls_of(
    metric: Metric, group: str, addresses: Addresses | CaseAddresses | ObjectAddresses
) -> Mapping[str, str | None]:
    """Where each part of a figure leads in a group (encoded, see `within_group`)."""
    if isinstance(addresses, ObjectAddresses):
        return addresses.urls(metric)
    return {
        url: addresses.of(getattr(metric.sets, which), group, listed=url == "items_url")
        for url, which in LINKED[metric.kind].items()
    }


def nulls_last(key: GroupKey) -> list[tuple[bool, object]]:
    return [(code is None, code) for code in key]


def refuse_too_many(rows: int, question: ItemQuestion, links: int = len(NO_URLS)) -> None:
    """Raises TooManyRows beyond fifty thousand, LinksTooLong where the links of the rows repeat too long a filter."""
    if rows > MOST_ROWS:
        zh = f"结果有 {rows} 行，最多 {MOST_ROWS} 行。请减少 metric 或 group_by，或用 within、filter 缩小范围。"
        en = f"The answer would have {rows} rows, {MOST_ROWS} at most. Ask for fewer metrics or groups."
        raise TooManyRows(Message(zh, en), faults=[fault(zh, en, parameter="group_by", rule="too-many-rows")])
    refuse_long_links(rows * links, len(asked(question)), FEWER)
