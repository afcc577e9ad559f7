"""A report as flat rows: one for each row of each figure, with all that it takes to cite it."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.metrics.reports.rules import NOTE, Cited, called
from app.metrics.reports.wording import note_of_row
from app.metrics.tables import NUMBERS

OF_REPORT = ("number", "revision", "checksum")
OF_FIGURE = ("position", "label", "metric")
ASKED = ("within", "filter", "as_of", "period", "base_as_of")
OF_MEANING = ("name_zh", "definition_version", "formula", "unit", "source")
COLUMNS = (*OF_REPORT, "superseded_by", *OF_FIGURE, *ASKED, "group", "group_label", *NUMBERS, NOTE, *OF_MEANING)


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Of a report as it is shown."""
    following = body["superseded_by"]
    of_report = {**{name: body[name] for name in OF_REPORT}, "superseded_by": following and following["number"]}
    for figure in body["figures"]:
        named = {name: figure[name] for name in (*OF_FIGURE, *ASKED)}
        meant = {name: figure["meaning"][name] for name in OF_MEANING}
        for row in figure["values"]:
            group = {"group": group_of(figure, row), "group_label": called(row) or None}
            numbers = {**{name: row.get(name) for name in NUMBERS}, NOTE: note_of_row(figure, row)}
            yield {**of_report, **named, **group, **numbers, **meant}


def group_of(figure: Cited, row: Cited) -> str | None:
    """Its group as department_code=…, several side by side."""
    pairs = ((name, row["group"][name]) for name in figure["group_by"])
    return "; ".join(f"{name}={'' if key is None else key}" for name, key in pairs) or None
