"""Reading a whole file against the catalogue, some hundred rows at a time; nothing is written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.versions import versions
from app.errors import Message
from app.imports import comparing
from app.imports.books import Source
from app.imports.candidates import candidates
from app.imports.comparing import Judged
from app.imports.comparison import Comparison
from app.imports.judging import findings_of
from app.imports.outcomes import told
from app.imports.reach import Reach
from app.imports.report import Findings, Line, rejected
from app.imports.row_findings import BackDated, bearers_of, row_findings
from app.imports.sheet_findings import sheet_findings
from app.imports.strays import strays
from app.quality.in_force import rules_in_force
from app.quality.scratch import Scratch

ROWS_AT_ONCE = 500
Progress = Callable[[int], None]


class Likeness(NamedTuple):
    """What makes two codes look like the same item."""

    catalog_code: object
    division_code: object
    name: object


class Bearing(NamedTuple):
    """Whose an item is and what it is called: less sure, but every item has it."""

    department_code: object
    name: object


class Newcomer(NamedTuple):
    """A row that would add an item."""

    row: int
    code: str


class Absent(NamedTuple):
    """An item that the file leaves out."""

    code: str
    likeness: Likeness
    bearing: Bearing


def check(
    connection: Connection,
    source: Source,
    moment: Moment,
    findings: Findings,
    progress: Progress,
    *,
    today: date,
    reach: Reach,
) -> None:
    """Every row judged, findings and absent items listed. `progress` hears how many rows are done."""
    table, plan, book = source
    comparison = comparing.begin(connection, plan, moment, reach, book)
    newcomers: dict[Likeness | Bearing, Newcomer] = {}
    past = BackDated(today)
    with Scratch(rules_in_force(connection)) as scratch:
        for chunk in chunks(candidates(table, plan), ROWS_AT_ONCE):
            rows = comparing.judge(connection, comparison, chunk)
            gather(connection, comparison, findings, rows)
            for line in findings_of(connection, scratch, rows, plan, today):
                findings.lines.add_line(line)
            for judged in rows:
                past.note_row(judged)
                remember(newcomers, judged)
            progress(len(chunk))
    findings.departments = [d for code, d in comparison.new_departments.items() if code in comparison.departments]
    if past.count:
        findings.lines.add_line(past.line(), times=past.count)
    gather_of_sheets(connection, comparison, findings, source)
    list_absent(connection, comparison, findings, newcomers)


def gather_of_sheets(connection: Connection, comparison: Comparison, findings: Findings, source: Source) -> None:
    """What is hidden on the sheet of items, and what the rows of lists leave over."""
    for line, times in sheet_findings(source.table, source.plan):
        findings.lines.add_line(line, times)
    for stray in strays(connection, comparison):
        findings.counts["stray"] += 1
        findings.lines.add_line(stray)
    for line, times in source.book.remarks():
        findings.lines.add_line(line, times)


def remember(newcomers: dict[Likeness | Bearing, Newcomer], judged: Judged) -> None:
    if judged.outcome != "added":
        return
    newcomer = Newcomer(judged.candidate.row, judged.candidate.code)
    newcomers.setdefault(Likeness(*map(judged.content.get, Likeness._fields)), newcomer)
    newcomers.setdefault(Bearing(*map(judged.content.get, Bearing._fields)), newcomer)


def gather(connection: Connection, comparison: Comparison, findings: Findings, rows: Sequence[Judged]) -> None:
    """What each row would do, what keeps it out, and what of it deserves a look."""
    bearers = bearers_of(connection, comparison, rows)
    for judged in rows:
        candidate = judged.candidate
        findings.counts[judged.outcome] += 1
        if judged.outcome != "unchanged":
            findings.rows.add(told(judged))
        for draft in judged.drafts:
            findings.drafts.add_draft(draft)
        rejections = (rejected(problem, candidate.code) for problem in candidate.problems)
        for line in (*candidate.lines, *rejections, *row_findings(comparison, judged, bearers)):
            findings.lines.add_line(line)


def list_absent(
    connection: Connection, comparison: Comparison, findings: Findings, newcomers: Mapping[Likeness | Bearing, Newcomer]
) -> None:
    """Items of departments that occur in the file, but not in the file: listed, never deleted."""
    for item in absent_items(connection, comparison):
        findings.absent += 1
        message = Message(
            f"{item.code}（{item.likeness.name}）不在文件里；它没有被改动。",
            f"{item.code} is not in the file; it stays as it is.",
        )
        findings.lines.add_line(Line("absent", "absent", message, code=item.code, value=str(item.likeness.name)))
        newcomer = newcomers.get(item.likeness)
        if newcomer and item.likeness.catalog_code is not None:
            findings.lines.add_line(_perhaps_transferred(item.code, newcomer))
        elif namesake := newcomers.get(item.bearing):
            findings.lines.add_line(_perhaps_same_item(item.code, namesake))


def absent_items(connection: Connection, comparison: Comparison) -> Iterator[Absent]:
    columns = ITEM.table.c
    shown = [columns.code, columns.department_code, columns.catalog_code, columns.division_code, columns.name]
    for chunk in chunks(sorted(comparison.departments - comparison.new_departments.keys())):
        rows = versions(ITEM, comparison.moment, shown).where(columns.department_code.in_(chunk)).order_by(columns.code)
        for code, department, *likeness in connection.execute(rows):
            like = Likeness(*likeness)
            item = Absent(code, like, Bearing(department, like.name))
            if not comparison.has_seen(code, str(item.likeness.division_code)):
                yield item


def _perhaps_transferred(code: str, newcomer: Newcomer) -> Line:
    message = Message(
        f"新编码 {newcomer.code} 与不在文件里的 {code} 基本编码、区划、名称都相同，也许是同一事项划转后的新编码。"
        f"若是划转，请删去这一行，用变更单把 {code} 改为新编码，事项的历史才会接上。",
        f"The new code {newcomer.code} has the basic code, division and name of {code}, which is not in the file: "
        f"perhaps the same item, transferred. If so, delete the row and change the code of {code} by a change set.",
    )
    return Line("warning", "perhaps-transferred", message, newcomer.row, None, newcomer.code, newcomer.code, code)


def _perhaps_same_item(code: str, newcomer: Newcomer) -> Line:
    message = Message(
        f"新编码 {newcomer.code} 与不在文件里的 {code} 部门、名称都相同，也许是同一事项。若是写错了编码，请改为 {code}；"
        f"若是换了编码，请删去这一行，用变更单把 {code} 改为新编码，事项的历史才会接上。",
        f"The new code {newcomer.code} has the department and name of {code}, which is not in the file: perhaps the same "
        f"item. Write {code}, or where its code has changed, delete the row and change the code by a change set.",
    )
    return Line("warning", "perhaps-same-item", message, newcomer.row, None, newcomer.code, newcomer.code, code)
