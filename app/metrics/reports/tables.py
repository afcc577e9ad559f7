"""A report as flat rows: one for each row of each figure, with all that it takes to cite it."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.cases.elements import ELEMENTS
from app.metrics.reports.rules import Cited, called
from app.metrics.tables import NUMBERS

OF_REPORT = ("number", "revision", "checksum")
OF_FIGURE = ("position", "label", "metric")
ASKED = ("within", "filter", "as_of", "period", "base_as_of")
OF_MEANING = ("name_zh", "definition_version", "formula", "unit", "source")
COLUMNS = (*OF_REPORT, *OF_FIGURE, *ASKED, "group", "group_label", *NUMBERS, *OF_MEANING)


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Of a report as it is shown."""
    of_report = {name: body[name] for name in OF_REPORT}
    for figure in body["figures"]:
        named = {name: figure[name] for name in (*OF_FIGURE, *ASKED)}
        meant = {name: figure["meaning"][name] for name in OF_MEANING}
        for row in figure["values"]:
            group = {"group": group_of(figure, row), "group_label": called(row) or None}
            yield {**of_report, **named, **group, **{name: row.get(name) for name in NUMBERS}, **meant}


def group_of(figure: Cited, row: Cited) -> str | None:
    """Its group as department_code=…, several side by side."""
    pairs = ((name, row["group"][name]) for name in figure["group_by"])
    return "; ".join(f"{name}={'' if key is None else key}" for name, key in pairs) or None


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
        f"{name} = {ELEMENTS[meaning[name]].label}（{meaning[name]}）" for name in ("part", "whole") if meaning[name]
    ]
    return "；".join([meaning["formula"], *counts, *parts, *quantities])
