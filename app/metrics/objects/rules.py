"""What metrics that count no items can't be asked: groups and filters of items, and why they moved."""

from collections.abc import Collection, Iterable

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Malformed, Message, fault
from app.metrics.definitions import Metric
from app.metrics.objects.counting import ObjectAddresses
from app.metrics.objects.kinds import COUNTED, Counted


class CountsNoItems(Malformed):
    slug, title = "counts-no-items", Message("这个指标数的不是事项", "The metric counts no items")


def of_objects(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    return tuple(metric for metric in metrics if metric.basis == "objects")


def what_of(metric: Metric) -> Counted:
    return COUNTED[metric.counted or ""]


def demand_plain(metrics: Iterable[Metric], groups: Collection[object], filter_: str | None) -> None:
    """Raises CountsNoItems where objects are to be grouped or filtered by what only items say."""
    metric = next(iter(of_objects(metrics)), None)
    if metric is None or not (groups or filter_):
        return
    parameter, act = ("group_by", "分组") if groups else ("filter", "过滤")
    what = what_of(metric)
    zh = (
        f"{metric.name_zh}（{metric.key}）数的是{what.called.zh}，不是事项，不能按事项的要素{act}。请去掉 {parameter}，"
        f"或把数事项的指标另外查询；逐个看{what.called.zh}，见 {what.path}。"
    )
    en = f"{metric.key} counts {what.called.en}, not items: leave {parameter} out, or ask for it by itself. See {what.path}."
    raise CountsNoItems(Message(zh, en), faults=[fault(zh, en, parameter=parameter, value=metric.key, rule="no-items")])


def demand_items(metric: Metric, within: str | None, before: Moment, after: Moment) -> None:
    """Raises CountsNoItems, with the two lists to compare, for what moved otherwise than by items."""
    if metric.basis != "objects":
        return
    question = ItemQuestion(within=within)
    one, other = (ObjectAddresses(question, moment).urls(metric)["numerator_url"] for moment in (before, after))
    called = what_of(metric).called
    zh = (
        f"{metric.name_zh}（{metric.key}）数的是{called.zh}，不是事项，没有事项使它变化。"
        f"请比较两天的清单：{one} 和 {other}。"
    )
    en = f"{metric.key} counts {called.en}, not items: no items moved it. Compare the two lists: {one} and {other}."
    raise CountsNoItems(Message(zh, en), faults=[fault(zh, en, parameter="metric", value=metric.key, rule="no-items")])


def note_of(metric: Metric) -> str:
    """Why a number of objects has no value."""
    return f"按所知从来没有登记过{what_of(metric).called.zh}：不知道有多少，不是 0。"
