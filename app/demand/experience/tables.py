"""Promise against experience as a flat table: a row for each measure, in sum first and then for each item."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.demand.experience.rules import APART, VERDICTS
from app.demand.shares import SHARE

DATES = ("as_of", "known_at", "revision")
OF_ITEM = ("code", "name", "department_name")
COLUMNS = (
    "survey", "run", *DATES, "item_code", "item_name", "item_department_name", "measure", "question", "text", "unit",
    "promised", "compared", *VERDICTS, *APART, *(f"worse_{name}" for name in SHARE[2:]),
    *(f"{verdict}_responses" for verdict in VERDICTS),
)  # fmt: skip


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """The rows of what the API says; those of the sum name no item."""
    head = {"survey": body["survey"]["id"], "run": body["run"]["id"], **{name: body[name] for name in DATES}}
    for tally in body["measures"]:
        yield {**head, **_measure(tally)}
    for each in body["items"]:
        named = {f"item_{name}": each["item"][name] for name in OF_ITEM}
        yield from ({**head, **named, **_measure(tally)} for tally in each["measures"])


def _measure(tally: Mapping[str, Any]) -> dict[str, object]:
    return {
        **{name: tally.get(name) for name in ("measure", "question", "text", "unit", "promised", "compared")},
        **{verdict: tally[verdict]["count"] for verdict in VERDICTS},
        **{reason: tally["not_compared"][reason]["count"] for reason in APART},
        **{f"worse_{name}": tally["share_worse"][name] for name in SHARE[2:]},
        **{f"{verdict}_responses": tally[verdict]["responses"] for verdict in VERDICTS},
    }
