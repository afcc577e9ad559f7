"""A file of counts: each row read as counts of an item, a month and a channel; what is wrong told by row and column."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.cases.elements import COUNTS, ELEMENTS, OF_MONTH
from app.cases.rules import breaches, with_sums
from app.catalogue.cells import cell_reader
from app.catalogue.periods import Month, month_of
from app.errors import Message
from app.files.cleaning import as_text, half_width, shown
from app.files.headers import folded
from app.files.plans import Field, Plan, plan
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Limits, Row
from app.files.tables import Expected, open_table

SHEET = "办件统计"
# What a file may say beside the counts; an import looks past it.
BESIDE = ("序号", "事项名称", "实施部门", "实施主体", "部门", "备注")
LONGEST_KIND = 40
FIELDS = tuple(Field(each.name, each.headers) for each in ELEMENTS.values())
NAMES = frozenset(folded(name) for known in FIELDS for name in (known.name, *known.names)).union(map(folded, BESIDE))
MONTH = re.compile(r"(\d{4})(?:年|[-/.])?(\d{1,2})月?(?:份)?")


@dataclass(frozen=True, slots=True)
class Reported:
    """What one row says: whose cases, of which month and channel, how many. `kind` is empty for the item as a whole."""

    row: int
    code: str
    division: str | None
    month: Month
    channel: str
    kind: str
    counts: Mapping[str, int | None]


@dataclass(slots=True)
class Sheet:
    """What a file holds: its rows as far as they could be read, and what is wrong with the others."""

    columns: Mapping[str, str]
    rows: int = 0
    reported: list[Reported] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def column(self, name: str) -> str:
        """As the file calls it, else as it should be called."""
        return self.columns.get(name) or ELEMENTS[name].label

    def tell(
        self, row: int, name: str, value: object, rule: str, message: Message, suggestion: str | None = None
    ) -> None:
        self.problems.append(RowProblem(row, self.column(name), shown(value), rule, message, suggestion))


def read(path: Path, name: str, limits: Limits) -> Sheet:
    """Raises a BadFile where nothing can be taken from the file."""
    table = open_table(path, name, limits, Expected(NAMES, SHEET))
    planned = plan(table.headers, FIELDS, beside=BESIDE, sheet=table.sheet, others=table.other_sheets)
    sheet = Sheet({each: planned.column(each) or ELEMENTS[each].label for each in planned.fields})
    for row in table:
        sheet.rows += 1
        _add(sheet, planned, row)
    return sheet


def _add(sheet: Sheet, planned: Plan, row: Row) -> None:
    if row.problem is not None:
        sheet.problems.append(row.problem)
        return
    add(sheet, row.number, planned.values(row.cells))


def add(sheet: Sheet, row: int, values: Mapping[str, object]) -> None:
    """The row by its fields; one that is wrong anywhere is told and left out."""
    told = len(sheet.problems)
    said: dict[str, Any] = {name: _cell(sheet, row, name, values.get(name)) for name in ELEMENTS}
    for name, element in ELEMENTS.items():
        if element.required and shown(values.get(name)) is None:
            zh = f"没有填{element.label}。" + (f"{element.note}。" if element.note else "")
            sheet.tell(row, name, None, "missing", Message(zh, f"{name} is missing."))
    if len(sheet.problems) == told:
        counts = with_sums({name: said[name] for name in COUNTS})
        for breach in breaches({name: said[name] for name in COUNTS}):
            sheet.tell(row, breach.field, said[breach.field], breach.rule, breach.message)
        if len(sheet.problems) == told:
            sheet.reported.append(_reported(row, said, counts))


def _reported(row: int, said: Mapping[str, Any], counts: Mapping[str, int | None]) -> Reported:
    kind = said["business_kind"] or ""
    return Reported(row, said["code"], said["division_code"], said["month"], said["channel"], kind, counts)


def _cell(sheet: Sheet, row: int, name: str, raw: object) -> object:
    try:
        return READERS[name](raw)
    except CellProblem as problem:
        sheet.tell(row, name, raw, problem.rule, problem.message, problem.suggestion)
        return None


def read_month(raw: object) -> Month | None:
    """2024-06, 2024年6月, 202406, or a day of the month as a spreadsheet makes of it. Raises CellProblem."""
    if isinstance(raw, date):
        return Month(raw.year, raw.month)
    text = as_text(raw)
    if text is None:
        return None
    found = MONTH.fullmatch(half_width(text))
    month = month_of(f"{found[1]}-{int(found[2]):02}") if found else None
    if month is None:
        zh, en = f"“{text}”不是月份：{OF_MONTH}。", f"{text!r} is no month; write 2024-06."
        raise CellProblem("not-a-month", Message(zh, en))
    return month


def _read_kind(raw: object) -> str | None:
    """Raises CellProblem for what is too long for a kind of business."""
    text = as_text(raw)
    if text is not None and len(text) > LONGEST_KIND:
        zh = f"业务类别有 {len(text)} 个字，最多 {LONGEST_KIND} 个。请写简短的类别，如 变更、注销。"
        raise CellProblem("too-long", Message(zh, f"A kind of business has {LONGEST_KIND} characters at most."))
    return None if text is None else " ".join(text.split())


def _readers() -> Iterator[tuple[str, Callable[[object], object]]]:
    own: dict[str, Callable[[object], object]] = {"month": read_month, "business_kind": _read_kind}
    for name, element in ELEMENTS.items():
        yield name, own.get(name) or cell_reader(element)


READERS = dict(_readers())
