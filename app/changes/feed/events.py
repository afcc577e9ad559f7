"""Events of the feed, written as they leave: an entry or a redaction each, with what was then known of its object."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection

from app.catalogue.differences import field_change
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OBJECT_TYPES
from app.changes.feed import queries
from app.changes.feed.positions import Position
from app.changes.feed.queries import REDACT, Known, Part
from app.changes.present import changes
from app.changes.redactable import read_target
from app.db import Record

AT_ONCE = 250
ENOUGH = 16 * 2**20  # Bytes after which a page ends, though its limit was higher.


@dataclass(frozen=True, slots=True)
class Event:
    """One published change, as JSON."""

    position: Position
    written: bytes


def page(connection: Connection, part: Part, after: Position, limit: int) -> list[Event]:
    """The events behind a position: `limit` of them, fewer only where they are long or there are no more."""
    found: list[Event] = []
    for portion in portions(connection, part, after, limit):
        found += portion
        if sum(len(event.written) for event in found) >= ENOUGH:
            break
    return found


def portions(connection: Connection, part: Part, after: Position, most: int | None = None) -> Iterator[list[Event]]:
    """The events behind a position, some at a time: all, or the first so many."""
    left = most
    while left is None or left > 0:
        size = AT_ONCE if left is None else min(left, AT_ONCE)
        events = _events(connection, _rows(connection, part, after, size))
        if not events:
            return
        yield events
        after = events[-1].position
        left = None if left is None else left - len(events)


def _rows(connection: Connection, part: Part, after: Position, size: int) -> list[Record]:
    entries = queries.entries(connection, queries.entries_after(connection, part, after, size))
    redactions = queries.redactions_after(connection, part, after, size)
    return sorted([*entries, *redactions], key=place)[:size]


def place(row: Record) -> Position:
    return Position(row.number, row.position)


def _events(connection: Connection, rows: list[Record]) -> list[Event]:
    versions, predecessors = queries.versions_then(connection, rows), queries.predecessors(connection, rows)
    return [_event(row, versions, predecessors) for row in rows]


def _event(row: Record, versions: Mapping[Known, object], predecessors: Mapping[int, object]) -> Event:
    position, is_redaction = place(row), row.kind == REDACT
    told = {
        "position": str(position),
        "revision": row.number,
        "published_at": in_shanghai(row.published_at),
        "change_set": None if is_redaction else _published_by(row),
        "object": row.object,
        "kind": row.kind,
        "id": row.object_id,
        "code": row.code,
        "effective_on": row.effective_on,
        "until": row.until,
        "changes": [_covered(row)] if is_redaction else changes(row),
        "predecessors": [] if is_redaction else predecessors.get(row.id, []),
        "versions": versions.get((row.number, row.object_id), []) if row.is_last else None,
    }
    return Event(position, orjson.dumps(told))


def _published_by(row: Record) -> dict[str, object]:
    return {"number": row.change_set_id, "title": row.title, "document_number": row.document_number}


def _covered(row: Record) -> dict[str, object]:
    """What was made unreadable, and what stands in its place; never what it said."""
    target = read_target(OBJECT_TYPES[row.object], row.field)
    change = field_change(target.member or target.element, None, target.mark)
    return {**change, "field": target.name, "label": target.label}
