"""The demands that nothing meets: what the thesaurus says of them, and which words most enterprises ask for in vain."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.report import queries
from app.demand.report.asking import Subject
from app.demand.report.figures import BY_KEY, HINT_NAMES, Count, shares_of
from app.demand.runs.hints import hint_out


def unmet_demands(connection: Connection, subject: Subject, whole: Count, most: int) -> dict[str, Any]:
    """`total` counts words, not demands; `whole` is all that were matched."""
    top = queries.top_unmet(connection, subject, most)
    first = queries.first_unmet(connection, subject, [row.key for row in top.rows])
    judged = queries.judgements(connection, {row.judgement_id for row in top.rows} - {None})
    rows = [_row(subject, row, first[row.key], judged.get(row.judgement_id)) for row in top.rows]
    return {
        "total": top.total,
        "hints": _hints(connection, subject, whole),
        "rows": rows,
        "demands_url": subject.address("/demands", outcome="unmet"),
    }


def _hints(connection: Connection, subject: Subject, whole: Count) -> list[dict[str, Any]]:
    """How the unmet demands divide; the parts add up to their figure, by both bounds."""
    counted = queries.hinted(connection, subject)
    return [
        {
            "hint": hint,
            "label": subject.said(label),
            **shares_of(BY_KEY["unmet"], counted.get(hint, {}), whole),
            "demands_url": subject.address("/demands", outcome="unmet", hint=hint),
        }
        for hint, label in HINT_NAMES.items()
    ]


def _row(subject: Subject, row: Record, first: Sequence[Record], judged: Record | None) -> dict[str, Any]:
    return {
        **worded(first),
        "demands": row.demands,
        "enterprises": int(row.enterprises),
        "decided_by": "run" if judged is None else "judgement",
        "probability": None if judged else row.probability,
        "judgement": judged and judgement_out(judged),
        "elsewhere": hint_out(first[0].remarks["elsewhere"], english=subject.english),
        "demands_url": subject.address("/demands", outcome="unmet", same_as=first[0].number),
    }


def worded(first: Sequence[Record]) -> dict[str, Any]:
    """The numbers of the first demands, and how these are worded; nothing of one that was redacted."""
    wordings = dict.fromkeys(each.text for each in first if each.text is not None)
    return {"numbers": [each.number for each in first], "wordings": list(wordings)}


def judgement_out(judged: Record) -> dict[str, Any]:
    said = {name: getattr(judged, name) for name in ("id", "verdict", "note", "judge")}
    return {**said, "at": in_shanghai(judged.at).isoformat(), "as_of": judged.as_of.isoformat()}
