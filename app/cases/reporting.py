"""A file of counts from beginning to end: read, checked while others may write, and taken in where that is wished."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from app.cases import queries, reading, service
from app.cases.checking import Checked, check
from app.cases.reading import Progress
from app.cases.service import Source
from app.catalogue.moments import resolve
from app.clock import Clock
from app.db import Database, Record
from app.files.rows import Limits

Status = Literal["checked", "unchanged", "recorded"]
Ended = Callable[[Connection, "Outcome"], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to, and the report where it was taken in."""

    status: Status
    checked: Checked
    recorded: Record | None = None


def report_file(
    database: Database,
    path: Path,
    source: Source,
    *,
    dry_run: bool,
    clock: Clock,
    limits: Limits,
    progress: Progress = lambda _: None,
    ended: Ended = lambda *_: None,
) -> Outcome:
    """Checked in a snapshot, and once more by the writer only where a revision came in between.

    `ended` is told in the transaction that writes; what it raises undoes it. Raises a BadFile, CountsRefused or NoReason.
    """
    sheet = reading.read(path, source.file_name, limits, progress)
    with database.read() as connection:
        seen = resolve(connection, clock.now())
        checked = check(connection, sheet, seen, source.by)
    if dry_run:
        return Outcome("checked", checked)
    service.demand_right(checked, source)
    with database.write() as connection:
        now = resolve(connection, clock.now())
        checked = checked if now.revision == seen.revision else check(connection, sheet, now, source.by)
        outcome = _taken_in(connection, checked, source, clock)
        ended(connection, outcome)
    return outcome


def _taken_in(connection: Connection, checked: Checked, source: Source, clock: Clock) -> Outcome:
    taken = service.take_in(connection, checked, source, clock)
    if taken is None:
        return Outcome("unchanged", checked)
    return Outcome("recorded", checked, queries.get_import(connection, taken.id))
