"""Events of the feed, written as they leave: an entry each, with what was then known of its object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection

from app.catalogue.moments import in_shanghai
from app.changes.feed import queries
from app.changes.feed.positions import Position
from app.changes.feed.queries import Part
from app.changes.present import changes
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
        ids = queries.entries_after(connection, part, after, size)
        if not ids:
            return
        events = _events(connection, ids)
        yield events
        after = events[-1].position
        left = None if left is None else left - len(events)


def _events(connection: Connection, ids: Sequence[int]) -> list[Event]:
    rows = queries.entries(connection, ids)
    versions, predecessors = queries.versions_then(connection, rows), queries.predecessors(connection, rows)
    return [_event(row, versions, predecessors) for row in rows]


def _event(row: Record, versions: Mapping[int, object], predecessors: Mapping[int, object]) -> Event:
    position = Position(row.number, row.position)
    told = {
        "position": str(position),
        "revision": row.number,
        "published_at": in_shanghai(row.published_at),
        "change_set": {"number": row.change_set_id, "title": row.title, "document_number": row.document_number},
        "object": row.object,
        "kind": row.kind,
        "id": row.object_id,
        "code": row.code,
        "effective_on": row.effective_on,
        "until": row.until,
        "changes": changes(row),
        "predecessors": predecessors.get(row.id, []),
        "versions": versions.get(row.id, []) if row.is_last else None,
    }
    return Event(position, orjson.dumps(told))
