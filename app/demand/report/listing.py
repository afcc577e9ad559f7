"""The very demands and items behind a figure, a page at a time; the address of the next page pins all that was asked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalogue.queries import department_names
from app.db import Record
from app.demand.report import item_queries, queries
from app.demand.report.asking import Subject
from app.demand.report.figures import NAMES
from app.demand.report.groups import DIMENSIONS, shown, written
from app.demand.report.item_queries import WantedItems
from app.demand.report.items import item_out, items_out
from app.demand.report.queries import WantedDemands
from app.demand.report.unmet import judgement_out
from app.demand.runs.hints import hint_out
from app.pages import fingerprint, read_cursor, write_cursor


def demands_page(
    connection: Connection, subject: Subject, wanted: WantedDemands, after: int, limit: int
) -> dict[str, Any]:
    rows, total = queries.demands_page(connection, subject, wanted, after, limit)
    more = {"after": rows[limit - 1].number, "limit": limit} if len(rows) > limit else None
    return {
        "items": _demands_out(connection, subject, rows[:limit]),
        "total": total.demands,
        "enterprises": total.enterprises,
        "next": more and subject.address("/demands", **_asked(wanted), **more),
        **subject.stated,
    }


def _asked(wanted: WantedDemands) -> dict[str, object]:
    return {
        "outcome": wanted.outcomes or None,
        "reason": wanted.reasons or None,
        "by": wanted.by or None,
        "group": written(wanted.group) or None,
        "same_as": wanted.same_as,
        "item": wanted.item,
        "hint": wanted.hints or None,
        "decided_by": wanted.decided_by,
        "several": None if wanted.several is None else str(wanted.several).lower(),
    }


def _demands_out(connection: Connection, subject: Subject, rows: Sequence[Record]) -> list[dict[str, Any]]:
    items = item_queries.items_of(connection, subject, {row.item_id for row in rows} - {None})
    names = department_names(connection, subject.moment, {each.department_code for each in items.values()})
    judged = queries.judgements(connection, {row.judgement_id for row in rows} - {None})
    hints = queries.hints_of(connection, subject, [row.demand_id for row in rows])

    def out(row: Record) -> dict[str, Any]:
        item, by = items.get(row.item_id), judged.get(row.judgement_id)
        return {
            **_demand_out(subject, row),
            "judgement": by and judgement_out(by),
            "item": item and item_out(subject, item, names),
            "elsewhere": hint_out(hints[row.demand_id], english=subject.english),
        }

    return list(map(out, rows))


def _demand_out(subject: Subject, row: Record) -> dict[str, Any]:
    key = tuple(row._mapping[f"of_{name}"] for name in DIMENSIONS)
    return {
        "number": row.number,
        "text": row.text,
        "enterprises": row.weight,
        "respondent": row.respondent,
        "group": shown(DIMENSIONS, key, subject.survey),
        "outcome": row.outcome,
        "label": subject.said(NAMES[row.outcome]),
        "decided_by": row.decided_by,
        "reason": row.why,
        "zone": row.zone,
        "probability": row.probability,
    }


def items_page(
    connection: Connection, subject: Subject, wanted: WantedItems, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Raises CursorOfAnotherQuery."""
    asked = {"asked": wanted.asked or None, "department_code": wanted.department_code}
    question = fingerprint({**subject.pinned, **asked, "survey": subject.survey.id})
    after = () if cursor is None else read_cursor(cursor, question, (str, int))
    rows, total = item_queries.items_page(connection, subject, wanted, after, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    place = last and write_cursor(question, (last.code, last.id))
    return {
        "items": items_out(connection, subject, rows[:limit]),
        "total": total,
        "next": place and subject.address("/items", **asked, limit=limit, cursor=place),
        **subject.stated,
    }
