"""From the rows of a file to what each would be as an item, and what cannot be read of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from app.catalogue.cells import cell_reader
from app.catalogue.codes import is_local
from app.catalogue.objects import ITEM, OPEN_DAY
from app.catalogue.values import Read, reader
from app.changes.rules import CANCELLED
from app.errors import Message
from app.files.cleaning import as_date, as_text, shown
from app.files.footers import is_footer
from app.files.plans import Plan
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Row
from app.files.tables import Table
from app.imports.columns import CODE_SOURCES, DEPARTMENT_NAME, ENDS, STARTS, VERSION
from app.imports.report import Line

Key: TypeAlias = tuple[str, str | None]


def key(code: str, division: str | None) -> Key:
    """What names one item: a national code by itself, a local one in its division."""
    return code, division if is_local(code) else None


@dataclass(slots=True)
class Candidate:
    """One row as it would be: its code and the field that gave it, what it states (null = not stated), its days.

    `moved` are the elements that somebody else changed since the row was exported and that it leaves alone; `lines` tell
    what else became of edited cells.
    """

    row: int
    code: str = ""
    code_from: str = "code"
    content: dict[str, object] = field(default_factory=dict)
    department_name: str | None = None
    starts: date | None = None
    ends: date | None = None
    moved: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def is_cancelled(self) -> bool:
        return self.content.get("status") == CANCELLED

    @property
    def division(self) -> str | None:
        return _text(self.content.get("division_code"))


def candidates(table: Table, plan: Plan) -> Iterator[Candidate]:
    readers = {name: _reader(name) for name in plan.fields if name != VERSION}
    for row in table:
        yield read_row(row, plan, readers)


def _reader(name: str) -> Read:
    if name in (STARTS, ENDS):
        return as_date
    return as_text if name == DEPARTMENT_NAME else cell_reader(ITEM.given[name])


def read_row(row: Row, plan: Plan, readers: Mapping[str, Read]) -> Candidate:
    candidate = Candidate(row.number, problems=[row.problem] if row.problem else [])
    unreadable = _read_cells(candidate, plan, plan.values(row.cells), readers)
    read = candidate.content
    candidate.department_name = _text(read.pop(DEPARTMENT_NAME, None))
    candidate.starts, candidate.ends = _day(read.pop(STARTS, None)), _day(read.pop(ENDS, None))
    if candidate.ends == OPEN_DAY:
        candidate.ends = None
    if not unreadable & {"code", *CODE_SOURCES}:
        _settle_code(candidate, plan)
    return candidate


def _read_cells(candidate: Candidate, plan: Plan, raw: Mapping[str, object], readers: Mapping[str, Read]) -> set[str]:
    """Fills the content; the names of the cells that could not be read."""
    unreadable = set()
    for name, read in readers.items():
        if name not in raw:
            continue
        cell = raw[name]
        try:
            candidate.content[name] = None if cell is None else read(cell)
        except CellProblem as problem:
            unreadable.add(name)
            candidate.problems.append(at_cell(candidate.row, plan, name, cell, problem))
    return unreadable


def _settle_code(candidate: Candidate, plan: Plan) -> None:
    """Without a code of its own an item goes by its handling-item code, else its implementation code."""
    content = candidate.content
    source = next((name for name in ("code", *CODE_SOURCES) if content.get(name)), None)
    if source is None:
        candidate.problems.append(no_code(candidate.row, plan))
        return
    try:
        candidate.code, candidate.code_from = str(READ_CODE(content[source])), source
        content["code"] = candidate.code
    except CellProblem as problem:
        candidate.problems.append(at_cell(candidate.row, plan, source, content[source], problem))


READ_CODE = reader(ITEM.given["code"])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def at_cell(row: int, plan: Plan, name: str, cell: object, problem: CellProblem) -> RowProblem:
    value = (shown(cell) or "")[:200]
    message = problem.message
    if problem.rule == "pattern" and is_footer(value):
        message = Message(f"{message.zh}请删去表尾说明行。", f"{message.en} Delete the lines below the table.")
    return RowProblem(row, plan.column(name) or name, value, problem.rule, message, problem.suggestion)


def no_code(row: int, plan: Plan) -> RowProblem:
    column = next((column for name in ("code", *CODE_SOURCES) if (column := plan.column(name))), None)
    message = Message(
        "这一行没有编码，无法知道是哪个事项。请填事项编码，或业务办理项编码、实施编码、地方实施编码之一；合计、说明等表尾行请删去。",
        "This row has no code, so it is not known which item it is. Give a code, a handling-item or a task code.",
    )
    return RowProblem(row, column, None, "no-code", message)
