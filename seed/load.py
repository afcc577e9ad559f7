"""Filling an empty catalogue: divisions, and the demonstration district through the service that staff use."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection, func, insert, select

from app.access.rules import Caller
from app.catalogue.divisions import division
from app.catalogue.moments import latest_revision
from app.catalogue.objects import OBJECT_TYPES, OPEN_DAY
from app.changes import drafting, service
from app.changes.rules import Draft
from app.changes.service import Cover
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from seed.demo import ChangeSet, Entry, change_sets

HERE = Path(__file__).parent
FOUNDED = date(1949, 10, 1)
AUTHOR = Caller("演示数据")
OFFICE_HOURS = time(9, 30)


def reference(database: Database) -> None:
    """The divisions of GB/T 2260; nothing where they are there already."""
    with database.write() as connection:
        if not connection.execute(select(func.count()).select_from(division)).scalar_one():
            connection.execute(insert(division), list(divisions(HERE / "divisions.csv")))


def divisions(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stated = {name: value or None for name, value in row.items()}
            yield {**stated, "valid_from": FOUNDED, "valid_to": OPEN_DAY, "successor_code": None}


def demo(database: Database, progress: Console) -> None:
    """Publish the demonstration's history, each change set on its own date; a catalogue with content is left alone."""
    with database.read() as connection:
        if latest_revision(connection):
            progress.print("目录里已有内容，未改动。", markup=False)
            return
    sets = change_sets()
    with database.write() as connection:
        demo_divisions(connection)
        for change_set in track(sets, "发布演示区的历史", console=progress, disable=not progress.is_terminal):
            publish(connection, change_set)
    progress.print(f"演示区已就绪：{len(sets)} 张变更单。", markup=False)


def demo_divisions(connection: Connection) -> None:
    path = HERE / "demo" / "divisions.csv"
    known = set(connection.execute(select(division.c.code)).scalars())
    missing = [row for row in divisions(path) if row["code"] not in known]
    if missing:
        connection.execute(insert(division), missing)


def publish(connection: Connection, change_set: ChangeSet) -> None:
    now = datetime.combine(change_set.published_on, OFFICE_HOURS, SHANGHAI)
    cover = Cover(change_set.title, change_set.effective_on, change_set.reason, change_set.document_number)
    number = service.create(connection, cover, by=AUTHOR, now=now)
    service.add(connection, number, drafts(change_set.entries, change_set.effective_on), by=AUTHOR, now=now)
    service.submit(connection, number, by=AUTHOR, now=now)
    service.approve(connection, number, by=AUTHOR, clock=FrozenClock(now))


def drafts(entries: Iterable[Entry], day: date) -> Iterator[Draft]:
    for entry in entries:
        kind = OBJECT_TYPES[entry.object]
        content = drafting.read_content(kind, entry.content)
        yield Draft(kind, entry.kind, entry.code, content, entry.effective_on or day, entry.until)
