"""Definitions as the API shows them."""

from collections.abc import Mapping
from dataclasses import asdict

from app.metrics.definitions import Metric, NotComputable, Quantity
from app.metrics.rules import Kind
from app.pages import link

FORMULAS: Mapping[Kind, str] = {
    "share": "符合分子条件的事项数 ÷ 符合分母条件的事项数",
    "count": "符合条件的事项数",
    "mean": "要素的总和 ÷ 填了该要素的事项数",
    "reduction": "1 − 压缩后的总和 ÷ 压缩前的总和，只计两者都有的事项",
}


def definition(metric: Metric | NotComputable) -> dict[str, object]:
    if isinstance(metric, NotComputable):
        return {**asdict(metric), "computable": False}
    quantities = {name: _quantity(getattr(metric, name)) for name in ("value", "before", "after")}
    return {
        **asdict(metric),
        **quantities,
        "computable": True,
        "formula": FORMULAS[metric.kind],
        "values_url": link("/v1/metric-values", metric=metric.key),
    }


def _quantity(quantity: Quantity | None) -> dict[str, object] | None:
    if quantity is None:
        return None
    return {**asdict(quantity), "working_days": dict(quantity.working_days)}
