"""Why a figure moved: the kinds of change in the order in which they apply, and exact points that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from app.metrics.rules import Figure, Kind

ChangeKind = Literal[
    "corrected", "added", "cancelled", "suspended", "resumed", "transferred", "became_known", "became_unknown",
    "reclassified", "improved", "worsened",
]  # fmt: skip

KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
LABELS: Mapping[ChangeKind, str] = {
    "corrected": "更正",
    "added": "新增",
    "cancelled": "取消",
    "suspended": "暂停",
    "resumed": "恢复",
    "transferred": "划转部门",
    "became_known": "补填",
    "became_unknown": "变为未填",
    "reclassified": "范围或分组改变",
    "improved": "变好",
    "worsened": "变差",
}
IN_PERCENT: frozenset[Kind] = frozenset({"share", "reduction"})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items differ, and by how much together."""

    items: int = 0
    numerator: int = 0
    denominator: int = 0
    unknown: int = 0

    def __add__(self, more: "Tally") -> "Tally":
        return Tally(
            self.items + more.items,
            self.numerator + more.numerator,
            self.denominator + more.denominator,
            self.unknown + more.unknown,
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """What a change of numerator and denominator is worth: ((n₁ − n₀) − r₀ · (d₁ − d₀)) ÷ D₁, in units of the figure.

    Summed over all items that is r₁ − r₀ exactly, in rationals.
    """

    rate_before: Fraction
    per_unit: Fraction

    def points(self, numerator_change: int, denominator_change: int) -> Fraction:
        return (numerator_change - self.rate_before * denominator_change) * self.per_unit


def scale(kind: Kind, before: Figure | None, after: Figure | None) -> Scale | None:
    """Percentage points of a share or a reduction, the metric's own unit else; None where there is no figure."""
    if before is None or after is None:
        return None
    if before.denominator is None or after.denominator is None:
        return Scale(Fraction(0), Fraction(1))
    unit = 100 if kind in IN_PERCENT else 1
    return Scale(Fraction(before.numerator, before.denominator), Fraction(unit, after.denominator))


def moved(kind: Kind, before: Figure | None, after: Figure | None) -> Fraction | None:
    """The figure after less the figure before, in the units of `scale`."""
    if before is None or after is None:
        return None
    unit = 100 if kind in IN_PERCENT else 1
    return unit * (_exact(after) - _exact(before))


def _exact(figure: Figure) -> Fraction:
    return Fraction(figure.numerator, 1 if figure.denominator is None else figure.denominator)


def written(points: Fraction | None) -> tuple[float | None, str | None]:
    """The nearest float, and the reduced fraction as text; a whole number has the denominator 1."""
    return (None, None) if points is None else (float(points), f"{points.numerator}/{points.denominator}")
