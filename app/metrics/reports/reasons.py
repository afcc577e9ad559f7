"""Why a row of a report has no value, where the figure itself doesn't say so."""

from typing import Any

from app.metrics.definitions import Metric
from app.metrics.reports.rules import NOTE, Row

NONE_OF_THEM = "范围里没有这样的事项，没有数可说。"


def with_reason(metric: Metric, row: Row) -> dict[str, Any]:
    """A row with no value and no note says which of the two it is: nothing to count, or nothing known of it."""
    if row["value"] is not None or row.get(NOTE):
        return {**row}
    return {**row, NOTE: _nothing_known(metric, row["unknown"]) if row["unknown"] else NONE_OF_THEM}


def _nothing_known(metric: Metric, unknown: int) -> str:
    if metric.numerator is None:
        return f"{unknown} 项都没有填所需的要素，没有数可说；不是零。"
    return f"“{metric.filters.in_words(metric.numerator)}”：{unknown} 项都没有填或不知道，没有数可说；不是零。"
