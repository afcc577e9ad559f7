"""Rows into an xlsx file: one sheet with a frozen header, texts and codes as text cells, numbers as numbers.

The sheet is written as it goes: at 100 columns that is five times as fast as a library that keeps cells as objects.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from app.errors import Conflict, Message, fault
from app.files.csv_writing import Columns
from app.files.formulas import covered_cells
from app.files.sheets import column_letters

MOST_ROWS = 2**20 - 1  # Below the header.
LONGEST_TEXT = 32_767  # Of a cell, in UTF-16 units.
COMPRESSION = 3  # Half again as large as the best, in half the time.
SHEET = "xl/worksheets/sheet1.xml"

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Styles by number: 0 as it comes, 1 text, 2 the header.
    "xl/styles.xml": f'<styleSheet xmlns="{SPREADSHEET}">'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
TEXT, HEADER = 1, 2
ESCAPED_SIGNS = ("&", "<", ">", "_x")
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class DoesNotFit(Conflict):
    slug, title = "does-not-fit-xlsx", Message("xlsx 放不下", "It does not fit into an xlsx file")


class Column(NamedTuple):
    """The header of a column, its width in characters, and whether its cells are numbers."""

    header: str
    width: int
    is_number: bool = False


def write_workbook(file: IO[bytes], sheet: str, columns: Sequence[Column], batches: Iterable[Columns]) -> None:
    """Raises DoesNotFit for more rows than a sheet has, or a text longer than a cell takes."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as book:
        for name, part in {**PARTS, "xl/workbook.xml": _workbook(sheet)}.items():
            with book.open(
                name, "w"
            ) as written:  # Not writestr, which adds the time of day: the same rows are the same bytes.
                written.write(f"{XML}{part}".encode())
        with book.open(SHEET, "w", force_zip64=True) as written:
            for piece in _sheet(columns, batches):
                written.write(piece.encode())


def refuse_rows(count: int) -> None:
    if count > MOST_ROWS:
        zh = f"有 {count} 行，xlsx 最多 {MOST_ROWS} 行。请改用 csv 或 ndjson，或者用 within、filter、limit 缩小范围。"
        en = (
            f"{count} rows; an xlsx sheet has {MOST_ROWS}. Take csv or ndjson, or narrow it by within, filter or limit."
        )
        raise DoesNotFit(Message(zh, en), faults=[fault(zh, en, rule="too-many-rows")])


def _workbook(sheet: str) -> str:
    return (
        f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet(columns: Sequence[Column], batches: Iterable[Columns]) -> Iterator[str]:
    widths = (
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1" style="{0 if column.is_number else TEXT}"/>'
        for place, column in enumerate(columns, 1)
    )
    yield (
        f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{''.join(widths)}</cols><sheetData>"
    )
    yield from _rows(columns, [[[column.header] for column in columns]], first=1, style=HEADER)
    yield from _rows(columns, batches, first=2, style=TEXT)
    yield "</sheetData></worksheet>"


def _rows(columns: Sequence[Column], batches: Iterable[Columns], *, first: int, style: int) -> Iterator[str]:
    for batch in batches:
        covered = list(map(covered_cells, batch))
        _refuse_long(columns, covered)
        cells = [_cells(place, values, first, style) for place, values in enumerate(covered, 1)]
        rows = [f'<row r="{number}">{"".join(row)}</row>' for number, row in enumerate(zip(*cells, strict=True), first)]
        yield "".join(rows)
        first += len(rows)
        refuse_rows(first - 2)


def _cells(place: int, values: Sequence[object], first: int, style: int) -> Sequence[str]:
    if values.count(None) == len(values):
        return ("",) * len(values)
    start, text = f'<c r="{column_letters(place)}', f'" s="{style}" t="inlineStr"><is><t>'
    whole = "".join(_texts(values))
    escape = escaped if any(sign in whole for sign in ESCAPED_SIGNS) else str
    return [
        ""
        if value is None
        else f"{start}{row}{text}{escape(value)}</t></is></c>"
        if isinstance(value, str)
        else f'{start}{row}"><v>{value}</v></c>'
        for row, value in enumerate(values, first)
    ]


def _texts(values: Sequence[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _refuse_long(columns: Sequence[Column], batch: Columns) -> None:
    for column, values in zip(columns, batch, strict=True):
        if max(map(len, _texts(values)), default=0) <= LONGEST_TEXT // 2:
            continue
        for value, key in zip(values, batch[0], strict=True):
            if isinstance(value, str) and _units(value) > LONGEST_TEXT:
                raise _too_long(column, value, columns[0], key)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _too_long(column: Column, text: str, first: Column, key: object) -> DoesNotFit:
    length, remedy = _units(text), "请改用 csv 或 ndjson，或者不要这一列。"
    zh = f"{first.header} {key} 的“{column.header}”有 {length} 个字符，xlsx 一格最多 {LONGEST_TEXT} 个。{remedy}"
    en = f"{column.header} of {key} has {length} characters; an xlsx cell takes {LONGEST_TEXT}. Take csv or ndjson."
    return DoesNotFit(Message(zh, en), faults=[fault(zh, en, column=column.header, rule="cell-too-long")])


def escaped(text: str) -> str:
    """As XML, and what looks like Excel's own escape for a character kept as it is."""
    if "_x" in text:
        text = ESCAPED.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
