"""Metrics that compare with an earlier day: which can be computed with the base day of a request, or without one."""

from collections.abc import Sequence

from app.catalogue.comparing import base_not_used
from app.catalogue.moments import BASE_AS_OF, Moment
from app.catalogue.params import ItemQuestion
from app.errors import Fault, Malformed, Message, fault
from app.metrics.definitions import Metric


class MetricNeedsBase(Malformed):
    slug, title = "metric-needs-base", Message("这个指标要有比较日", "The metric needs a base day")


def fitting(metrics: Sequence[Metric], moment: Moment) -> tuple[Metric, ...]:
    """Of all metrics, where none was named: those that count cases if months are asked about; else those of items that
    compare with an earlier day if there is one, or that don't.
    """
    if moment.period:
        return tuple(metric for metric in metrics if metric.basis == "cases")
    of_items = (metric for metric in metrics if metric.basis == "items")
    return tuple(metric for metric in of_items if metric.needs_base == (moment.base is not None))


def demand_base_of(metrics: Sequence[Metric], moment: Moment) -> None:
    """Raises MetricNeedsBase where one of the metrics compares with an earlier day, and the moment has none."""
    waiting = [_needs(metric) for metric in metrics if metric.needs_base] if moment.base is None else []
    if waiting:
        raise MetricNeedsBase(waiting[0].detail, faults=waiting)


def refuse_idle_base(metrics: Sequence[Metric], question: ItemQuestion, moment: Moment) -> None:
    """Raises BaseNotUsed where a metric doesn't look at the base day and the filter doesn't either."""
    idle = [f"{metric.key}（{metric.name_zh}）" for metric in metrics if not metric.needs_base]
    if moment.base is None or not idle or question.looks_back:
        return
    some = "、".join(idle[:5]) + ("等" if len(idle) > 5 else "")
    zh = (
        f"指标 {some}不看比较日，{BASE_AS_OF} 对它没有用处。请去掉 {BASE_AS_OF}，或与比较两天的指标分开查；"
        "只要比较日已有的事项，请写 filter=was_in_force_before = true。"
    )
    en = (
        f"{BASE_AS_OF} does nothing for metrics that compare no days. Leave it out, or ask for them apart; for items that"
        " were there on that day write filter=was_in_force_before = true."
    )
    raise base_not_used(Message(zh, en), moment)


def _needs(metric: Metric) -> Fault:
    where = "/v1/metric-values、/v1/metric-series、/v1/metric-changes"
    return fault(
        f"指标 {metric.key}（{metric.name_zh}）比较两个日期：请用参数 {BASE_AS_OF} 写明较早的那一天，如 {BASE_AS_OF}=2020-12-08"
        f"（{where} 都可以加）。",
        f"Metric {metric.key} compares two days: name the earlier one by {BASE_AS_OF}, as {BASE_AS_OF}=2020-12-08, in"
        " metric-values, metric-series or metric-changes.",
        parameter=BASE_AS_OF, value=metric.key, rule="metric-needs-base",
    )  # fmt: skip
