"""What became of the demands of each group as bars of five parts, as SVG that is printed with the page it stands on."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from app.demand.report.figures import BY_KEY
from app.demand.report.groups import called
from app.demand.runs.outcomes import OUTCOMES, Outcome
from app.metrics.reports.bars import BARS, LINE, LONGEST_NAME, MOST, NAMES, NUMBERS, TEXT, THICK, TOGETHER
from app.metrics.reports.markup import Markup, element, joined

COLOURS: Final[Mapping[Outcome, str]] = {
    "met_online": "#2b6cb0",
    "met_at_counter": "#7fb2de",
    "met_online_unknown": "#c3dcf1",
    "unmet": "#b0582b",
    "review": "#cbd5e0",
}
ALL: Final = "全部"
SWATCH, SPACING = 12, 160


def bars(rows: Sequence[Mapping[str, Any]], weight: str, label: str) -> Markup | None:
    """The first forty groups, in pictures between which a page may end; none where nobody asked for anything."""
    shown = [row for row in rows if row[weight]][:MOST]
    if not shown:
        return None
    pictures = (_picture(shown[at : at + TOGETHER], weight, label) for at in range(0, len(shown), TOGETHER))
    return joined((_legend(), *pictures))


def _legend() -> Markup:
    parts = [
        part
        for place, outcome in enumerate(OUTCOMES)
        for part in (
            element("rect", x=place * SPACING, y=5, width=SWATCH, height=SWATCH, fill=COLOURS[outcome]),
            element("text", BY_KEY[outcome].label.zh, x=place * SPACING + SWATCH + 4, y=TEXT),
        )
    ]
    return _svg(len(OUTCOMES) * SPACING, LINE, *parts)


def _picture(rows: Sequence[Mapping[str, Any]], weight: str, label: str) -> Markup:
    lines = [_line(place, row, weight) for place, row in enumerate(rows)]
    return _svg(NAMES + BARS + NUMBERS, LINE * len(rows), element("title", label), *lines)


def _svg(width: int, height: int, *parts: Markup) -> Markup:
    box = f"0 0 {width} {height}"
    named = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "role": "img"}
    return element("svg", *parts, **named, width=width, height=height)


def _line(place: int, row: Mapping[str, Any], weight: str) -> Markup:
    top, name = place * LINE, called(row["group"]) or ALL
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    counts = {figure["outcome"]: figure[weight]["numerator"] for figure in row["figures"]}
    ends = [round(end / row[weight] * BARS, 1) for end in accumulate(counts[each] for each in OUTCOMES)]
    parts = [
        element("rect", x=NAMES + start, y=top + 4, width=round(end - start, 1), height=THICK, fill=COLOURS[outcome])
        for outcome, start, end in zip(OUTCOMES, [0, *ends], ends, strict=False)
        if end > start
    ]
    told = element("text", row[weight], x=NAMES + BARS + 6, y=top + TEXT)
    return element("g", element("text", short, x=NAMES - 8, y=top + TEXT, text_anchor="end"), *parts, told)
