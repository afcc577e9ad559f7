"""What the forms of a report say of a figure in words."""

from app.cases.elements import ELEMENTS
from app.metrics.reports.rules import NOTE, Cited

SEE_ROWS = "有的组另有说明，见各组。"
NOT_ADDITIVE = "一个事项会在几个组里，各组不能相加。"


def conditions(figure: Cited) -> str:
    """Of which items a figure is, in words."""
    parts = []
    if figure["within"]:
        parts.append(f"{figure['within_name'] or ''}（{figure['within']}）及其下级")
    if figure["filter"]:
        parts.append(f"只计 {figure['filter']}")
    if figure["group_by"]:
        parts.append("按 " + "、".join(figure["group_by"]) + " 分组")
    return "；".join(parts) or "全部"


def time_of(figure: Cited) -> str:
    """The day that a figure is about, or its months, or both of its days."""
    if figure["period"]:
        return str(figure["period"])
    return f"{figure['base_as_of']} → {figure['as_of']}" if figure["base_as_of"] else str(figure["as_of"])


def formula(figure: Cited) -> str:
    """The formula with the conditions of its parts."""
    meaning = figure["meaning"]
    parts = [
        f"{label} = {meaning[name]}"
        for name, label in (("numerator", "分子"), ("denominator", "分母"))
        if meaning[name]
    ]
    quantities = [
        f"{label} = {meaning[name]['element']}"
        for name, label in (("value", "要素"), ("before", "压缩前"), ("after", "压缩后"))
        if meaning[name]
    ]
    counts = [
        f"{name} = {ELEMENTS[meaning[name]].label}（{meaning[name]}）"
        for name in ("part", "whole")
        if meaning[name] and name in meaning["formula"]  # As reports said it once.
    ]
    return "；".join([meaning["formula"], *counts, *parts, *quantities])


def note_of(figure: Cited) -> str | None:
    """What is said of the figure beside its numbers; what only some of its groups say stands at these."""
    return (SEE_ROWS if is_noted_by_row(figure) else figure["note"] or "") + _of_groups(figure) or None


def note_of_row(figure: Cited, row: Cited) -> str | None:
    """What is said of one group: what it says itself, after what is said of all."""
    of_all = None if is_noted_by_row(figure) else figure["note"]
    own = "".join(dict.fromkeys(note for note in (of_all, row.get(NOTE)) if note))
    return own + _of_groups(figure) or None


def _of_groups(figure: Cited) -> str:
    return "" if figure["additive"] else NOT_ADDITIVE


def is_noted_by_row(figure: Cited) -> bool:
    """Whether its groups say different things: a figure then cites the first of them."""
    said = {row.get(NOTE) for row in figure["values"]}
    return len(said) > 1 and figure["note"] in said
