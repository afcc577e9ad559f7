"""Definitions as the API shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from app.cases.elements import ELEMENTS
from app.metrics.definitions import Metric, NotComputable, Quantity
from app.metrics.objects.kinds import COUNTED
from app.metrics.recorded import Recorded
from app.metrics.rules import Kind
from app.metrics.schemas import RECORD
from app.pages import JsonBytes, link

FORMULAS: Mapping[Kind, str] = {
    "share": "符合分子条件的事项数 ÷ 符合分母条件的事项数",
    "count": "符合条件的事项数",
    "mean": "要素的总和 ÷ 填了该要素的事项数",
    "total": "要素的总和，不是占比",
    "reduction": "1 − 压缩后的总和 ÷ 压缩前的总和，只计两者都有的事项",
    "case_share": "{part}之和 ÷ {whole}之和",
    "case_count": "{part}之和",
    "object_count": "当日有效的{counted}数，按区划",
}
ONLY_MATCHING = "，分子只计符合分子条件的"


def definition(of: Recorded) -> dict[str, object]:
    """A version of a definition: what it means, since when and by whom."""
    metric = of.metric
    quantities = {name: _quantity(getattr(metric, name)) for name in ("value", "before", "after")}
    return {
        **asdict(metric),
        **quantities,
        "computable": True,
        "formula": formula(metric),
        "released": of.released,
        "withdrawn": of.withdrawn,
        "recorded_in": of.recorded_in,
        "recorded_at": of.recorded_at.isoformat() if of.recorded_at else None,
        "recorded_by": of.recorded_by,
        "needs_base": metric.needs_base,
        "values_url": link("/v1/metric-values", metric=metric.key) if _of_today(metric) else None,
    }


def formula(metric: Metric) -> str:
    """In words; counts of cases and what else is counted by their names."""
    counts = {name: ELEMENTS[of].label for name, of in (("part", metric.part), ("whole", metric.whole)) if of}
    counted = {"counted": COUNTED[metric.counted].called.zh} if metric.counted else {}
    said = FORMULAS[metric.kind].format(**counts, **counted)
    return said + ONLY_MATCHING if metric.basis == "cases" and metric.numerator else said


def _of_today(metric: Metric) -> bool:
    """Whether it takes neither months nor a day to compare with."""
    return metric.basis != "cases" and not metric.needs_base


def history(versions: Sequence[Recorded]) -> dict[str, object]:
    """The last version, and every one with its number."""
    return {**definition(versions[-1]), "versions": [_version(each) for each in versions]}


def numbered(versions: Sequence[Recorded]) -> tuple[JsonBytes, str]:
    """The history as an answer, and what its ETag begins with: the number of the last version, as `If-Match` names it."""
    return JsonBytes(history(versions)), f"{versions[-1].metric.definition_version}-"


def _version(of: Recorded) -> dict[str, object]:
    said = definition(of)
    return {"version": of.metric.definition_version, **{name: said.pop(name) for name in RECORD}, "definition": said}


def waiting(metric: NotComputable) -> dict[str, object]:
    return {**asdict(metric), "computable": False}


def _quantity(quantity: Quantity | None) -> dict[str, object] | None:
    if quantity is None:
        return None
    return {**asdict(quantity), "working_days": dict(quantity.working_days)}
