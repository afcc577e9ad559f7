"""A report as a workbook: a cover that says where every figure comes from, the sentences, and a sheet with a chart for each metric."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.files.cleaning import CONTROL
from app.files.formulas import covered
from app.metrics.reports.places import PART, is_table, number_in
from app.metrics.reports.rules import Cited, called, number_of
from app.metrics.reports.wording import caveats, conditions, formula, note_of, note_of_row, time_of

COVER: Final = "封面"
SENTENCES: Final = "正文"
DIFFERENCES: Final = "与前一版不同"
LONGEST: Final = 32_767
LONGEST_NAME: Final = 31
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
DECIMALS: Final = "0.00##"
A4: Final = 9  # As OOXML numbers sizes of paper.
MOST_BARS: Final = 60
BAR_HEIGHT: Final = 0.55  # Centimetres.
ITEMS: Final = "项"
BOLD, TITLE = Font(bold=True), Font(bold=True, size=16)
SHADED = PatternFill("solid", fgColor="FFDDE7F3")
WRAPPED = Alignment(vertical="top", wrap_text=True)
ON_ONE_LINE = Alignment(horizontal="fill", vertical="top")  # What is too long is cut off, not printed beside the page.
HEAD: Final = (
    "序号", "数字", "指标", "数值", "分子", "分母", "未填", "单位", "时间", "说明", "公式", "范围", "来源", "核实", "注意事项",
    "在线地址",
)  # fmt: skip
WIDTHS: Final = (6, 26, 26, 12, 10, 10, 8, 8, 14, 40, 60, 34, 44, 20, 40, 60)
VALUES, PERCENTS = 3, 4  # The columns of a metric's sheet that a chart shows.
OF_METRIC: Final = ("数字", "分组", "数值", "百分数", "分子", "分母", "未填", "不在范围", "时间", "说明", "事项地址")


def write_report(body: Mapping[str, Any]) -> bytes:
    """Of a report as it is shown. Texts stay texts, whatever they begin with."""
    book, written_to = Workbook(), BytesIO()
    cover = book.worksheets[0]
    cover.title = COVER
    _cover(Page(cover, WIDTHS), body)
    if body["sections"]:
        _sentences(Page(book.create_sheet(SENTENCES), (70, 26, 12, 8, 40, 60, 34, 60, 14)), body)
    if body["changes"]:
        _differences(Page(book.create_sheet(DIFFERENCES), (30, 30, 14, 14, 14, 60, 60)), body["changes"])
    for key, figures in _by_metric(body["figures"]).items():
        name = sheet_name(figures[0]["meaning"]["name_zh"] or key, book.sheetnames)
        _metric(book.create_sheet(name), figures)
    book.save(written_to)
    return written_to.getvalue()


class Page:
    """A sheet as it is written, row by row."""

    def __init__(self, sheet: Worksheet, widths: Sequence[int]) -> None:
        self.sheet, self.row = sheet, 0
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToHeight = False
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for place, width in enumerate(widths):
            sheet.column_dimensions[chr(ord("A") + place)].width = width

    def write(self, *values: object, font: Font | None = None, fill: PatternFill | None = None) -> None:
        self.row += 1
        for column, value in enumerate(values, 1):
            cell = self.sheet.cell(self.row, column, cell_of(value))
            cell.alignment = ON_ONE_LINE if _is_address(value) else WRAPPED
            if isinstance(value, float):
                cell.number_format = DECIMALS
            if font is not None:
                cell.font = font
            if fill is not None:
                cell.fill = fill


def _is_address(value: object) -> bool:
    """Addresses are longer than any column, and nobody reads them in lines."""
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def cell_of(value: object) -> Any:
    """What may stand in a cell: numbers as they are, texts so that none is taken for a formula."""
    return covered(CONTROL.sub("", value))[:LONGEST] if isinstance(value, str) else value


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that a workbook takes and that none of its sheets has: they are equal in capitals and small letters."""
    used = {each.casefold() for each in taken}
    name, place = FORBIDDEN.sub(" ", wanted).strip()[:LONGEST_NAME] or "指标", 1
    first = name
    while name.casefold() in used:
        place += 1
        ending = f" {place}"
        name = first[: LONGEST_NAME - len(ending)] + ending
    return name


def _cover(page: Page, body: Mapping[str, Any]) -> None:
    page.write(body["title"], font=TITLE)
    page.sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    for label, value in _about(body):
        page.write(label, value)
        page.sheet.cell(page.row, 1).font = BOLD
        page.sheet.cell(page.row, 2).alignment = Alignment(wrap_text=False)
    page.write()
    page.write(*HEAD, font=BOLD, fill=SHADED)
    page.sheet.freeze_panes = f"C{page.row + 1}"
    for figure in body["figures"]:
        page.write(*_line(figure))


def _about(body: Mapping[str, Any]) -> list[tuple[str, object]]:
    replaced, following = body["replaces"], body["superseded_by"]
    told: list[tuple[str, object]] = [
        ("编号", body["number"]),
        ("冻结", f"{body['frozen_at']}，{body['frozen_by']}"),
        ("目录版次", f"第 {body['revision']} 版（按 {body['known_at'] or '—'} 所知）"),
        ("校验值", f"SHA-256 {body['checksum']}"),
        ("核对", body["verify_url"]),
    ]
    told += [("说明", body["note"])] if body["note"] else []
    told += [("取代", f"{replaced['number']}《{replaced['title']}》：{body['changes']['reason']}")] if replaced else []
    told += [("已被取代", f"{following['number']}《{following['title']}》{following['url']}")] if following else []
    return told


def _line(figure: Cited) -> list[object]:
    meaning, rows = figure["meaning"], figure["values"]
    one = rows[0] if len(rows) == 1 and not figure["group_by"] else None
    numbers = [None] * 3 if one is None else [one[name] for name in ("numerator", "denominator", "unknown")]
    shown = f"{len(rows)} 组，见各指标的表" if one is None else number_of(one)
    return [
        figure["position"], figure["label"], meaning["name_zh"], shown, *numbers, _unit(figure), time_of(figure),
        note_of(figure), formula(figure), conditions(figure), meaning["source"], meaning["standing"], caveats(figure) or None,
        figure["values_url"],
    ]  # fmt: skip


def _unit(figure: Cited) -> str:
    return str(figure["meaning"]["unit"])


def _sentences(page: Page, body: Mapping[str, Any]) -> None:
    """Each sentence, then each of its figures with formula and source."""
    page.write("句子", "数字", "数值", "单位", "说明", "公式", "范围", "来源", "时间", font=BOLD, fill=SHADED)
    for section in body["sections"]:
        page.write(section["title"], font=BOLD)
        for sentence in section["sentences"]:
            page.write(sentence["said"])
            if sentence["absent"]:
                page.write(None, "不在本系统", None, None, sentence["absent"])
            for place in sentence["places"]:
                page.write(None, *_place(place, body["figures"]))


def _place(place: Cited, figures: Sequence[Cited]) -> list[object]:
    if place["figure"] is None:
        return [place["label"], None, None, place["why"]]
    figure = figures[place["figure"] - 1]
    shown = f"见第 {place['figure']} 号数字" if is_table(place, figure) else number_in(place, figure)
    told = [place["note"], formula(figure), conditions(figure), figure["meaning"]["source"], time_of(figure)]
    return [place["label"], shown, ITEMS if place[PART] else _unit(figure), *told]


def _differences(page: Page, changes: Mapping[str, Any]) -> None:
    page.write("数字", "分组", "原来", "现在", "差", "为什么", "在线地址", font=BOLD, fill=SHADED)
    for figure in changes["moved"]:
        for row in figure["values"]:
            why = (
                "；".join(f"{kind['label']} {kind['items']} 项" for kind in row["kinds"])
                or row["note"]
                or figure["note"]
            )
            before, after = (row[side].get("value") for side in ("before", "after"))
            page.write(figure["label"], called(row), before, after, _change(row), why, figure["changes_url"])
    for name, label in (("only_before", "只在前一版"), ("only_after", "只在这一版")):
        for figure in changes[name]:
            page.write(figure["label"], label)


def _change(row: Cited) -> float | None:
    """In percentage points where the value is told in per cent."""
    points: float | None = row["percentage_points"]
    change: float | None = row["change"]
    return change if points is None else points


def _by_metric(figures: Iterable[Cited]) -> Mapping[str, list[Cited]]:
    found: dict[str, list[Cited]] = {}
    for each in figures:
        found.setdefault(each["metric"], []).append(each)
    return found


def _metric(sheet: Worksheet, figures: Sequence[Cited]) -> None:
    """The rows of all figures of a metric, and a chart of them."""
    page, meaning = Page(sheet, (34, 34, 12, 10, 10, 10, 8, 10, 14, 40, 60)), figures[0]["meaning"]
    page.write(meaning["name_zh"], font=TITLE)
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    page.write("公式", formula(figures[0]))
    page.write("来源", meaning["source"])
    page.write(*OF_METRIC, font=BOLD, fill=SHADED)
    first = page.row + 1
    for figure in figures:
        for row in figure["values"]:
            page.write(*_row(figure, row))
    sheet.freeze_panes = f"A{first}"
    shown = [row for figure in figures for row in figure["values"]]
    column = PERCENTS if any(row["percent"] is not None for row in shown) else VALUES
    chart = _chart(page, first, meaning, column)
    if min((number_of(row) or 0 for row in shown), default=0) >= 0:
        chart.y_axis.scaling.min = 0
    sheet.add_chart(chart, f"A{page.row + 2}")


def _row(figure: Cited, row: Cited) -> list[object]:
    numbers = [row[name] for name in ("value", "percent", "numerator", "denominator", "unknown", "excluded")]
    name = called(row) or figure["label"]
    return [
        figure["label"],
        name,
        *numbers,
        time_of(figure),
        note_of_row(figure, row),
        row["items_url"] or row["numerator_url"],
    ]


def _chart(page: Page, first: int, meaning: Mapping[str, Any], column: int) -> BarChart:
    """Of the first rows by what they are called."""
    last = min(page.row, first + MOST_BARS - 1)
    chart = BarChart()
    chart.type, chart.style, chart.title, chart.legend = "bar", 10, meaning["name_zh"], None
    chart.add_data(Reference(page.sheet, min_col=column, min_row=first, max_row=last))
    chart.set_categories(Reference(page.sheet, min_col=2, min_row=first, max_row=last))
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.scaling.orientation = "maxMin"  # The first row on top.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.title = "%" if column == PERCENTS else meaning["unit"]
    chart.width, chart.height = 24, 4 + BAR_HEIGHT * (last - first + 1)
    return chart
