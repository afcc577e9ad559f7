"""Items and the demands that come to them: those asked for most, and those that nobody asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from app.catalogue.addresses import item_url
from app.catalogue.queries import department_names
from app.db import Record
from app.demand.report import item_queries, queries
from app.demand.report.asking import Subject
from app.demand.report.item_queries import ASKED, COUNTED, NOT_ASKED, PERHAPS
from app.demand.report.unmet import worded

NAMES: Final[Mapping[str, str]] = {ASKED: "asked", PERHAPS: "perhaps_asked", NOT_ASKED: "not_asked"}
FLAGS: Final[Mapping[str, bool | None]] = {ASKED: True, PERHAPS: None, NOT_ASKED: False}


def asked_items(connection: Connection, subject: Subject, most: int) -> dict[str, Any]:
    """The items that meet demands, those of most enterprises first."""
    top = queries.top_asked(connection, subject, most)
    ids = [row.key for row in top.rows]
    items, first = item_queries.items_of(connection, subject, ids), queries.first_met(connection, subject, ids)
    names = department_names(connection, subject.moment, {items[each].department_code for each in ids})
    rows = [
        {**item_out(subject, items[row.key], names), **worded(first[row.key]), **behind(subject, row.key, row)}
        for row in top.rows
    ]
    return {"total": top.total, "rows": rows, "items_url": subject.address("/items", asked=ASKED)}


def behind(subject: Subject, item: int, row: Record) -> dict[str, Any]:
    """How many demands an item meets, and where they are."""
    numbers = {"demands": row.demands, "enterprises": int(row.enterprises)}
    return {**numbers, "demands_url": subject.address("/demands", item=item)}


def item_out(subject: Subject, row: Record, names: Mapping[str, str]) -> dict[str, Any]:
    moment = subject.moment
    return {
        "code": row.code,
        "name": row.name,
        "division_code": row.division_code,
        "department_code": row.department_code,
        "department_name": names.get(row.department_code),
        "is_online": row.is_online,
        "url": item_url(row, moment.as_of, moment),
    }


def items_out(connection: Connection, subject: Subject, rows: Sequence[Record]) -> list[dict[str, Any]]:
    """As a list shows them; `asked` is null of what is only first among the hits of demands that are to be reviewed."""
    names = department_names(connection, subject.moment, {row.department_code for row in rows})
    return [
        {**item_out(subject, row, names), "asked": FLAGS[row.asked], **behind(subject, row.id, row)} for row in rows
    ]


def coverage(connection: Connection, subject: Subject) -> dict[str, Any]:
    """The items in use, in all and by department: asked for, perhaps asked for, and asked for by nobody."""
    rows = item_queries.by_department(connection, subject)
    names = department_names(connection, subject.moment)
    whole = {each: sum(row._mapping[each] for row in rows) for each in COUNTED}
    departments = [
        {
            "department_code": row.department_code,
            "department_name": names.get(row.department_code),
            **_numbers(subject, row._mapping, department_code=row.department_code),
        }
        for row in rows
    ]
    return {**_numbers(subject, whole), "departments": departments}


def _numbers(subject: Subject, counts: Mapping[Any, int], **of: object) -> dict[str, Any]:
    numbers = {NAMES[each]: counts[each] for each in COUNTED}
    addresses = {f"{NAMES[each]}_url": subject.address("/items", asked=each, **of) for each in COUNTED}
    return {"total": sum(numbers.values()), **numbers, "items_url": subject.address("/items", **of), **addresses}
