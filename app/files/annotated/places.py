"""Which cell of a workbook a problem is about: the sheet, the row as it is numbered there, the column by its header."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from app.files.annotated.lines import Line
from app.files.annotated.marks import cells_of
from app.files.headers import folded
from app.files.rows import BLANK

BOTH = " / "  # Between the headers of one element, where a mapping takes the first that is filled.


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet with its header found as an import finds it: the first row that is not blank."""

    sheet: Worksheet
    header_row: int
    columns: Mapping[str, int]

    @classmethod
    def of(cls, sheet: Worksheet) -> Self:
        filled = [cell for cell in cells_of(sheet) if cell.value is not None and str(cell.value).strip(BLANK)]
        header_row = min((cell.row for cell in filled), default=1)
        header = sorted((cell.column, str(cell.value)) for cell in filled if cell.row == header_row)
        return cls(sheet, header_row, {folded(text): column for column, text in reversed(header)})

    def cell(self, row: int | None, column: str | None) -> Cell | None:
        """The header's cell where there is no row, the row's first cell where there is no such column."""
        place = self._column(column)
        if row is None and place is None:
            return None
        found = self.sheet.cell(row or self.header_row, place or min(self.columns.values(), default=1))
        return found if isinstance(found, Cell) else None

    def _column(self, header: str | None) -> int | None:
        if header is None:
            return None
        names = (header, *header.split(BOTH))
        return next((place for name in names if (place := self.columns.get(folded(name)))), None)


class Places:
    """The cells of a workbook that was read from the sheet `main`."""

    def __init__(self, book: Workbook, main: str | None) -> None:
        self._sheets = {sheet.title: sheet for sheet in book.worksheets}
        self._main = main
        self._grids: dict[str, Grid] = {}

    def cell(self, line: Line) -> Cell | None:
        """Null for what is about no cell."""
        name = line.sheet or self._main
        if name is None or name not in self._sheets:
            return None
        if name not in self._grids:
            self._grids[name] = Grid.of(self._sheets[name])
        return self._grids[name].cell(line.row, line.column)
