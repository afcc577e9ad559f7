"""Filling an empty catalogue: divisions, and the demonstration district through the service that staff use."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection, func, insert, select

from app.access.rules import Caller
from app.cases.checking import check
from app.cases.reading import Sheet, add
from app.cases.service import Source, take_in
from app.catalogue.divisions import division
from app.catalogue.moments import latest_revision, resolve
from app.catalogue.objects import OBJECT_TYPES, OPEN_DAY
from app.changes import drafting, service
from app.changes.rules import Draft
from app.changes.service import Cover
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from seed import matches, studies
from seed.demo import ChangeSet, Entry, change_sets
from seed.demo.cases import Report, reports
from seed.demo.surveys import Survey, surveys

HERE = Path(__file__).parent
FOUNDED = date(1949, 10, 1)
AUTHOR = Caller("演示数据")
OFFICE_HOURS = time(9, 30)

Step: TypeAlias = ChangeSet | Report | Survey


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
    with database.write() as connection:
        demo_divisions(connection)
        for step in track(in_order(), "录入演示区的历史", console=progress, disable=not progress.is_terminal):
            take(connection, step)
    for survey in surveys():
        match(database, survey)
    progress.print(told(), markup=False)


def in_order() -> list[Step]:
    """What came in by day; of one day the change set first."""
    steps: list[Step] = [*change_sets(), *reports(), *surveys()]
    return sorted(steps, key=day_of)


def day_of(step: Step) -> date:
    match step:
        case ChangeSet():
            return step.published_on
        case Report():
            return step.reported_on
        case Survey():
            return step.entered_on


def take(connection: Connection, step: Step) -> None:
    now = morning(day_of(step))
    match step:
        case ChangeSet():
            publish(connection, step, now)
        case Report():
            report(connection, step, now)
        case Survey():
            studies.enter(connection, step, now)


def match(database: Database, survey: Survey) -> None:
    """A run reads what was committed, so it comes after all that."""
    if survey.matching is None:
        return
    with database.read() as connection:
        number = studies.number_of(connection, survey)
    run = matches.match(database, number, survey.matching, morning(survey.matching.done_on))
    with database.write() as connection:
        matches.judge(connection, number, run, survey.matching, morning(survey.matching.judged_on))


def morning(day: date) -> datetime:
    return datetime.combine(day, OFFICE_HOURS, SHANGHAI)


def told() -> str:
    matched = [each.matching for each in surveys() if each.matching is not None]
    judged = sum(len(each.judgements) for each in matched)
    return (
        f"演示区已就绪：{len(change_sets())} 张变更单，{len(reports())} 次办件报送。\n"
        f"企业调查 {len(surveys())} 项：{sum(len(each.responses) for each in surveys())} 份答卷（编造），"
        f"{len(matched)} 次比对，{judged} 条判断。"
    )


def report(connection: Connection, reported: Report, now: datetime) -> None:
    """Raises CountsRefused where counts break a rule."""
    sheet = Sheet({})
    for place, row in enumerate(reported.rows, 2):
        add(sheet, place, row)
    checked = check(connection, sheet, resolve(connection, now), AUTHOR)
    take_in(connection, checked, Source(reported.file_name, AUTHOR, reported.note), FrozenClock(now))


def demo_divisions(connection: Connection) -> None:
    path = HERE / "demo" / "divisions.csv"
    known = set(connection.execute(select(division.c.code)).scalars())
    missing = [row for row in divisions(path) if row["code"] not in known]
    if missing:
        connection.execute(insert(division), missing)


def publish(connection: Connection, change_set: ChangeSet, now: datetime) -> None:
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
