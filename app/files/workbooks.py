"""Rows of an xlsx file: the first visible sheet that holds anything."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.files.archives import check_archive, damaged, part_named, sheet_parts
from app.files.errors import EmptyFile, HiddenSheet, TooManyColumns, TooManyRows
from app.files.formulas import read_text
from app.files.number_formats import percent_styles
from app.files.rows import Limits
from app.files.sheets import Extent, Hidden, Lost, Survey, column_letters, exact_look, survey

RESULTS: Final = "导入结果（由“事项”写在这里，再次上传时不读这张表）"
"""The first cell of a sheet of ours that says what an import found; what it is called may have been changed."""


class Sheet(NamedTuple):
    """A loaded sheet; `others` are the visible sheets that are not read."""

    name: str
    others: tuple[str, ...]
    cells: CalamineSheet
    lost: Lost
    hidden: Hidden

    @property
    def first_column(self) -> int:
        """The column (from 1) its cells begin at."""
        return (self.cells.start or (0, 0))[1] + 1


def open_sheet(path: Path, limits: Limits, first: str | None = None) -> Sheet:
    """The first visible sheet with content, loaded whole; everything else is checked before anything is loaded.

    A sheet named `first` comes before the others, wherever it stands.
    """
    check_archive(path, limits)
    parts, percent = sheet_parts(path), percent_styles(path)
    with _undamaged(), CalamineWorkbook.from_path(path) as workbook:
        names = _visible(workbook)
        _refuse_hidden(first, names, parts)
        for name in sorted(names, key=lambda name: name != first):
            loaded = _load(workbook, path, name, parts.get(name, ""), limits, percent)
            if loaded is None:
                continue
            names.remove(name)
            if not _is_ours(loaded.cells):
                return loaded._replace(others=tuple(names))
    raise EmptyFile("工作簿里没有内容（隐藏的工作表不读）", "the workbook is empty (hidden sheets are not read)")


def _refuse_hidden(first: str | None, visible: Collection[str], parts: Collection[str]) -> None:
    if first in parts and first not in visible:
        raise HiddenSheet(
            f"工作表“{first}”是隐藏的，隐藏的工作表不读；请取消隐藏后再上传",
            f"the sheet {first!r} is hidden, and hidden sheets are not read; show it again",
        )


class Sheets:
    """The sheets of a workbook by name, hidden ones too; its texts are read once for all of them.

    Of a workbook that `open_sheet` has opened: what that refuses is not looked for again.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits, self._parts = path, limits, sheet_parts(path)
        self._percent = percent_styles(path)
        with _undamaged():
            self._workbook = CalamineWorkbook.from_path(path)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def load(self, name: str) -> Sheet | None:
        """Loaded whole; None where there is no such sheet, or nothing on it."""
        if name not in self:
            return None
        with _undamaged():
            return _load(self._workbook, self._path, name, self._parts[name], self._limits, self._percent)

    def close(self) -> None:
        self._workbook.close()


@contextmanager
def _undamaged() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise damaged() from error


def _load(
    workbook: CalamineWorkbook, path: Path, name: str, part: str, limits: Limits, percent: Collection[int]
) -> Sheet | None:
    seen = _within_limits(path, part, limits, percent)
    cells = workbook.get_sheet_by_name(name) if seen.extent.rows else None
    return None if cells is None or cells.start is None else Sheet(name, (), cells, seen.lost, seen.hidden)


def merged_below(sheet: Sheet, row: int) -> list[str]:
    """The merged ranges (H2:H4) among the cells below a row: all but the first cell of each are empty."""
    last_row, last_column = sheet.cells.end or (0, 0)
    return [
        f"{column_letters(left + 1)}{top + 1}:{column_letters(right + 1)}{bottom + 1}"
        for (top, left), (bottom, right) in sorted(sheet.cells.merged_cell_ranges or ())
        if bottom >= row and top <= last_row and left <= last_column
    ]


def read_sheet(sheet: Sheet) -> Iterator[tuple[int, list[object]]]:
    """Each row of the sheet with its number, blank ones included."""
    for number, cells in enumerate(sheet.cells.iter_rows(), 1):
        yield (
            number,
            [
                read_text(cell) if cell.__class__ is str else cell if cell.__class__ is float else _plain(cell)
                for cell in cells
            ],
        )


def mend(sheet: Sheet) -> Iterator[tuple[int, list[object]]]:
    """The rows with what the reader lost of a cell put back: a failed formula where it left nothing, a number in per cent."""
    first = sheet.first_column
    lost: dict[int, list[tuple[int, object]]] = {}
    for (row, column), found in sheet.lost.items():
        lost.setdefault(row, []).append((column - first, found))
    for number, cells in read_sheet(sheet):
        for place, cell in lost.get(number, ()):
            if 0 <= place < len(cells):
                cells[place] = cell
        yield number, cells


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _is_ours(cells: CalamineSheet) -> bool:
    return next(iter(cells.iter_rows()), [None])[:1] == [RESULTS]


def _within_limits(path: Path, part_name: str, limits: Limits, percent: Collection[int]) -> Survey:
    """A sheet is loaded as a full rectangle, so one cell far away would claim all memory."""
    part = part_named(path, part_name)
    seen = survey(path, part, percent)
    if not seen.is_plain or _exceeds(seen.extent, limits):
        look = exact_look(path, part)
        seen = seen._replace(extent=look.extent, hidden=look.hidden)
    _refuse_large(seen.extent, limits)
    return seen


def _exceeds(extent: Extent, limits: Limits) -> bool:
    return (
        extent.rows > limits.rows + 1 or extent.columns > limits.columns or extent.rows * extent.columns > limits.cells
    )


def _refuse_large(extent: Extent, limits: Limits) -> None:
    if extent.columns > limits.columns:
        last = column_letters(extent.columns)
        raise TooManyColumns(
            f"内容到第 {extent.columns} 列（{last} 列），最多 {limits.columns} 列；请删去右边多余的列",
            f"the sheet reaches column {extent.columns} ({last}), the limit is {limits.columns}",
        )
    if _exceeds(extent, limits):
        raise TooManyRows(
            f"内容到第 {extent.rows} 行、{extent.columns} 列，超过上限（{limits.rows} 行、{limits.cells} 个单元格）；"
            "请分成几个文件",
            f"the sheet reaches row {extent.rows} and column {extent.columns}, over the limit "
            f"({limits.rows} rows, {limits.cells} cells); split the file",
        )


def _plain(cell: object) -> object:
    """Times and durations become text: no element of a row is one."""
    if isinstance(cell, time):
        return cell.isoformat("minutes" if not cell.second else "seconds")
    if isinstance(cell, timedelta) or not isinstance(cell, (str, bool, int, float, date)):
        return str(cell)
    return cell
