"""The figures of a report as flat rows, each with all that it takes to cite it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.demand.report.figures import WEIGHTS
from app.demand.report.groups import called, written

PARTS: Final = ("numerator", "denominator", "value", "percent", "low", "high", "value_max", "percent_max")
OF_GROUP: Final = ("by", "group", "group_label")
COLUMNS: Final = (
    "survey", "survey_title", "run", "as_of", "revision", "judged_until", *OF_GROUP, "counted_by",
    "outcome", "hint", "label", *PARTS, "demands_url", "note",
)  # fmt: skip


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    survey = {"survey": body["survey"]["id"], "survey_title": body["survey"]["title"], "run": body["run"]["id"]}
    cited = survey | {name: body[name] for name in ("as_of", "revision", "judged_until")}
    cited["note"] = "".join(body["notes"]) or None
    for table in body["tables"]:
        for row in table["rows"]:
            for figure in row["figures"]:
                for line in _shares(figure):
                    yield {**cited, **_group(table, row), "outcome": figure["outcome"], "hint": None, **line}
    for figure in body["unmet"]["hints"]:
        for line in _shares(figure):
            yield {**cited, **_hinted(figure), "outcome": "unmet", "hint": figure["hint"], **line}


def _hinted(figure: Mapping[str, Any]) -> dict[str, object]:
    """A group of its own kind: with an empty `by` it would be summed up with the total that it is a part of."""
    return dict(zip(OF_GROUP, ("hint", f"hint={figure['hint']}", figure["label"]), strict=True))


def _shares(figure: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    named = {name: figure[name] for name in ("label", "demands_url")}
    for weight in WEIGHTS:
        yield {**named, "counted_by": weight, **figure[weight]}


def _group(table: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, object]:
    """`size=1; zone=null`."""
    key = written(tuple(row["group"][name] for name in table["by"]))
    named = "; ".join(f"{name}={code}" for name, code in zip(table["by"], key, strict=True))
    return dict(zip(OF_GROUP, (list(table["by"]) or None, named or None, called(row["group"]) or None), strict=True))
