"""What is said of batches of transfers: a page of them, one with its items, the hand-overs of an item."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.catalogue.absent import absence
from app.catalogue.addresses import pins
from app.catalogue.moments import Moment
from app.catalogue.objects import TRANSFER
from app.catalogue.present import open_end
from app.catalogue.queries import department_names
from app.catalogue.reads import ObjectNotFound
from app.db import Record
from app.errors import Message
from app.filters import quoted
from app.lists.named_items import item_out, named_at
from app.lists.transfers import queries
from app.pages import link

STATED = (
    "code", "name", "division_code", "department_code", "document_number", "batch", "issued_by", "issued_on",
    "is_closed", "posts_moved", "filter", "note",
)  # fmt: skip
OF_ENTRY = (
    "code", "name", "from_department_code", "supervising_department_code", "supervising_duties", "note",
)  # fmt: skip
Names = Mapping[str, str]


def batches(connection: Connection, rows: Sequence[Record], moment: Moment) -> list[dict[str, object]]:
    names = department_names(connection, moment, {row.department_code for row in rows})
    return [_batch(row, names, moment) for row in rows]


def _batch(row: Record, names: Names, moment: Moment) -> dict[str, object]:
    entries = row.entries or ()
    return {
        **{name: row._mapping[name] for name in STATED},
        "department_name": names.get(row.department_code),
        "handed_over_on": row.valid_from,
        "valid_to": open_end(row.valid_to),
        "entry_count": len(entries),
        "item_count": row.item_count,
        "items_url": link("/v1/items", filter=f"A_CONTAINS(transfers, ({quoted(row.code)}))", **moment.pinned),
        "department_count": len(_givers(entries)),
        "url": batch_url(row.code, moment),
    }


def _givers(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    return {entry["from_department_code"] for entry in entries}


def batch_url(code: str, moment: Moment) -> str:
    return f"/v1/transfers/{code}{pins(moment.as_of, moment)}"


def totals(connection: Connection, within: str | None, moment: Moment) -> dict[str, object]:
    """Batches of a division hand over items of it: they are counted by their own divisions, as the link finds them."""
    rows = queries.entries_in_force(connection, within, moment)
    return {
        "batches": len(rows),
        "departments": len({giver for row in rows for giver in _givers(row.entries or ())}),
        "items": queries.count_transferred(connection, within, moment),
        "items_url": link("/v1/items", filter="is_transferred = true", within=within, **moment.pinned),
    }


def not_in_force(connection: Connection, code: str, moment: Moment) -> ObjectNotFound:
    """Why there is no such batch at the moment."""
    never = Message(f"没有编码为 {code} 的划转批次。全部批次见 /v1/transfers。", f"There is no batch {code}.")
    return ObjectNotFound(absence(connection, TRANSFER, code, moment) or never, code=code)


def detail(connection: Connection, row: Record, moment: Moment) -> dict[str, object]:
    (batch,) = batches(connection, [row], moment)
    entries = row.entries or ()
    items = named_at(connection, TRANSFER, row.version_id, moment)
    days = queries.first_named(connection, row.id, row.version_id, moment)
    names = department_names(connection, moment, _departments(entries))
    listed = [
        {**_handed_over(entry, items.get(place), names, moment), "handed_over_on": days[place]}
        for place, entry in enumerate(entries)
    ]
    return {**batch, "entries": listed, **moment.stated}


def _departments(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    return _givers(entries) | {
        entry["supervising_department_code"] for entry in entries if entry.get("supervising_department_code")
    }


def _handed_over(entry: Mapping[str, Any], item: Record | None, names: Names, moment: Moment) -> dict[str, object]:
    said = {name: entry.get(name) for name in OF_ENTRY}
    return {**said, **_named(entry, names), "item": item_out(item, moment)}


def _named(entry: Mapping[str, Any], names: Names) -> dict[str, object]:
    return {
        "from_department_name": names.get(entry["from_department_code"]),
        "supervising_department_name": names.get(entry.get("supervising_department_code") or ""),
    }


def hand_overs(connection: Connection, item: int, moment: Moment) -> list[dict[str, object]]:
    """By the batch's first day that names the item, with what the batch says of itself last."""
    found: dict[int, list[Record]] = {}
    for row in queries.hand_overs(connection, item, moment):
        found.setdefault(row.id, []).append(row)
    names = department_names(connection, moment, _all_departments(found.values()))
    return [_hand_over(rows, names, moment) for rows in found.values()]


def _all_departments(found: Collection[Sequence[Record]]) -> set[str]:
    return {code for rows in found for code in _of_hand_over(rows[-1])}


def _of_hand_over(row: Record) -> Iterator[str]:
    yield row.department_code
    yield from _departments([row.entries[row.position]])


def _hand_over(rows: Sequence[Record], names: Names, moment: Moment) -> dict[str, object]:
    last = rows[-1]
    entry = last.entries[last.position]
    return {
        "batch_code": last.code,
        "batch_name": last.name,
        "batch": last.batch,
        "document_number": last.document_number,
        "handed_over_on": rows[0].valid_from,
        "valid_to": open_end(last.until),
        "is_closed": last.is_closed,
        "code": entry["code"],
        "from_department_code": entry["from_department_code"],
        "to_department_code": last.department_code,
        "to_department_name": names.get(last.department_code),
        "supervising_department_code": entry.get("supervising_department_code"),
        "supervising_duties": entry.get("supervising_duties"),
        **_named(entry, names),
        "url": batch_url(last.code, moment),
    }
