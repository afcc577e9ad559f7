"""A metric that means one thing before and another after: what can't be compared, and what is told of the rest."""

from app.errors import Malformed, Message, fault
from app.metrics.definitions import Metric
from app.metrics.rules import Kind

KIND_NAMES: dict[Kind, Message] = {
    "share": Message("占比", "a share"),
    "count": Message("计数", "a count"),
    "mean": Message("平均数", "a mean"),
    "total": Message("总和", "a total"),
    "reduction": Message("压缩率", "a reduction"),
    "case_share": Message("办件之比", "a share of cases"),
    "case_count": Message("办件数", "a number of cases"),
    "object_count": Message("登记对象数", "a number of objects"),
}


class NotComparable(Malformed):
    slug, title = "not-comparable", Message("两边的定义不能比较", "The definitions can't be compared")


def is_comparable(before: Metric, after: Metric) -> bool:
    """Whether the values are of the same kind, in the same unit."""
    return (before.kind, before.unit) == (after.kind, after.unit)


def demand_comparable(before: Metric, after: Metric) -> None:
    """Raises NotComparable where the values are of another kind, or in another unit: their difference says nothing."""
    if is_comparable(before, after):
        return
    key, was, now = after.key, called(before), called(after)
    zh = (
        f"指标 {key} 的定义由{was.zh}改成了{now.zh}，两边不能比较。"
        f"请让 known_from、known_to 落在同一定义；各个定义从第几版起有效，见 /v1/metrics/{key}。"
    )
    en = (
        f"Metric {key} was {was.en} and is {now.en}: they can't be compared. Let known_from and known_to lie within one"
        f" definition; /v1/metrics/{key} says since which revision each holds."
    )
    raise NotComparable(Message(zh, en), faults=[fault(zh, en, parameter="known_from", rule="not-comparable")])


def called(metric: Metric) -> Message:
    kind = KIND_NAMES[metric.kind]
    return Message(f"{kind.zh}（{metric.unit}）", f"{kind.en} ({metric.unit})")


def redefinition(before: Metric, after: Metric) -> str | None:
    """What an answer says where both sides are computed otherwise."""
    if (before.sets, before.sums) == (after.sets, after.sums):
        return None
    one, other = before.definition_version, after.definition_version
    return f"两边按不同的定义计算（第 {one} 个、第 {other} 个），“更正”里包括因改定义而不同的事项。"
