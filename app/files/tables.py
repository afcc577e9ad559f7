"""A file of rows as a table: headers known at once, rows one after the other, xlsx, csv and ndjson alike."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.errors import Fault, Message
from app.files.cleaning import shown
from app.files.errors import EmptyFile, FileTooLarge, MergedCells, NoHeader, TooManyColumns, TooManyRows
from app.files.header_rows import (
    LOOKED_AT,
    nameless,
    refuse_no_header,
    refuse_odd_headers,
    refuse_other_header,
    which_was_read,
)
from app.files.json_lines import keys_of, read_lines
from app.files.kinds import Kind, kind_of
from app.files.problems import RowProblem
from app.files.rows import Limits, Row, is_blank
from app.files.sheets import NOTHING_HIDDEN, Hidden
from app.files.text_files import encoding_of, read_csv
from app.files.workbooks import Sheet, Sheets, mend, merged_below, open_sheet, read_sheet

Records = Callable[[], Iterator[tuple[int, list[object]]]]
DEFAULT_LIMITS = Limits()
RANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Table:
    """Headers as written (spaces tidied, "" for a column without values), and rows to go through as often as needed.

    `headers` never lacks a name for a column that has values, but a name may occur twice: `plan` says so. Iterating
    raises TooManyRows past the limit, BrokenFile at a csv record that cannot be read. Wholly empty rows are skipped.
    """

    headers: tuple[str, ...]
    kind: Kind
    limits: Limits
    records: Records
    header_row: int = 1
    first_column: int = 1
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    hidden: Hidden = NOTHING_HIDDEN
    is_expected: bool = False

    @property
    def perhaps_meant(self) -> tuple[str, ...]:
        """The sheets of which one may have been meant: none where the one that is read is called as it should be."""
        return () if self.is_expected else self.other_sheets

    def __iter__(self) -> Iterator[Row]:
        width, rows, header_row = len(self.headers), 0, self.header_row
        for number, cells in self.records():
            if number <= header_row or is_blank(cells):
                continue
            rows += 1
            if rows > self.limits.rows:
                raise _too_many_rows(self.limits)
            yield Row(number, cells) if len(cells) == width else _fitted(number, cells, width)


class Expected(NamedTuple):
    """What a file may look like: column names, folded (a row of them is a header wherever it stands), and the sheet."""

    names: Collection[str] = frozenset()
    sheet: str | None = None


ANYTHING = Expected()


def open_table(path: Path, file_name: str, limits: Limits = DEFAULT_LIMITS, expected: Expected = ANYTHING) -> Table:
    """The table in `path`; `file_name` is what the uploader calls it. Raises a BadFile that says what is wrong."""
    _refuse_size(path, limits)
    kind = kind_of(path, file_name)
    table = OPENERS[kind](path, limits, expected)
    refuse_odd_headers(table.headers)
    if next(iter(table), None) is None:
        which_zh, which_en = _where_to_write(table)
        raise EmptyFile(
            f"文件只有表头，没有数据行{which_zh and f'。{which_zh}'}",
            f"the file has a header and no rows{which_en and f'. {which_en}'}",
        )
    return table


def _where_to_write(table: Table) -> Message:
    if table.is_expected:
        return Message(
            f"请填在工作表“{table.sheet}”的表头下面，一行一条", f"write below the header of the sheet {table.sheet!r}"
        )
    return which_was_read(table.sheet, table.other_sheets)


def _open_csv(path: Path, limits: Limits, expected: Expected) -> Table:
    encoding = encoding_of(path)
    return _with_header(Table((), "csv", limits, lambda: read_csv(path, encoding)), expected.names)


def open_named(sheets: Sheets, name: str, limits: Limits) -> Table | None:
    """A sheet of a workbook that was opened before; None where there is no such sheet, or only its header."""
    sheet = sheets.load(name)
    if sheet is None:
        return None
    table = _sheet_table(sheet, limits, ANYTHING)
    refuse_odd_headers(table.headers)
    return None if next(iter(table), None) is None else table


def _open_xlsx(path: Path, limits: Limits, expected: Expected) -> Table:
    return _sheet_table(open_sheet(path, limits, expected.sheet), limits, expected)


def _sheet_table(sheet: Sheet, limits: Limits, expected: Expected) -> Table:
    read = mend if sheet.lost else read_sheet
    rows = Table(
        (),
        "xlsx",
        limits,
        lambda: read(sheet),
        first_column=sheet.first_column,
        sheet=sheet.name,
        other_sheets=sheet.others,
        hidden=sheet.hidden,
        is_expected=sheet.name == expected.sheet,
    )
    table = _with_header(rows, expected.names)
    _refuse_merged(sheet, table.header_row)
    return table


def _open_ndjson(path: Path, limits: Limits, _: Expected) -> Table:
    encoding = encoding_of(path)
    keys = keys_of(path, encoding, limits)
    if not keys:
        raise EmptyFile("文件里没有一行内容", "the file holds no rows")
    return Table(keys, "ndjson", limits, lambda: read_lines(path, encoding, keys), header_row=0)


OPENERS: dict[Kind, Callable[[Path, Limits, Expected], Table]] = {
    "csv": _open_csv,
    "xlsx": _open_xlsx,
    "ndjson": _open_ndjson,
}


def _with_header(rows: Table, names: Collection[str]) -> Table:
    """The rows as a table: their first row that is not blank names the columns."""
    filled = ((number, cells) for number, cells in rows.records() if not is_blank(cells))
    first = list(islice(filled, LOOKED_AT))
    if not first:
        raise EmptyFile("文件里没有内容", "the file is empty")
    number, cells = first[0]
    headers = tuple(" ".join((shown(cell) or "").split()) for cell in cells)
    if len(headers) > rows.limits.columns:
        raise _too_many_columns(len(headers), rows.limits)
    refuse_other_header(first, names)
    refuse_no_header(first, headers, rows.sheet, rows.perhaps_meant)
    table = replace(rows, headers=headers, header_row=number)
    _refuse_nameless_columns(table)
    return table


def _refuse_size(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if not size:
        raise EmptyFile("文件是空的（0 字节）", "the file is empty (0 bytes)")
    if size > limits.bytes:
        raise FileTooLarge(
            f"文件有 {size / 2**20:.1f} MB，最大 {limits.bytes / 2**20:.0f} MB；请分成几个文件",
            f"the file has {size / 2**20:.1f} MB, the limit is {limits.bytes / 2**20:.0f} MB; split it",
        )


def _refuse_merged(sheet: Sheet, header_row: int) -> None:
    """One 是 over three rows stands in the first of them only; the others would be cleared."""
    ranges = merged_below(sheet, header_row)
    if ranges:
        first, more = "、".join(ranges[:RANGES_SHOWN]), len(ranges) > RANGES_SHOWN
        raise MergedCells(
            f"{first}{f' 等 {len(ranges)} 处' if more else ' '}是合并单元格，请取消合并并逐行填写",
            f"{first}{f' and more, {len(ranges)} in all,' if more else ''} are merged; unmerge them and fill in each row",
            value=first,
        )


def _refuse_nameless_columns(table: Table) -> None:
    """Columns with neither header nor values are left alone; it takes one pass over the file to know."""
    unnamed = {place for place, header in enumerate(table.headers) if not header}
    faults: list[Fault] = []
    for row in table if unnamed else ():
        for place in [place for place in unnamed if row.cells[place] is not None]:
            unnamed.remove(place)
            faults.append(nameless(place + table.first_column, row.number, shown(row.cells[place])))
        if not unnamed:
            break
    if faults:
        raise NoHeader(*faults[0].detail, faults=faults)


def _fitted(number: int, cells: list[object], width: int) -> Row:
    """Spreadsheets leave out empty cells at the end of a csv row; cells past the last header belong nowhere."""
    if len(cells) < width:
        return Row(number, cells + [None] * (width - len(cells)))
    surplus = next((cell for cell in cells[width:] if cell is not None), None)
    return Row(number, cells[:width], None if surplus is None else _longer(number, len(cells), width, surplus))


def _longer(number: int, found: int, width: int, surplus: object) -> RowProblem:
    return RowProblem(
        row=number,
        column=None,
        value=shown(surplus),
        rule="row-longer-than-header",
        message=Message(
            f"这一行有 {found} 个单元格，表头只有 {width} 列；多半是内容里的逗号没有加引号",
            f"the row has {found} cells, the header {width}; probably a comma inside a cell lacks quotes",
        ),
    )


def _too_many_rows(limits: Limits) -> TooManyRows:
    return TooManyRows(
        f"数据超过 {limits.rows} 行；请分成几个文件", f"more than {limits.rows} rows of data; split the file"
    )


def _too_many_columns(columns: int, limits: Limits) -> TooManyColumns:
    return TooManyColumns(
        f"表头有 {columns} 列，最多 {limits.columns} 列",
        f"the header has {columns} columns, the limit is {limits.columns}",
    )
