"""The first sheet of a workbook that is given back: what was found in it, with a link to each cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from app.files.annotated.lines import Line, Results, Rule
from app.files.annotated.marks import FILLS, LABELS, LONGEST, plain
from app.files.annotated.wording import taken_apart
from app.files.formulas import covered
from app.files.workbooks import RESULTS

NAME: Final = "导入结果"
MOST_LINES: Final = 5_000
WIDTHS: Final = {"A": 14, "B": 16, "C": 9, "D": 22, "E": 26, "F": 60, "G": 50}
BOLD, TITLE, LINK = Font(bold=True), Font(bold=True, size=14), Font(color="FF0563C1", underline="single")
WRAPPED_FROM: Final = 4  # The columns before are narrow, and hold what is short.
WRAPPED = Alignment(vertical="top", wrap_text=True)
HOW_TO = "在带颜色的单元格里改正（鼠标停在上面看说明），然后把这个文件原样再上传；这张表和我们加的颜色、批注不用删。"
HEADER = ("级别", "工作表", "行", "列", "内容", "哪里不对", "怎样改")


@dataclass(slots=True)
class Found:
    """The lines that the sheet has room for, with the cells they are about, and how many there are in all."""

    lines: list[tuple[Line, Cell | None]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, line: Line, cell: Cell | None) -> None:
        self.counts[line.severity] = self.counts.get(line.severity, 0) + 1
        if len(self.lines) < MOST_LINES:
            self.lines.append((line, cell))

    @property
    def left_out(self) -> int:
        return sum(self.counts.values()) - len(self.lines)


def take_off_summary(book: Workbook) -> None:
    for sheet in book.worksheets:
        if sheet["A1"].value == RESULTS:
            book.remove(sheet)


def put_summary(book: Workbook, results: Results, found: Found, warnings: Sequence[str], below: "Below") -> None:
    """The first sheet, and the one that is seen when the workbook is opened."""
    page = Page(book.create_sheet(NAME, 0))
    page.write(RESULTS, font=TITLE)
    for said in (*results.head, *warnings):
        page.write(said)
    _counts(page, results, found)
    _rules(page, results.rules)
    _lines(page, results, found)
    below(page)
    _show_first(book)


class Page:
    """The sheet as it is written, row by row."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet, self._row = sheet, 0
        for column, width in WIDTHS.items():
            sheet.column_dimensions[column].width = width

    def write(self, *values: str | int | None, font: Font | None = None) -> Sequence[Cell]:
        """The cells of a new row; a text stays a text, whatever it begins with."""
        self._row += 1
        return [self._cell(place, value, font) for place, value in enumerate(values, 1)]

    def skip(self) -> None:
        self._row += 1

    def _cell(self, column: int, value: str | int | None, font: Font | None) -> Cell:
        cell = self._sheet.cell(self._row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged on a sheet of ours
        cell.value = covered(plain(value))[:LONGEST] if isinstance(value, str) else value
        if font is not None:
            cell.font = font
        if column >= WRAPPED_FROM:
            cell.alignment = WRAPPED
        return cell


Below: TypeAlias = Callable[[Page], None]


def nothing_below(_: Page) -> None:
    """The lines are all there is."""


def _counts(page: Page, results: Results, found: Found) -> None:
    page.skip()
    for label, count in results.counts.items():
        page.write(label, count)
    page.skip()
    page.write("颜色", "处数", "意思", font=BOLD)
    for severity, meaning in results.meanings.items():
        row = page.write(LABELS[severity], found.counts.get(severity, 0), meaning)
        row[0].fill = FILLS[severity]


def _rules(page: Page, rules: Sequence[Rule]) -> None:
    page.skip()
    page.write("级别", "处数", "规则", None, None, "说明", font=BOLD)
    for rule in rules:
        row = page.write(LABELS[rule.severity], rule.times, rule.rule, None, None, rule.message)
        row[0].fill = FILLS[rule.severity]


def _lines(page: Page, results: Results, found: Found) -> None:
    page.skip()
    page.write(*HEADER, font=BOLD)
    for line, cell in found.lines:
        told = (line.sheet or results.sheet, line.row, line.column, line.value, *taken_apart(line))
        row = page.write(LABELS[line.severity], *told)
        row[0].fill = FILLS[line.severity]
        if cell is not None:
            _link(row[2] if line.row else row[3], cell)
    if found.left_out:
        page.write(f"… 另有 {found.left_out} 条，{results.elsewhere.rest}")


def _link(cell: Cell, target: Cell) -> None:
    place = f"{quote_sheetname(target.parent.title)}!{target.coordinate}"
    cell.value = cell.value or target.coordinate
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
    cell.font = LINK


def _show_first(book: Workbook) -> None:
    """Sheets that are selected together would take what is typed into one of them."""
    for place, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = place == 0
    for chart in book.chartsheets:
        for view in chart.sheetViews.sheetView:
            view.tabSelected = False
    book.active = 0
    for view in book.views:
        view.firstSheet = 0
