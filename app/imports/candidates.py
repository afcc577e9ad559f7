"""From the rows of a file to what each would be as an item, and what is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.catalogue.objects import ITEM
from app.catalogue.values import reader
from app.changes.rules import CANCELLED
from app.errors import Message
from app.files.cleaning import as_date, as_text, shown
from app.files.plans import Plan
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Row
from app.files.tables import Table
from app.imports.columns import CODE_SOURCES, DEPARTMENT_NAME, ENDS, STARTS, VERSION

Read = Callable[[object], object]


@dataclass(slots=True)
class Candidate:
    """One row as it would be: its code, what it states (null = not stated), from when until when."""

    row: int
    code: str = ""
    content: dict[str, object] = field(default_factory=dict)
    department_name: str | None = None
    starts: date | None = None
    ends: date | None = None
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def is_cancelled(self) -> bool:
        return self.content.get("status") == CANCELLED

    @property
    def division(self) -> str | None:
        division = self.content.get("division_code")
        return division if isinstance(division, str) else None


def candidates(table: Table, plan: Plan) -> Iterator[Candidate]:
    readers = {name: _reader(name) for name in plan.fields if name != VERSION}
    for row in table:
        yield read_row(row, plan, readers)


def _reader(name: str) -> Read:
    if name in (STARTS, ENDS):
        return as_date
    return as_text if name == DEPARTMENT_NAME else reader(ITEM.given[name])


def read_row(row: Row, plan: Plan, readers: Mapping[str, Read]) -> Candidate:
    candidate = Candidate(row.number, problems=[row.problem] if row.problem else [])
    read = candidate.content
    raw = plan.values(row.cells)
    for name, read_value in readers.items():
        if name not in raw:
            continue
        cell = raw[name]
        if cell is None:
            read[name] = None
            continue
        try:
            read[name] = read_value(cell)
        except CellProblem as problem:
            candidate.problems.append(at_cell(row.number, plan, name, cell, problem))
    candidate.department_name = _text(read.pop(DEPARTMENT_NAME, None))
    candidate.starts, candidate.ends = _day(read.pop(STARTS, None)), _day(read.pop(ENDS, None))
    candidate.code = _text(read.get("code")) or _first_code(read)
    if candidate.code:
        read["code"] = candidate.code
    elif not any(problem.rule in ("pattern", "scientific-notation") for problem in candidate.problems):
        candidate.problems.append(no_code(row.number, plan))
    return candidate


def _first_code(content: Mapping[str, object]) -> str:
    """Without a code of its own an item goes by its handling-item code, else its implementation code."""
    return next((text for name in CODE_SOURCES if (text := _text(content.get(name)))), "")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def at_cell(row: int, plan: Plan, name: str, cell: object, problem: CellProblem) -> RowProblem:
    value = (shown(cell) or "")[:200]
    return RowProblem(row, plan.column(name) or name, value, problem.rule, problem.message, problem.suggestion)


def no_code(row: int, plan: Plan) -> RowProblem:
    column = plan.column("code") or next((plan.column(n) for n in CODE_SOURCES if plan.column(n)), None)
    message = Message(
        "这一行没有事项编码（业务办理项编码、实施编码、地方实施编码都没有填），无法知道是哪个事项。",
        "This row has no code, so it is not known which item it is.",
    )
    return RowProblem(row, column, None, "no-code", message)
