"""The figures of a report as flat rows, each with all that it takes to cite it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.demand.report.figures import WEIGHTS
from app.demand.report.groups import called, written

PARTS: Final = ("numerator", "denominator", "value", "percent", "low", "high", "value_max", "percent_max")
COLUMNS: Final = (
    "survey", "survey_title", "run", "as_of", "revision", "judged_until", "by", "group", "group_label", "counted_by",
    "outcome", "label", *PARTS, "demands_url", "note",
)  # fmt: skip


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    survey = {"survey": body["survey"]["id"], "survey_title": body["survey"]["title"], "run": body["run"]["id"]}
    cited = survey | {name: body[name] for name in ("as_of", "revision", "judged_until")}
    cited["note"] = "".join(body["notes"]) or None
    for table in body["tables"]:
        for row in table["rows"]:
            for figure in row["figures"]:
                of_figure = {name: figure[name] for name in ("outcome", "label", "demands_url")}
                for weight in WEIGHTS:
                    yield {**cited, **_group(table, row), **of_figure, "counted_by": weight, **figure[weight]}


def _group(table: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, object]:
    """`size=1; zone=null`."""
    key = written(tuple(row["group"][name] for name in table["by"]))
    named = "; ".join(f"{name}={code}" for name, code in zip(table["by"], key, strict=True))
    return {"by": list(table["by"]) or None, "group": named or None, "group_label": called(row["group"]) or None}
