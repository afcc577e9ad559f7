"""What the forms of a report say of a figure in words."""

from app.cases.elements import ELEMENTS
from app.filters import FilterError, Filters
from app.metrics.definitions import filters_of
from app.metrics.groups import case_dimensions, dimensions
from app.metrics.reports.rules import NOTE, Cited

SEE_ROWS = "有的组另有说明，见各组。"
NOT_ADDITIVE = "一个事项会在几个组里，各组不能相加。"


def conditions(figure: Cited) -> str:
    """Of which items a figure is, in words."""
    parts = []
    if figure["within"]:
        parts.append(f"{figure['within_name'] or ''}（{figure['within']}）及其下级")
    if figure["filter"]:
        parts.append(f"只计{_said(figure, figure['filter'])}")
    if figure["group_by"]:
        parts.append("按" + "、".join(called_by(figure, name) for name in figure["group_by"]) + "分组")
    return "；".join(parts) or "全部"


def caveats(figure: Cited) -> str:
    """All of them, each a sentence."""
    return "".join(each if each.endswith("。") else f"{each}。" for each in figure["meaning"]["caveats"])


def _said(figure: Cited, text: str) -> str:
    """A condition in words, with its text; the text alone where this edition of the service can't read it."""
    try:
        return f"{_filters(figure).in_words(text)}（{text}）"
    except FilterError:
        return f" {text}"


def called_by(figure: Cited, name: str) -> str:
    """What figures are grouped by: groups are told by their names, not by their codes."""
    offered = case_dimensions() if figure["meaning"]["basis"] == "cases" else dimensions()
    return offered[name].label.removesuffix("编码").removesuffix("代码") if name in offered else name


def _filters(figure: Cited) -> Filters:
    return filters_of(figure["meaning"]["basis"])


def time_of(figure: Cited) -> str:
    """The day that a figure is about, or its months, or both of its days."""
    if figure["period"]:
        return str(figure["period"])
    return f"{figure['base_as_of']} → {figure['as_of']}" if figure["base_as_of"] else str(figure["as_of"])


def formula(figure: Cited) -> str:
    """The formula with the conditions of its parts."""
    meaning = figure["meaning"]
    parts = [
        f"{label}：{_said(figure, meaning[name])}"
        for name, label in (("numerator", "分子"), ("denominator", "分母"))
        if meaning[name]
    ]
    quantities = [
        f"{label}：{_element(figure, meaning[name]['element'])}"
        for name, label in (("value", "要素"), ("before", "压缩前"), ("after", "压缩后"))
        if meaning[name]
    ]
    counts = [
        f"{name} = {ELEMENTS[meaning[name]].label}（{meaning[name]}）"
        for name in ("part", "whole")
        if meaning[name] and name in meaning["formula"]  # As reports said it once.
    ]
    return "；".join([meaning["formula"], *counts, *parts, *quantities])


def _element(figure: Cited, name: str) -> str:
    known = _filters(figure).properties.get(name)
    return f"{known.label}（{name}）" if known else name


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
