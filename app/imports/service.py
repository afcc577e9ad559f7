"""Importing a file of items: read, check, and where asked for, draft a change set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, insert, update

from app.catalogue.moments import in_shanghai, resolve
from app.catalogue.reads import chunks
from app.changes import service as change_sets
from app.changes.service import Cover
from app.db import Database
from app.errors import Malformed, Message
from app.files.mapping import ColumnMapping
from app.files.plans import Plan
from app.files.rows import Limits
from app.files.tables import open_table
from app.imports.checking import Progress, check
from app.imports.columns import plan_columns
from app.imports.models import import_problem, import_run
from app.imports.report import Findings, Line, Severity

Status = Literal["checked", "refused", "unchanged", "drafted"]
OnInvalid = Literal["refuse", "skip"]
ENTRIES_AT_ONCE = 2_000


class RowsRejected(Malformed):
    slug, title = "rows-rejected", Message("文件里有不能导入的行", "Some rows cannot be imported")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, under the name its sender gave it."""

    path: Path
    name: str
    mapping: ColumnMapping | None = None
    mapping_name: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with the file. `refuse`: one rejected row and nothing is drafted."""

    effective_on: date
    dry_run: bool = True
    on_invalid: OnInvalid = "refuse"
    title: str | None = None
    document_number: str | None = None


def run(
    database: Database, upload: Upload, wish: Wish, *, by: str, now: datetime, limits: Limits, progress: Progress
) -> int:
    """The number of the import. Reading and checking happen in a snapshot; only what is to be kept is written.

    Raises a BadFile for a file that can't be read as rows, RowsRejected where a row was rejected and `refuse` was asked.
    """
    table = open_table(upload.path, upload.name, limits)
    plan = plan_columns(table.headers, upload.mapping)
    with database.read() as connection:
        moment = replace(resolve(connection, now), as_of=wish.effective_on)
        findings = check(connection, table, plan, moment, progress)
    try:
        with database.write() as connection:
            number, status = _keep(connection, upload, wish, plan, findings, by=by, now=now)
        if status == "refused" and not wish.dry_run:
            raise _rows_rejected(number, findings)
        return number
    finally:
        findings.close()


def _keep(
    connection: Connection, upload: Upload, wish: Wish, plan: Plan, findings: Findings, *, by: str, now: datetime
) -> tuple[int, Status]:
    status = status_of(wish, findings)
    values = {
        "file_name": upload.name[:500],
        "mapping": upload.mapping_name,
        "effective_on": wish.effective_on,
        "status": status,
        "by": by,
        "at": in_shanghai(now),
        "report": report(wish, plan, findings),
    }
    number = int(connection.execute(insert(import_run).values(values).returning(import_run.c.id)).scalar_one())
    for chunk in chunks(findings.lines, ENTRIES_AT_ONCE):
        connection.execute(insert(import_problem), [{**line, "import_id": number} for line in chunk])
    if status == "drafted":
        change_set = draft_change_set(connection, upload, wish, findings, by=by, now=now)
        connection.execute(update(import_run).where(import_run.c.id == number).values(change_set=change_set))
    return number, status


def status_of(wish: Wish, findings: Findings) -> Status:
    if findings.counts["rejected"] and wish.on_invalid == "refuse":
        return "refused"
    if not findings.drafts.count:
        return "unchanged"
    return "checked" if wish.dry_run else "drafted"


def draft_change_set(
    connection: Connection, upload: Upload, wish: Wish, findings: Findings, *, by: str, now: datetime
) -> int:
    cover = Cover(wish.title or f"导入 {upload.name}"[:500], wish.effective_on, None, wish.document_number)
    number = change_sets.create(connection, cover, by=by, now=now)
    change_sets.add(connection, number, findings.departments, now=now)
    for chunk in chunks(findings.drafts.drafts(), ENTRIES_AT_ONCE):
        change_sets.add(connection, number, chunk, now=now)
    return number


def report(wish: Wish, plan: Plan, findings: Findings) -> dict[str, object]:
    counts = findings.counts
    return {
        "dry_run": wish.dry_run,
        "on_invalid": wish.on_invalid,
        "rows": counts.total(),
        **{outcome: counts[outcome] for outcome in ("added", "amended", "unchanged", "rejected")},
        "absent": findings.absent,
        "new_departments": [{"code": draft.code, "name": draft.content["name"]} for draft in findings.departments],
        "columns": {name: list(headers) for name, headers in plan.columns.items()},
        "ignored_columns": list(plan.ignored),
        "findings": findings.lines.summary("error", "warning", "advice"),
        "rejections": findings.lines.summary("rejected"),
    }


def _rows_rejected(number: int, findings: Findings) -> RowsRejected:
    lines = list(first_rejections(findings.lines.first))
    count = findings.counts["rejected"]
    first = lines[0]
    return RowsRejected(
        Message(
            f"{count} 行不能导入，什么都没有写入。第 {first.row} 行：{first.message.zh}",
            f"{count} rows cannot be imported; nothing was written. Row {first.row}: {first.message.en}",
        ),
        faults=[line.fault() for line in lines[:100]],
        **{"import": number, "problems_url": f"/v1/imports/{number}/problems?severity=rejected"},
    )


def first_rejections(first: Mapping[tuple[Severity, str], list[Line]]) -> Iterator[Line]:
    """The first rejected lines of each rule, in order of row."""
    lines = [line for (severity, _), shown in first.items() if severity == "rejected" for line in shown]
    yield from sorted(lines, key=lambda line: line.row or 0)
