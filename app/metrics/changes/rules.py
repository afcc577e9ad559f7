"""Why a figure moved: the kinds of change in the order in which they apply, and exact points that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar, get_args

from app.errors import Malformed, Message, fault
from app.metrics.definitions import Better
from app.metrics.rules import Figure, Kind

K = TypeVar("K", bound=str)
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
# Of a metric that is neither better up nor down.
NEUTRAL: Mapping[ChangeKind, str] = {"improved": "增加", "worsened": "减少"}
IN_PERCENT: frozenset[Kind] = frozenset({"share", "reduction", "case_share"})


class NoSuchKind(Malformed):
    slug, title = "no-such-kind", Message("没有这一类变化", "No such kind of change")


def among(kind: str | None, kinds: Sequence[K]) -> K | None:
    """The kind, where it is one of these. Raises NoSuchKind: figures of items move otherwise than those of cases."""
    found = next((each for each in kinds if each == kind), None)
    if kind is not None and found is None:
        zh, en = (
            f"这个指标没有“{kind}”这一类变化，只有：{'、'.join(kinds)}。",
            f"There is no kind {kind!r} here, only {kinds}.",
        )
        raise NoSuchKind(Message(zh, en), faults=[fault(zh, en, parameter="kind", value=kind, rule="no-such-kind")])
    return found


def label(kind: ChangeKind, better: Better) -> str:
    """What a clerk reads for the kind."""
    return NEUTRAL.get(kind, LABELS[kind]) if better == "context" else LABELS[kind]


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
    """What a change of numerator and denominator is worth: ((n₁ − n₀) − r₀ · (d₁ − d₀)) ÷ D₁, in units of the value.

    Summed over all items that is r₁ − r₀ exactly, in rationals.
    """

    rate_before: Fraction
    per_unit: Fraction

    def points(self, numerator_change: int, denominator_change: int) -> Fraction:
        return (numerator_change - self.rate_before * denominator_change) * self.per_unit


def scale(before: Figure | None, after: Figure | None) -> Scale | None:
    """None where there is no figure before or after."""
    if before is None or after is None:
        return None
    if before.denominator is None or after.denominator is None:
        return Scale(Fraction(0), Fraction(1))
    return Scale(Fraction(before.numerator, before.denominator), Fraction(1, after.denominator))


def moved(before: Figure | None, after: Figure | None) -> Fraction | None:
    """The value after less the value before."""
    return None if before is None or after is None else _exact(after) - _exact(before)


def _exact(figure: Figure) -> Fraction:
    return Fraction(figure.numerator, 1 if figure.denominator is None else figure.denominator)


def written(name: str, amount: Fraction | None, kind: Kind) -> dict[str, object]:
    """The nearest number, the reduced fraction as text, and of what is told in per cent the percentage points."""
    if amount is None:
        return dict.fromkeys((name, f"{name}_exact", "percentage_points"))
    exact = f"{amount.numerator}/{amount.denominator}"
    in_percent = float(100 * amount) if kind in IN_PERCENT else None
    return {name: float(amount), f"{name}_exact": exact, "percentage_points": in_percent}
