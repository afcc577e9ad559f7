"""Importing a file of items: read, check, and where asked for, draft a change set."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, insert, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import Moment, in_shanghai, resolve
from app.catalogue.objects import OPEN_DAY
from app.catalogue.reads import chunks
from app.catalogue.verification import latest_content_revision
from app.catalogue.workbook.layout import MAIN
from app.changes import service as change_sets
from app.changes.service import Cover
from app.db import Database
from app.errors import AppError, Conflict, Malformed, Message, fault
from app.files.mapping import ColumnMapping
from app.files.plans import Plan
from app.files.rows import Limits
from app.files.tables import Expected, Table, open_table
from app.imports.books import Book, OnConflict, Source, base_of, demand_items, open_book
from app.imports.checking import Progress, check
from app.imports.columns import header_names, plan_columns
from app.imports.keeping import keep_file
from app.imports.models import import_problem, import_row, import_run
from app.imports.reach import reach_of, refuse_past_day
from app.imports.report import Findings, Line, RuleKey

Status = Literal["checked", "refused", "unchanged", "drafted"]
OnInvalid = Literal["refuse", "skip"]
Ended = Callable[[Connection, int, AppError | None], None]
ENTRIES_AT_ONCE = 2_000
FAULTS_SHOWN = 100


class RowsRejected(Malformed):
    slug, title = "rows-rejected", Message("文件里有不能导入的行", "Some rows cannot be imported")


class CatalogueMovedOn(Conflict):
    slug, title = "catalogue-moved-on", Message("目录刚刚有了新版本", "The catalogue has a new revision")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, under the name its sender gave it, by whom, and for how many days a workbook is kept."""

    path: Path
    name: str
    by: Caller
    mapping: ColumnMapping | None = None
    mapping_name: str | None = None
    keep_days: int = 30


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with the file. `refuse`: one rejected row and nothing is drafted."""

    effective_on: date
    dry_run: bool = True
    on_invalid: OnInvalid = "refuse"
    on_conflict: OnConflict = "refuse"
    title: str | None = None
    document_number: str | None = None
    reason: str | None = None
    retroactive: bool = False


def run(
    database: Database,
    upload: Upload,
    wish: Wish,
    *,
    now: datetime,
    limits: Limits,
    progress: Progress = lambda _: None,
    ended: Ended = lambda *_: None,
) -> int:
    """The number of the import. Reading and checking happen in a snapshot; only what is to be kept is written.

    `ended` is told the number, and why rows were refused, in the transaction that writes; what it raises undoes it.
    Raises a BadFile for a file that can't be read as rows, RowsRejected where a row was rejected and `refuse` was asked,
    CatalogueMovedOn where somebody published while the file was checked, or as `refuse_days` does.
    """
    refuse_days(wish, upload.by, now.date())
    table = open_table(upload.path, upload.name, limits, Expected(header_names(upload.mapping), MAIN))
    demand_items(table)
    plan = plan_columns(table.headers, upload.mapping, table.sheet, table.perhaps_meant)
    book = open_book(upload.path, table, plan, limits, wish.on_conflict, progress)
    with closing(book), closing(Findings()) as findings:
        with database.read() as connection:
            moment = replace(resolve(connection, now), as_of=wish.effective_on)
            reach = reach_of(connection, upload.by, now.date(), retroactive=wish.retroactive)
            book.base = base_of(connection, book, now)
            source = Source(table, plan, book)
            check(connection, source, moment, findings, progress, today=now.date(), reach=reach)
        found = report(wish, table, plan, book, findings)
        number, refusal = write_down(database, upload, wish, findings, moment, found, now, ended)
    if refusal is not None:
        raise refusal
    return number


def write_down(
    database: Database,
    upload: Upload,
    wish: Wish,
    findings: Findings,
    moment: Moment,
    found: Mapping[str, object],
    now: datetime,
    ended: Ended,
) -> tuple[int, RowsRejected | None]:
    """The import with its problems, and the change set where there is to be one: all in one transaction.

    Its number, and why nothing was drafted where rows were refused.
    """
    status = status_of(wish, findings)
    with database.write() as connection:
        number = keep(connection, upload, wish, status, found, now=now)
        told = {name: found[name] for name in ("rows", "added", "amended", "rejected")}
        record(connection, upload.by, Deed(f"import.{status}", f"import/{number}"), now, file=upload.name, **told)
        keep_found(connection, number, findings)
        keep_file(connection, number, upload.path, upload.name, upload.keep_days, now)
        if status == "drafted":
            refuse_stale(connection, moment)
            draft_change_set(connection, number, upload, wish, findings, now=now)
        refusal = rows_rejected(number, findings) if status == "refused" and not wish.dry_run else None
        ended(connection, number, refusal)
    return number, refusal


def refuse_days(wish: Wish, by: Caller, today: date) -> None:
    """Raises Malformed for the day that means no end, InThePast for one gone by that is not said to be meant."""
    day = wish.effective_on
    refuse_past_day(day, today, by, retroactive=wish.retroactive)
    if day >= OPEN_DAY:
        zh, en = f"生效日期不能是 {day}：它表示长期。", f"{day} means no end; an import cannot take effect then."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/effective_on", value=str(day), rule="misfit")])


def refuse_stale(connection: Connection, moment: Moment) -> None:
    """What was compared with an earlier revision would silently overwrite what the new one says."""
    if latest_content_revision(connection) > moment.revision:
        raise CatalogueMovedOn(
            Message(
                "检查文件期间目录发布了新版本，什么都没有写入。请再导入一次，重新比较。",
                "A new revision was published while the file was checked; nothing was written. Import it again.",
            )
        )


def status_of(wish: Wish, findings: Findings) -> Status:
    if findings.counts["rejected"] + findings.counts["stray"] and wish.on_invalid == "refuse":
        return "refused"
    if not findings.drafts.count:
        return "unchanged"
    return "checked" if wish.dry_run else "drafted"


def keep(
    connection: Connection, upload: Upload, wish: Wish, status: Status, found: Mapping[str, object], *, now: datetime
) -> int:
    values = {
        "file_name": upload.name,
        "mapping": upload.mapping_name,
        "effective_on": wish.effective_on,
        "status": status,
        "by": upload.by.name,
        "account_id": upload.by.person,
        "at": in_shanghai(now),
        "report": found,
    }
    return int(connection.execute(insert(import_run).values(values).returning(import_run.c.id)).scalar_one())


def keep_found(connection: Connection, number: int, findings: Findings) -> None:
    for table, kept in ((import_problem, findings.lines), (import_row, findings.rows)):
        for chunk in chunks(kept, ENTRIES_AT_ONCE):
            connection.execute(insert(table), [{**each, "import_id": number} for each in chunk])


def draft_change_set(
    connection: Connection, number: int, upload: Upload, wish: Wish, findings: Findings, *, now: datetime
) -> None:
    title = wish.title or f"导入 {upload.name}"
    cover = Cover(title[:500], wish.effective_on, wish.reason, wish.document_number, wish.retroactive)
    change_set = change_sets.create(connection, cover, by=upload.by, now=now)
    drafts = chain(findings.departments, findings.drafts.drafts())
    change_sets.add(connection, change_set, drafts, by=upload.by, now=now)
    connection.execute(update(import_run).where(import_run.c.id == number).values(change_set=change_set))


def report(wish: Wish, table: Table, plan: Plan, book: Book, findings: Findings) -> dict[str, object]:
    counts = findings.counts
    return {
        "dry_run": wish.dry_run,
        "on_invalid": wish.on_invalid,
        "on_conflict": wish.on_conflict,
        "rows": counts.total() - counts["stray"],
        **{outcome: counts[outcome] for outcome in ("added", "amended", "unchanged")},
        "rejected": counts["rejected"] + counts["stray"],
        "absent": findings.absent,
        "new_departments": [{"code": draft.code, "name": draft.content["name"]} for draft in findings.departments],
        "sheet": table.sheet,
        "list_sheets": [sheet.element.label for sheet in book.lists.values()],
        "ignored_sheets": list(ignored_sheets(table, book)),
        "exported_revision": None if book.base is None else book.base.revision,
        "columns": {name: list(headers) for name, headers in plan.columns.items()},
        "ignored_columns": list(plan.ignored),
        "findings": findings.lines.summary("error", "warning", "advice"),
        "rejections": findings.lines.summary("rejected"),
    }


def ignored_sheets(table: Table, book: Book) -> Iterator[str]:
    """The visible sheets that nothing was read of; those of our own workbooks need no mention."""
    if book.stamped is not None:
        yield from book.unread
        return
    read = {sheet.element.label for sheet in book.lists.values()}
    yield from (name for name in table.other_sheets if name not in read)


def rows_rejected(number: int, findings: Findings) -> RowsRejected:
    lines = list(first_rejections(findings.lines.first))
    count, first = findings.counts["rejected"] + findings.counts["stray"], lines[0]
    at = f"工作表“{first.sheet}”" if first.sheet else ""
    at += f"第 {first.row} 行" + (f"“{first.column}”列" if first.column else "")
    return RowsRejected(
        Message(
            f"{count} 行不能导入，什么都没有写入。{at}：{first.message.zh}",
            f"{count} rows cannot be imported; nothing was written. Row {first.row}: {first.message.en}",
        ),
        faults=[line.fault() for line in lines[:FAULTS_SHOWN]],
        **{"import": number, "problems_url": f"/v1/imports/{number}/problems?severity=rejected"},
    )


def first_rejections(first: Mapping[RuleKey, list[Line]]) -> Iterator[Line]:
    """The first rejected lines of each rule, in order of row."""
    lines = [line for (severity, *_), shown in first.items() if severity == "rejected" for line in shown]
    yield from sorted(lines, key=lambda line: line.row or 0)
