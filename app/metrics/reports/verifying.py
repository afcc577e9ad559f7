"""Whether a report still holds: what is kept, what its figures come to from the versions, and what they are as known now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.db import Record
from app.errors import AppError
from app.metrics.in_force import in_force
from app.metrics.reports.addresses import changes_url
from app.metrics.reports.counting import Counted, Rows, counted
from app.metrics.reports.kept import kept_as_frozen
from app.metrics.reports.queries import cited
from app.metrics.reports.redacted import Place, redacted_since, redactions_of, why_not_counted
from app.metrics.reports.rules import LABEL, Cited, Difference, differences, question_of

MOST_DIFFERENCES = 100
GONE = "这个指标现在已停用，或还没有定义。"


@dataclass(frozen=True, slots=True)
class Sides:
    """The figures as they were known, and as they are known now; `moments` are when, `redacted` what was overwritten since."""

    then: Counted
    now: Counted
    moments: tuple[Moment, Moment]
    redacted: Mapping[Place, list[int]]


def verify(connection: Connection, row: Record, now: datetime) -> dict[str, Any]:
    """Each figure recomputed at its own day and revision, and beside it the live one. A few statements, however many rows."""
    said = cited(row)
    known = tuple(resolve(connection, now, None, text) for text in (str(said["revision"]), None))
    asked = [question_of(each) for each in said["figures"]]
    then, live = (
        counted(connection, asked, each, {k: r.metric for k, r in in_force(connection, each).items()}, now.date())
        for each in known
    )
    sides = Sides(then, live, (known[0], known[1]), redacted_since(connection, said["revision"]))
    figures = [_verified(each, sides) for each in said["figures"]]
    kept = kept_as_frozen(connection, row, said)
    return {
        "id": row.id,
        "number": row.number,
        "revision": row.revision,
        "agrees": _together([kept["agrees"], *(each["agrees"] for each in figures)]),
        "checksum": kept,
        "live_revision": known[1].revision,
        "live_differs": sum(each["live"]["differs"] for each in figures),
        "figures": figures,
    }


def _together(verdicts: Sequence[bool | None]) -> bool | None:
    """One that disagrees decides; where one can't be told, neither can the whole."""
    return False if False in verdicts else None if None in verdicts else True


def _verified(figure: Cited, sides: Sides) -> dict[str, Any]:
    found = sides.then.get(question_of(figure))
    different, why = _compared(figure, found)
    agrees = why is None and not any(map(_decides, different))
    redactions = redactions_of(figure, sides.redacted)
    is_open = bool(redactions) and not agrees and why is None
    return {
        "position": figure["position"],
        "label": figure["label"],
        "metric": figure["metric"],
        "agrees": None if is_open else agrees,
        "differences": different,
        "note": why_not_counted(redactions) if is_open else why,
        "live": _live(figure, sides, redactions),
    }


def _decides(difference: Mapping[str, Any]) -> bool:
    """Whether a number or a group is another one; what groups are called may be said otherwise, or redacted."""
    return not difference["field"].endswith(LABEL)


def _live(figure: Cited, sides: Sides, redactions: Sequence[int]) -> dict[str, Any]:
    question, (then, now) = question_of(figure), sides.moments
    found = sides.now.get(question)
    different, why = _compared(figure, found, shown=True)
    explained = bool(different) and figure["meaning"]["basis"] != "objects"
    return {
        "revision": now.revision,
        "differs": bool(different) or why is not None,
        "differences": different,
        "change": _change(figure, found),
        "note": why_not_counted(redactions) if redactions and different else why,
        "changes_url": changes_url(question, then.revision, now.revision) if explained else None,
    }


def _compared(
    figure: Cited, found: Rows | AppError | None, *, shown: bool = False
) -> tuple[list[dict[str, Any]], str | None]:
    """Where the rows differ (in what is `shown`); or why there are none to compare with."""
    if found is None:
        return [], GONE
    if isinstance(found, AppError):
        return [], found.detail.zh
    return _listed(differences(figure["rows"], found, shown=shown)), None


def _listed(found: Iterable[Difference]) -> list[dict[str, Any]]:
    names: Mapping[str, str] = {"group": "group", "field": "field", "was": "frozen", "now": "found"}
    return [{called: getattr(each, name) for name, called in names.items()} for each in islice(found, MOST_DIFFERENCES)]


def _change(figure: Cited, found: Rows | AppError | None) -> float | None:
    """Of a figure without groups."""
    if figure["group_by"] or found is None or isinstance(found, AppError):
        return None
    was, now = figure["rows"][0]["value"], found[0]["value"]
    return None if was is None or now is None else float(now - was)
