"""The first sheet of a workbook that is given back: what the import found, with a link to each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from app.db import Record
from app.files.formulas import covered
from app.files.workbooks import RESULTS
from app.imports.annotated.marks import FILLS, LABELS, LONGEST, plain
from app.imports.annotated.wording import taken_apart

NAME: Final = "导入结果"
MOST_LINES: Final = 5_000
WIDTHS: Final = {"A": 14, "B": 16, "C": 9, "D": 22, "E": 26, "F": 60, "G": 50}
BOLD, TITLE, LINK = Font(bold=True), Font(bold=True, size=14), Font(color="FF0563C1", underline="single")
WRAPPED_FROM: Final = 4  # The columns before are narrow, and hold what is short.
WRAPPED = Alignment(vertical="top", wrap_text=True)
COUNTS: Final = {
    "rows": "文件里的行",
    "added": "新增",
    "amended": "修改",
    "unchanged": "没有变化",
    "rejected": "不能导入的行",
    "absent": "文件里没有列出的事项",
}
MEANINGS: Final = {
    "rejected": "不能导入，必须改",
    "error": "能导入，但内容有错，要改",
    "warning": "能导入，请核对",
    "advice": "供参考",
}
STATUSES: Final = {
    "checked": "试运行通过，没有写入",
    "refused": "有行不能导入，什么都没有写入",
    "unchanged": "没有变化，没有写入",
    "drafted": "已生成变更单",
}
HOW_TO = "在带颜色的单元格里改正（鼠标停在上面看说明），然后把这个文件原样再上传；这张表和我们加的颜色、批注不用删。"
HEADER = ("级别", "工作表", "行", "列", "内容", "哪里不对", "怎样改")


@dataclass(slots=True)
class Found:
    """The lines that the sheet has room for, with the cells they are about, and how many there are in all."""

    lines: list[tuple[Record, Cell | None]] = field(default_factory=list)
    absent: list[Record] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, line: Record, cell: Cell | None) -> None:
        self.counts[line.severity] = self.counts.get(line.severity, 0) + 1
        if line.severity == "absent":
            if len(self.absent) < MOST_LINES:
                self.absent.append(line)
        elif len(self.lines) < MOST_LINES:
            self.lines.append((line, cell))

    @property
    def left_out(self) -> int:
        return sum(count for severity, count in self.counts.items() if severity != "absent") - len(self.lines)


def take_off_summary(book: Workbook) -> None:
    for sheet in book.worksheets:
        if sheet["A1"].value == RESULTS:
            book.remove(sheet)


def put_summary(book: Workbook, run: Record, found: Found, warnings: Sequence[str]) -> None:
    """The first sheet, and the one that is seen when the workbook is opened."""
    page = Page(book.create_sheet(NAME, 0))
    _head(page, run, warnings)
    _counts(page, run.report, found)
    _rules(page, [*run.report["rejections"], *run.report["findings"]])
    _lines(page, run, found)
    _absent(page, run, found)
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


def _head(page: Page, run: Record, warnings: Sequence[str]) -> None:
    page.write(RESULTS, font=TITLE)
    status = STATUSES[run.status] + (f" {run.change_set}" if run.change_set else "")
    page.write(f"“{run.file_name}”第 {run.id} 次导入，生效日期 {run.effective_on}：{status}。")
    mapping = [f"再上传时请用同一个映射（{run.mapping}）。"] if run.mapping else []
    for said in (HOW_TO, *mapping, *warnings):
        page.write(said)


def _counts(page: Page, report: Mapping[str, Any], found: Found) -> None:
    page.skip()
    for name, label in COUNTS.items():
        page.write(label, report[name])
    page.skip()
    page.write("颜色", "处数", "意思", font=BOLD)
    for severity, meaning in MEANINGS.items():
        row = page.write(LABELS[severity], found.counts.get(severity, 0), meaning)
        row[0].fill = FILLS[severity]


def _rules(page: Page, rules: Sequence[Mapping[str, Any]]) -> None:
    page.skip()
    page.write("级别", "处数", "规则", None, None, "说明", font=BOLD)
    for rule in rules:
        severity = rule["severity"]
        row = page.write(LABELS[severity], rule["count"], rule["rule"], None, None, rule["message"])
        row[0].fill = FILLS[severity]


def _lines(page: Page, run: Record, found: Found) -> None:
    page.skip()
    page.write(*HEADER, font=BOLD)
    for line, cell in found.lines:
        told = (line.sheet or run.report["sheet"], line.row, line.column, line.value, *taken_apart(line))
        row = page.write(LABELS[line.severity], *told)
        row[0].fill = FILLS[line.severity]
        if cell is not None:
            _link(row[2] if line.row else row[3], cell)
    if found.left_out:
        page.write(f"… 另有 {found.left_out} 条，见 /v1/imports/{run.id}/problems")


def _absent(page: Page, run: Record, found: Found) -> None:
    """Without colours: they are in no row of the file."""
    if not found.absent:
        return
    page.skip()
    page.write("文件里没有列出的事项：它们没有被改动，也不会被删除", font=BOLD)
    page.write("事项编码", None, None, "事项名称", font=BOLD)
    for line in found.absent:
        page.write(line.code, None, None, line.value)
    if (more := found.counts["absent"] - len(found.absent)) > 0:
        page.write(f"… 另有 {more} 项，见 /v1/imports/{run.id}/problems?severity=absent")


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
