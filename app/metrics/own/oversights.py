"""What the filters of a new definition come to today, where that looks like an oversight."""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Message
from app.metrics.definitions import Metric
from app.metrics.queries import counted, measures
from app.metrics.rules import FIGURES, Parts


def oversights(connection: Connection, metric: Metric, moment: Moment) -> list[Message]:
    """Filters that exclude nothing or find nothing, with the counts; of cases there are none of today."""
    if metric.basis != "items":
        return []
    metrics = (metric,)
    (numbers,) = counted(connection, metrics, (), ItemQuestion(), moment).values()
    parts = measures(metrics).parts(metric, numbers)
    if not parts.total:
        return [Message("目录里今天没有事项，条件还无从核对。", "There are no items today to try the filters on.")]
    return [*_of_scope(metric, parts), *_of_numerator(metric, parts)]


def _of_scope(metric: Metric, parts: Parts) -> Iterator[Message]:
    name = "分子条件" if metric.kind == "count" else "分母条件"
    total, excluded = parts.total, FIGURES[metric.kind](parts).excluded
    if excluded == 0:
        yield Message(
            f"{name}今天什么都没有排除：{total} 个事项全部在内，暂停的也算。如只计在用的，请加 status = '1'。",
            f"Today nothing is excluded: all {total} items are in it, suspended ones too.",
        )
    if excluded == total:
        yield Message(
            f"{name}今天一个事项都不符合：{total} 个事项全部在外。", f"Today none of {total} items is in its scope."
        )


def _of_numerator(metric: Metric, parts: Parts) -> Iterator[Message]:
    """Of a share of something."""
    of, yes, unknown = parts.items, parts.matching, parts.unknown
    if metric.kind != "share" or not of:
        return
    if yes == of:
        yield Message(
            f"分子条件今天对分母里的 {of} 个事项全部成立，数值是 100%。",
            f"Today the numerator is true for all {of} items of the denominator.",
        )
    if not yes:
        yield Message(
            f"分子条件今天对分母里的 {of} 个事项一个都不成立（其中未填 {unknown} 个）。",
            f"Today the numerator is true for none of {of} items of the denominator ({unknown} don't state it).",
        )
