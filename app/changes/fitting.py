"""Whether some entries of a change set fit what holds now, and what later versions would keep: without writing."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.catalogue import reads
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import OBJECT_TYPES, ObjectType
from app.changes import copies, queries
from app.changes.rules import Outcome, Step, replay
from app.db import Record


def fitting(connection: Connection, number: int, rows: Sequence[Record], now: datetime) -> Outcome:
    """What applying would say of these entries, and of those on the same objects; no object depends on another's."""
    before, found, steps = resolve(connection, now), Outcome(()), list[Step]()
    for kind in OBJECT_TYPES.values():
        ids = sorted({row.object_id for row in rows if row.object == kind.name})
        for replayed, outcome in _replayed(connection, number, kind, ids, before):
            steps += replayed
            found.kept |= outcome.kept
            found.refusals += outcome.refusals
    found.refusals += copies.stale(connection, steps, before)
    return found


def _replayed(
    connection: Connection, number: int, kind: ObjectType, ids: Sequence[int], before: Moment
) -> Iterator[tuple[Sequence[Step], Outcome]]:
    for chunk in reads.chunks(ids):
        histories = reads.histories(connection, kind, chunk, before)
        for object_id, steps in queries.entries_of(connection, number, kind, chunk).items():
            yield steps, replay(histories.get(object_id, ()), steps)
