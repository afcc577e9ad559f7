"""Reading a whole file against the catalogue: nothing is written, and memory does not grow with the rows."""

from collections.abc import Callable, Iterator

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
from app.imports.comparing import Comparison, Judged
from app.imports.report import Findings, Line, found, rejected

ROWS_AT_ONCE = 500
Identity = tuple[str | None, str | None, str | None]
Progress = Callable[[int], None]


def check(connection: Connection, table: Table, plan: Plan, moment: Moment, progress: Progress) -> Findings:
    """Every row judged, findings and absent items listed. `progress` hears how many rows are done."""
    findings = Findings()
    comparison = comparing.begin(connection, plan, moment)
    newcomers: dict[Identity, tuple[int, str]] = {}
    for chunk in chunks(candidates(table, plan), ROWS_AT_ONCE):
        for judged in comparing.judge(connection, comparison, chunk):
            gather(findings, plan, judged)
            if judged.outcome == "added":
                newcomers.setdefault(identity(judged), (judged.candidate.row, judged.candidate.code))
        progress(len(chunk))
    findings.departments = [d for code, d in comparison.new_departments.items() if code in comparison.departments]
    list_absent(connection, comparison, findings, newcomers)
    return findings


def gather(findings: Findings, plan: Plan, judged: Judged) -> None:
    candidate = judged.candidate
    findings.counts[judged.outcome] += 1
    for problem in candidate.problems:
        findings.lines.add_line(rejected(problem, candidate.code))
    for draft in judged.drafts:
        findings.drafts.add_draft(draft)
    if judged.outcome != "rejected":
        for finding in codes.findings(judged.content):
            value = judged.content.get(finding.element)
            findings.lines.add_line(found(finding, candidate.row, candidate.code, plan.column(finding.element), value))


def identity(judged: Judged) -> Identity:
    """What makes two codes look like the same item: basic code, division and name."""
    content = judged.content
    return tuple(_text(content.get(name)) for name in IDENTITY)  # type: ignore[return-value] # three names, three texts


IDENTITY = ("catalog_code", "division_code", "name")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def list_absent(
    connection: Connection, comparison: Comparison, findings: Findings, newcomers: dict[Identity, tuple[int, str]]
) -> None:
    """Items of departments that occur in the file, but not in the file: listed, never deleted."""
    for code, name, same in absent_items(connection, comparison):
        findings.absent += 1
        findings.lines.add_line(
            Line(
                "absent", "absent",
                Message(f"{code}（{name}）不在文件里；它没有被改动。", f"{code} is not in the file; it stays as it is."),
                code=code, value=name,
            )
        )  # fmt: skip
        if same in newcomers and same[0] is not None:
            findings.lines.add_line(_perhaps_transferred(code, *newcomers[same]))


def absent_items(connection: Connection, comparison: Comparison) -> Iterator[tuple[str, str, Identity]]:
    columns = ITEM.table.c
    shown = [columns.code, columns.name, columns.catalog_code, columns.division_code]
    seen = {code for code, _ in comparison.seen}
    for chunk in chunks(sorted(comparison.departments - comparison.new_departments.keys())):
        rows = versions(ITEM, comparison.moment, shown).where(columns.department_code.in_(chunk)).order_by(columns.code)
        for row in connection.execute(rows):
            if row.code not in seen:
                yield row.code, row.name, (row.catalog_code, row.division_code, row.name)


def _perhaps_transferred(code: str, row: int, new_code: str) -> Line:
    message = Message(
        f"新编码 {new_code} 与不在文件里的 {code} 基本编码、区划、名称都相同，也许是同一事项划转后的新编码。"
        "若是划转，请改用变更单，事项的历史才会接上。",
        f"The new code {new_code} has the basic code, division and name of {code}, which is not in the file: perhaps "
        "the same item, transferred.",
    )
    return Line("warning", "perhaps-transferred", message, row, None, new_code, new_code, code)
