"""Reading a whole file against the catalogue, some hundred rows at a time; nothing is written."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from app.catalogue import codes
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.versions import versions
from app.errors import Message
from app.files.plans import Plan
from app.files.tables import Table
from app.imports import comparing
from app.imports.candidates import candidates
from app.imports.comparing import Judged
from app.imports.comparison import Comparison
from app.imports.report import Findings, Line, found, rejected

ROWS_AT_ONCE = 500
Progress = Callable[[int], None]


class Likeness(NamedTuple):
    """What makes two codes look like the same item."""

    catalog_code: object
    division_code: object
    name: object


class Newcomer(NamedTuple):
    """A row that would add an item."""

    row: int
    code: str


class Absent(NamedTuple):
    """An item that the file leaves out."""

    code: str
    likeness: Likeness


def check(
    connection: Connection, table: Table, plan: Plan, moment: Moment, findings: Findings, progress: Progress
) -> None:
    """Every row judged, findings and absent items listed. `progress` hears how many rows are done."""
    comparison = comparing.begin(connection, plan, moment)
    newcomers: dict[Likeness, Newcomer] = {}
    for chunk in chunks(candidates(table, plan), ROWS_AT_ONCE):
        for judged in comparing.judge(connection, comparison, chunk):
            gather(findings, plan, judged)
            if judged.outcome == "added":
                newcomer = Newcomer(judged.candidate.row, judged.candidate.code)
                newcomers.setdefault(Likeness(*map(judged.content.get, Likeness._fields)), newcomer)
        progress(len(chunk))
    findings.departments = [d for code, d in comparison.new_departments.items() if code in comparison.departments]
    list_absent(connection, comparison, findings, newcomers)


def gather(findings: Findings, plan: Plan, judged: Judged) -> None:
    candidate = judged.candidate
    findings.counts[judged.outcome] += 1
    for problem in candidate.problems:
        findings.lines.add_line(rejected(problem, candidate.code))
    for draft in judged.drafts:
        findings.drafts.add_draft(draft)
    for finding in codes.findings(judged.content):
        source = candidate.code_from if finding.element == "code" else finding.element
        value = judged.content.get(finding.element)
        findings.lines.add_line(found(finding, candidate.row, candidate.code, plan.column(source), value))


def list_absent(
    connection: Connection, comparison: Comparison, findings: Findings, newcomers: dict[Likeness, Newcomer]
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


def absent_items(connection: Connection, comparison: Comparison) -> Iterator[Absent]:
    columns = ITEM.table.c
    shown = [columns.code, columns.catalog_code, columns.division_code, columns.name]
    for chunk in chunks(sorted(comparison.departments - comparison.new_departments.keys())):
        rows = versions(ITEM, comparison.moment, shown).where(columns.department_code.in_(chunk)).order_by(columns.code)
        for code, *likeness in connection.execute(rows):
            item = Absent(code, Likeness(*likeness))
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
