"""Figures as flat rows: a row for each value, a column for each thing, as spreadsheets and dashboards read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.catalogue.moments import BASE_AS_OF
from app.metrics.figures import UNREPORTED, Row
from app.metrics.groups import Dimension

DATES = ("as_of", "known_at", "revision")
MEANING = ("metric", "metric_name", "definition_version")
NUMBERS = (
    "numerator", "denominator", "unknown", "excluded", "item_count", "value", "value_max", "percent", "numerator_url",
    "denominator_url", "unknown_url", "items_url",
)  # fmt: skip
SAID = ("note", UNREPORTED)


def dates(body: Mapping[str, object]) -> tuple[str, ...]:
    """The base day and the months are among them where the answer has them."""
    return (*DATES, *(name for name in (BASE_AS_OF, "period") if name in body))


def columns(dates: Iterable[str], dimensions: Sequence[Dimension]) -> list[str]:
    groups = [name for each in dimensions for name in (each.name, f"{each.name}_label")]
    return [*dates, *MEANING, *groups, *NUMBERS, *SAID]


def flat(rows: Iterable[Row], dates: Mapping[str, object], names: Mapping[str, str]) -> Iterator[Row]:
    """The rows with the dates of the answer where they have none of their own, and their groups side by side."""
    for row in rows:
        key, group = str(row["metric"]), row["group"]
        named: Any = group
        yield {**dates, **row, **named, "metric_name": names.get(key)}
