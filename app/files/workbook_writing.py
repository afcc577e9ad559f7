"""Rows into the sheets of an xlsx file: texts and codes as text cells, numbers as numbers.

Each sheet is written as it goes: at 100 columns that is five times as fast as a library that keeps cells as objects.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from app.errors import Conflict, Message, fault
from app.files.csv_writing import Columns
from app.files.formulas import covered_cells
from app.files.sheets import column_letters
from app.files.workbook_parts import (
    OFFICE,
    SPREADSHEET,
    TEXT,
    XML,
    attribute,
    escaped,
    sheet_part,
    surroundings,
)
from app.files.worksheets import LAST_ROW, Sheet, ending, opening

MOST_ROWS = LAST_ROW - 1  # Below the header.
LONGEST_TEXT = 32_767  # Of a cell, in UTF-16 units.
COMPRESSION = 3  # Half again as large as the best, in half the time.
ESCAPED_SIGNS = ("&", "<", ">", "_x")


class DoesNotFit(Conflict):
    slug, title = "does-not-fit-xlsx", Message("xlsx 放不下", "It does not fit into an xlsx file")


def write_workbook(file: IO[bytes], sheets: Sequence[Sheet], ranges: Mapping[str, str]) -> None:
    """The sheets one after another; `ranges` are cells by the names that formulas call them.

    Raises DoesNotFit for more rows than a sheet has, or a text longer than a cell takes.
    """
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as book:
        for name, part in surroundings(len(sheets)).items():
            _write(book, name, [part])
        last_rows = [_write_sheet(book, place, sheet) for place, sheet in enumerate(sheets, 1)]
        _write(book, "xl/workbook.xml", [_workbook(sheets, last_rows, ranges)])


def _write(book: ZipFile, name: str, pieces: Iterable[str]) -> None:
    """Not by writestr, which adds the time of day: the same rows are the same bytes."""
    with book.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece.encode())


def _write_sheet(book: ZipFile, place: int, sheet: Sheet) -> int:
    """The number of its last row."""
    last = int(sheet.has_header)
    with book.open(sheet_part(place), "w", force_zip64=True) as part:
        part.write(opening(sheet, selected=place == 1).encode())
        for batch in sheet.batches:
            rows = _rows(sheet, batch, last + 1)
            part.write("".join(rows).encode())
            last += len(rows)
            _refuse_more(sheet, last)
        part.write(ending(sheet, last).encode())
    return last


def _workbook(sheets: Sequence[Sheet], last_rows: Sequence[int], ranges: Mapping[str, str]) -> str:
    listed = "".join(
        f'<sheet name="{attribute(sheet.name)}" sheetId="{number}"{_hidden(sheet)} r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">{escaped(sheet.cells(last))}</definedName>'
        for place, (sheet, last) in enumerate(zip(sheets, last_rows, strict=True))
        if sheet.visibility == "visible"
    )
    named = "".join(f'<definedName name="{name}">{escaped(cells)}</definedName>' for name, cells in ranges.items())
    return (
        f'{XML}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{filters}{named}</definedNames></workbook>"
    )


def _hidden(sheet: Sheet) -> str:
    return "" if sheet.visibility == "visible" else f' state="{sheet.visibility}"'


def _rows(sheet: Sheet, batch: Columns, first: int) -> Sequence[str]:
    covered = list(map(covered_cells, batch))
    texts = [[value for value in values if isinstance(value, str)] for values in covered]
    _refuse_long(sheet, covered, texts)
    columns = enumerate(zip(covered, texts, strict=True), 1)
    cells = [_cells(place, values, within, first) for place, (values, within) in columns]
    return [f'<row r="{number}">{"".join(row)}</row>' for number, row in enumerate(zip(*cells, strict=True), first)]


def _cells(place: int, values: Sequence[object], texts: Sequence[str], first: int) -> Sequence[str]:
    if not texts and values.count(None) == len(values):
        return ("",) * len(values)
    start, text = f'<c r="{column_letters(place)}', f'" s="{TEXT}" t="inlineStr"><is><t>'
    whole = "".join(texts)
    escape = escaped if any(sign in whole for sign in ESCAPED_SIGNS) else str
    if len(texts) == len(values) and escape is str:
        return [f"{start}{row}{text}{value}</t></is></c>" for row, value in enumerate(texts, first)]
    return [
        ""
        if value is None
        else f"{start}{row}{text}{escape(value)}</t></is></c>"
        if isinstance(value, str)
        else f'{start}{row}"><v>{value}</v></c>'
        for row, value in enumerate(values, first)
    ]


def refuse_rows(count: int, most: int = MOST_ROWS) -> None:
    """Before anything is written."""
    if count > most:
        zh = f"有 {count} 行，xlsx 最多 {most} 行。请改用 csv 或 ndjson，或者用 within、filter、limit 缩小范围。"
        en = f"{count} rows; an xlsx sheet takes {most}. Take csv or ndjson, or narrow it by within, filter or limit."
        raise DoesNotFit(Message(zh, en), faults=[fault(zh, en, rule="too-many-rows")])


def _refuse_more(sheet: Sheet, last: int) -> None:
    if last > LAST_ROW:
        zh = (
            f"工作表“{sheet.name}”超过 {MOST_ROWS} 行，xlsx 放不下。"
            "请改用 csv 或 ndjson，用 within、filter、limit 缩小范围，或者用 fields、sections 不要这张表。"
        )
        en = (
            f"The sheet {sheet.name} has more than {MOST_ROWS} rows. Take csv or ndjson, narrow it by within, filter or "
            "limit, or leave the sheet out by fields or sections."
        )
        raise DoesNotFit(Message(zh, en), faults=[fault(zh, en, rule="too-many-rows")])


def _refuse_long(sheet: Sheet, batch: Columns, texts: Sequence[Sequence[str]]) -> None:
    for place, values in enumerate(batch):
        if max(map(len, texts[place]), default=0) <= LONGEST_TEXT // 2:
            continue
        for value, key in zip(values, batch[0], strict=True):
            if isinstance(value, str) and _units(value) > LONGEST_TEXT:
                raise _too_long(sheet, place, value, key)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _too_long(sheet: Sheet, place: int, text: str, key: object) -> DoesNotFit:
    length, remedy = _units(text), "请改用 csv 或 ndjson，或者不要这一列。"
    first, column = sheet.columns[0].header, sheet.columns[place].header
    where = f"工作表“{sheet.name}”里{first} {key} 的“{column}”"
    zh = f"{where}有 {length} 个字符，xlsx 一格最多 {LONGEST_TEXT} 个。{remedy}"
    en = f"{column} of {key} on the sheet {sheet.name} has {length} characters; an xlsx cell takes {LONGEST_TEXT}. Take csv or ndjson."
    return DoesNotFit(Message(zh, en), faults=[fault(zh, en, column=column, rule="cell-too-long")])
