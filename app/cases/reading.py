"""A file of counts: each row read as counts of an item, a month and a channel; what is wrong told by row and column."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from app.cases.count_cells import count_reader
from app.cases.elements import COUNTS, ELEMENTS, OF_MONTH
from app.catalogue.cells import cell_reader
from app.catalogue.element import Element
from app.catalogue.periods import Month, month_of
from app.catalogue.reads import chunks
from app.catalogue.workbook.layout import HELP, NAME
from app.errors import Message, fault
from app.files.cleaning import as_date, as_text, half_width, shown
from app.files.errors import BadColumns, EmptyFile
from app.files.footers import is_footer, total_among
from app.files.headers import folded
from app.files.plans import Field, Plan, plan
from app.files.problems import CellProblem, RowProblem
from app.files.remarks import Remark
from app.files.rows import Limits, Row
from app.files.sheet_remarks import sheet_remarks, sheets_not_read
from app.files.tables import Expected, Table, open_table
from app.files.unread_sheets import filled_sheets

SHEET = "办件统计"
# What a file may say beside the counts; only the name of the item is looked at, and only to warn.
BESIDE = ("序号", NAME, "实施部门", "实施主体", "部门", "备注")
NOT_REPORTED = Message(
    "里面的件数没有报送。也要报的，把它的行复制到读的这张表里，或另存成一个文件再报；不用报的，不用改。",
    "no counts on it were reported. Copy its rows onto the sheet that is read if they are meant.",
)
LONGEST_KIND = 40
ROWS_AT_ONCE = 1_000
Progress = Callable[[int], None]  # Told how many more rows were read.
# What a row that is prepared for counts says before there are any.
PREPARED = ("code", "division_code", "month", "channel")
FIELDS = tuple(Field(each.name, each.headers, each.label) for each in ELEMENTS.values())
NAMES = frozenset(folded(name) for known in FIELDS for name in (known.name, *known.names)).union(map(folded, BESIDE))
# 202406, 2024-06, 2024/6, 2024年6月, 2024.06; not 2024.1, which a spreadsheet makes of 2024.10 as well.
MONTH = re.compile(r"(\d{4})(?:(\d{2})|[年/-](\d{1,2})|\.(\d{2}))月?(?:份)?")


@dataclass(frozen=True, slots=True)
class Reported:
    """What one row says: whose cases, of which month and channel, how many. `kind` is empty for the item as a whole.

    `counts` has what the file has a column for; an empty cell is null there. `name` is what it calls the item.
    """

    row: int
    code: str
    division: str | None
    month: Month
    channel: str
    kind: str
    counts: Mapping[str, int | None]
    name: str | None = None


@dataclass(slots=True)
class Sheet:
    """What a file holds: its rows as far as they could be read, and what is wrong with the others.

    `unread` are rows that are wrong, and of which item, month and channel they are all the same; they lack counts.
    `empty` of the rows state no count at all, as a blank workbook comes with them. `name` is what the sheet is called,
    null where the file has none. `remarks` are of the sheet as a whole.
    """

    columns: Mapping[str, str]
    name: str | None = None
    rows: int = 0
    empty: int = 0
    reported: list[Reported] = field(default_factory=list)
    unread: list[Reported] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    remarks: Sequence[Remark] = ()

    @property
    def wrong(self) -> frozenset[int]:
        """The numbers of the rows with a problem."""
        return frozenset(each.row for each in self.problems)

    def column(self, name: str) -> str:
        """As the file calls it, else as it should be called."""
        return self.columns.get(name) or ELEMENTS[name].label

    def tell(
        self, row: int, name: str, value: object, rule: str, message: Message, suggestion: str | None = None
    ) -> None:
        self.problems.append(RowProblem(row, self.column(name), shown(value), rule, message, suggestion))


class _Columns(NamedTuple):
    """Which columns are read, what all are called, and the place of the one that names items."""

    planned: Plan
    headers: Sequence[str]
    of_name: int | None

    def called(self, row: Row) -> str | None:
        cell = None if self.of_name is None else row.cells[self.of_name]
        return cell if isinstance(cell, str) else None


def read(path: Path, name: str, limits: Limits, progress: Progress = lambda _: None) -> Sheet:
    """Raises a BadFile where nothing can be taken from the file."""
    table = open_table(path, name, limits, Expected(NAMES, SHEET))
    planned = plan(table.headers, FIELDS, beside=BESIDE, sheet=table.sheet, others=table.perhaps_meant)
    _demand_columns(planned)
    sheet = Sheet({each: planned.column(each) or ELEMENTS[each].label for each in planned.fields}, table.sheet)
    of_name = next((place for place, header in enumerate(table.headers) if folded(header) == NAME), None)
    columns = _Columns(planned, table.headers, of_name)
    for rows in chunks(table, ROWS_AT_ONCE):
        for row in rows:
            _add(sheet, columns, row)
        progress(len(rows))
    if sheet.empty == sheet.rows:
        raise EmptyFile(
            f"文件有 {sheet.rows} 行，没有一行填了件数。没有办件的，受理件数写 0；还不知道的，填好再传",
            f"none of the {sheet.rows} rows states a count; write 0 where nothing was accepted",
        )
    sheet.remarks = [*sheet_remarks(table, planned), *_not_read(path, table, limits)]
    return sheet


def _not_read(path: Path, table: Table, limits: Limits) -> Iterator[Remark]:
    others = [name for name in table.other_sheets if name != HELP]
    if filled := list(filled_sheets(path, others, limits, NAMES)):
        yield sheets_not_read(filled, NOT_REPORTED)


def _demand_columns(planned: Plan) -> None:
    """Raises BadColumns for a file that lacks what every row has to say."""
    missing = [each.label for each in ELEMENTS.values() if each.required and each.name not in planned.fields]
    if missing:
        listed = "、".join(missing)
        zh, en = f"文件里没有这些必填的列：{listed}", f"columns are missing: {listed}"
        raise BadColumns(zh, en, faults=[fault(zh, en, column=each, rule="missing-column") for each in missing])


def _add(sheet: Sheet, columns: _Columns, row: Row) -> None:
    values = columns.planned.values(row.cells)
    problem = row.problem or (None if _is_empty(values) else _total(sheet, columns, row, values))
    if problem is not None:
        sheet.rows += 1
        sheet.problems.append(problem)
        return
    add(sheet, row.number, values, columns.called(row))


def _is_empty(values: Mapping[str, object]) -> bool:
    return all(shown(values.get(name)) is None for name in ELEMENTS if name not in PREPARED)


def _total(sheet: Sheet, columns: _Columns, row: Row, values: Mapping[str, object]) -> RowProblem | None:
    """A row that says it is a total, or a note below the table, is wrong as a whole: its other cells are not told."""
    code = shown(values.get("code"))
    place = total_among(row.cells) if code is None else None
    if place is not None:
        column, said = columns.headers[place], shown(row.cells[place])
    elif code is not None and is_footer(code):
        column, said = sheet.column("code"), code
    else:
        return None
    zh = f"这一行是合计或表尾说明（“{said}”），不是一个事项的办件。合计行请删去。"
    return RowProblem(row.number, column, said, "total-row", Message(zh, f"The row is a total ({said!r}). Delete it."))


def add(sheet: Sheet, row: int, values: Mapping[str, object], called: str | None = None) -> None:
    """The row by its fields; one that is wrong anywhere is told and left out, one without any count looked past."""
    sheet.rows += 1
    if _is_empty(values):
        sheet.empty += 1
        return
    told = len(sheet.problems)
    said: dict[str, Any] = {name: _cell(sheet, row, name, values.get(name)) for name in ELEMENTS}
    for name, element in ELEMENTS.items():
        if element.required and shown(values.get(name)) is None:
            sheet.tell(row, name, None, "missing", _missing(element))
    if len(sheet.problems) == told:
        sheet.reported.append(_reported(row, said, {name: said[name] for name in COUNTS if name in values}, called))
    elif said["code"] and said["month"] and said["channel"]:
        sheet.unread.append(_reported(row, said, {}, called))


def _missing(element: Element) -> Message:
    remedy = "没有办件写 0。" if element.kind == "number" else f"{element.note}。" if element.note else ""
    return Message(f"没有填{element.label}。{remedy}", f"{element.name} is missing.")


def _reported(row: int, said: Mapping[str, Any], counts: Mapping[str, int | None], called: str | None) -> Reported:
    kind = said["business_kind"] or ""
    return Reported(row, said["code"], said["division_code"], said["month"], said["channel"], kind, counts, called)


def _cell(sheet: Sheet, row: int, name: str, raw: object) -> object:
    try:
        return READERS[name](raw)
    except CellProblem as problem:
        sheet.tell(row, name, raw, problem.rule, problem.message, problem.suggestion)
        return None


def read_month(raw: object) -> Month | None:
    """2024-06, 2024年6月, 202406, or a day of the month as spreadsheets make of it. Raises CellProblem."""
    if isinstance(raw, date):
        return Month(raw.year, raw.month)
    text = as_text(raw)
    if text is None:
        return None
    month = _written_month(half_width(text)) or _month_of_day(text)
    if month is None:
        zh = f"“{text}”不是月份，或看不准是哪个月（表格软件会把 2024.10 变成 2024.1）。请写{OF_MONTH}。"
        raise CellProblem("not-a-month", Message(zh, f"{text!r} is no month; write 2024-06."))
    return month


def _written_month(text: str) -> Month | None:
    found = MONTH.fullmatch(text)
    number = found and (found[2] or found[3] or found[4])
    return month_of(f"{found[1]}-{int(number):02}") if found and number else None


def _month_of_day(text: str) -> Month | None:
    try:
        day = as_date(text)
    except CellProblem:
        return None
    return None if day is None else month_of(f"{day:%Y-%m}")


def _read_kind(raw: object) -> str | None:
    """Raises CellProblem for what is too long for a kind of business."""
    text = as_text(raw)
    if text is not None and len(text) > LONGEST_KIND:
        zh = f"业务类别有 {len(text)} 个字，最多 {LONGEST_KIND} 个。请写简短的类别，如 变更、注销。"
        raise CellProblem("too-long", Message(zh, f"A kind of business has {LONGEST_KIND} characters at most."))
    return None if text is None else " ".join(text.split())


def _readers() -> Iterator[tuple[str, Callable[[object], object]]]:
    own: dict[str, Callable[[object], object]] = {"month": read_month, "business_kind": _read_kind}
    own |= {name: count_reader(ELEMENTS[name]) for name in COUNTS}
    for name, element in ELEMENTS.items():
        yield name, own.get(name) or cell_reader(element)


READERS = dict(_readers())
