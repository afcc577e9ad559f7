"""Bars of a figure's groups as SVG, to be printed with the page they stand on."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.metrics.reports.markup import Markup, element, joined
from app.metrics.reports.rules import called, number_of, written

MOST, TOGETHER = 40, 5
LINE, NAMES, BARS, NUMBERS = 22, 250, 330, 90  # Heights and widths, in pixels of the picture.
THICK, TEXT = 14, 15
LONGEST_NAME = 18
COLOUR, BELOW_ZERO = "#2b6cb0", "#b0582b"


def bars(rows: Sequence[Mapping[str, Any]], label: str) -> Markup | None:
    """The first forty rows, or none where there is nothing to compare; in pictures between which a page may end."""
    shown = rows[:MOST]
    numbers = [number_of(row) or 0 for row in shown]
    if len(shown) < 2 or not any(numbers):
        return None
    most = max(map(abs, numbers))
    shares = [(row, number / most) for row, number in zip(shown, numbers, strict=True)]
    return joined(_picture(shares[first : first + TOGETHER], label) for first in range(0, len(shares), TOGETHER))


def _picture(shares: Sequence[tuple[Mapping[str, Any], float]], label: str) -> Markup:
    height, width = LINE * len(shares), NAMES + BARS + NUMBERS
    lines = [_line(place, row, share) for place, (row, share) in enumerate(shares)]
    return element(
        "svg", element("title", label), *lines,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", width=width, height=height, role="img",
    )  # fmt: skip


def _line(place: int, row: Mapping[str, Any], share: float) -> Markup:
    top, length = place * LINE, max(round(abs(share) * BARS, 1), 0.5)
    name = called(row)
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    colour = BELOW_ZERO if share < 0 else COLOUR
    return element(
        "g",
        element("text", short, x=NAMES - 8, y=top + TEXT, text_anchor="end"),
        element("rect", x=NAMES, y=top + 4, width=length, height=THICK, fill=colour),
        element("text", written(row), x=NAMES + length + 6, y=top + TEXT),
    )
