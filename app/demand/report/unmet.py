"""The demands that nothing meets, equal words together: what most enterprises ask for in vain."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.report import queries
from app.demand.report.asking import Subject


def unmet_demands(connection: Connection, subject: Subject, most: int) -> dict[str, Any]:
    """`total` counts words, not demands."""
    top = queries.top_unmet(connection, subject, most)
    first = queries.first_unmet(connection, subject, [row.key for row in top.rows])
    judged = queries.judgements(connection, {row.judgement_id for row in top.rows} - {None})
    rows = [_row(subject, row, first[row.key], judged.get(row.judgement_id)) for row in top.rows]
    return {"total": top.total, "rows": rows, "demands_url": subject.address("/demands", outcome="unmet")}


def _row(subject: Subject, row: Record, first: Sequence[Record], judged: Record | None) -> dict[str, Any]:
    return {
        **worded(first),
        "demands": row.demands,
        "enterprises": int(row.enterprises),
        "decided_by": "run" if judged is None else "judgement",
        "probability": None if judged else row.probability,
        "judgement": judged and judgement_out(judged),
        "elsewhere": first[0].remarks.get("elsewhere") if first[0].remarks else None,
        "demands_url": subject.address("/demands", outcome="unmet", same_as=first[0].number),
    }


def worded(first: Sequence[Record]) -> dict[str, Any]:
    """The numbers of the first demands, and how these are worded; nothing of one that was redacted."""
    wordings = dict.fromkeys(each.text for each in first if each.text is not None)
    return {"numbers": [each.number for each in first], "wordings": list(wordings)}


def judgement_out(judged: Record) -> dict[str, Any]:
    said = {name: getattr(judged, name) for name in ("id", "verdict", "note", "judge")}
    return {**said, "at": in_shanghai(judged.at).isoformat(), "as_of": judged.as_of.isoformat()}
