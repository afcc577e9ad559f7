"""What was measured, beside its budget."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. `ratio` is the median of the paired ratios, `low` and `high` their range.

    A budget is a least ratio, or a greatest one where `at_most` says so; without one the line is for information.
    """

    work: str
    ours: str
    peer: str
    ratio: float
    low: float
    high: float
    budget: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.budget is None:
            return None
        return self.ratio <= self.budget if self.at_most else self.ratio >= self.budget

    @property
    def cells(self) -> tuple[str, ...]:
        sign = "≤" if self.at_most else "≥"
        budget = "–" if self.budget is None else f"{sign} {self.budget:g}"
        spread = f"{shown(self.ratio)} [{shown(self.low)}..{shown(self.high)}]"
        return (self.work, self.ours, self.peer, spread, budget, VERDICTS[self.met], self.note)

    @property
    def document(self) -> dict[str, object]:
        return asdict(self) | {"met": self.met}


VERDICTS = {True: "met", False: "NOT MET", None: ""}
HEADS = ("work", "ours", "peer or limit", "ratio [range]", "budget", "", "note")


def figure(
    work: str,
    ours: Sequence[float],
    peer: Sequence[float],
    *,
    unit: str = "req/s",
    beside: str = "",
    budget: float | None = None,
    note: str = "",
) -> Figure:
    """From rates of the same rounds; more is better."""
    ratios = [mine / other for mine, other in zip(ours, peer, strict=True)]
    return Figure(
        work=work,
        ours=f"{shown(median(ours))} {unit}",
        peer=f"{beside} {shown(median(peer))} {unit}".strip(),
        ratio=median(ratios),
        low=min(ratios),
        high=max(ratios),
        budget=budget,
        note=note,
    )


def shown(number: float) -> str:
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}" if number >= 0.1 else f"{number:.3f}"


def table(figures: Sequence[Figure]) -> str:
    rows = [HEADS, *(figure.cells for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
