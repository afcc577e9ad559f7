"""The report as a workbook: a cover that says what it is of, and a sheet with charts for each table and list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from app.demand.report.bars import ALL, COLOURS
from app.demand.report.figures import BY_KEY, WEIGHTS
from app.demand.report.groups import called
from app.demand.report.meaning import HINTED
from app.demand.report.wording import ONLINE, decided, hint, numbers, wording
from app.demand.runs.outcomes import OUTCOMES
from app.metrics.reports.workbook import BAR_HEIGHT, BOLD, COVER, MOST_BARS, SHADED, TITLE, Page, sheet_name

Part = Mapping[str, Any]
ON_ONE_LINE: Final = Alignment(wrap_text=False)
COUNTED: Final = tuple(BY_KEY[each].label.zh for each in OUTCOMES)
OF_FIGURE: Final = (
    "分组",
    "结果",
    "按什么计",
    "分子",
    "分母",
    "占比 %",
    "95% 区间低 %",
    "95% 区间高 %",
    "上限 %",
    "诉求地址",
)
OF_HINT: Final = ("提示", *OF_FIGURE[2:])
OF_UNMET: Final = ("诉求", "编号", "条数", "企业", "依据", "提示", "诉求地址")
OF_ITEM: Final = ("事项", "编码", "条数", "企业", "部门", "网办", "诉求编号", "事项地址", "诉求地址")
OF_DEPARTMENT: Final = ("部门", "部门编码", "有人问", "可能有人问", "没人问", "在用事项", "没人问的事项地址")
OF_REASON: Final = ("为什么", "条数", "企业", "诉求地址")


def write_report(body: Part) -> bytes:
    """Of a report as it is answered, with whole addresses. Texts stay texts, whatever they begin with."""
    book, written_to = Workbook(), BytesIO()
    cover = book.worksheets[0]
    cover.title = COVER
    _cover(Page(cover, (22, 110)), body)

    def sheet(name: str, *widths: int) -> Page:
        return Page(book.create_sheet(sheet_name(name, book.sheetnames)), widths)

    for each in body["tables"]:
        _table(sheet(each["label"] or ALL, 30, 22, 12, 12, 18, 14, 14, 14, 12, 60), each)
    _hints(sheet("没有事项可办的提示", 22, 18, 10, 10, 10, 14, 14, 10, 60), body["unmet"]["hints"])
    _unmet(sheet("没有事项可办", 60, 20, 8, 8, 44, 40, 60), body["unmet"])
    _review(sheet("待复核", 40, 8, 8, 60), body["review"])
    _asked(sheet("问得最多的事项", 40, 34, 8, 8, 30, 10, 20, 60, 60), body["asked_items"])
    _items(sheet("没人问的事项", 34, 26, 10, 12, 10, 10, 60), body["items"])
    book.save(written_to)
    return written_to.getvalue()


def _cover(page: Page, body: Part) -> None:
    run, survey = body["run"], body["survey"]
    page.write(f"{survey['title']}：需求满足情况", font=TITLE)
    page.sheet.cell(1, 1).alignment = ON_ONE_LINE
    told = [
        ("调查", survey["url"]),
        ("比对", f"第 {run['id']} 次，按 {run['as_of']} 的清单（第 {run['revision']} 版），区划 {run['within']}"),
        ("清单日期", f"{body['as_of']}，目录第 {body['revision']} 版"),
        ("人工判定计到", body["judged_until"]),
        ("同一份报告", body["url"]),
        *(("注意", note) for note in body["notes"]),
    ]
    for label, value in (*told, *((each["term"], each["text"]) for each in body["meaning"])):
        page.write(label, value)
        page.sheet.cell(page.row, 1).font = BOLD


def _table(page: Page, part: Part) -> None:
    """The counts of each group by demands and by enterprises, with a chart of either; then every share with its bounds."""
    heads = {}
    for weight, name in WEIGHTS.items():
        page.write(name.zh, "合计", *COUNTED, font=BOLD, fill=SHADED)
        heads[weight] = page.row
        for row in part["rows"]:
            counts = {each["outcome"]: each[weight]["numerator"] for each in row["figures"]}
            page.write(called(row["group"]) or ALL, row[weight], *(counts[each] for each in OUTCOMES))
    page.write(*OF_FIGURE, font=BOLD, fill=SHADED)
    for row in part["rows"]:
        for line in _shares(row["figures"]):
            page.write(called(row["group"]) or ALL, *line)
    place, groups = page.row + 2, len(part["rows"])
    for weight, head in heads.items():
        chart = _stacked(page.sheet, WEIGHTS[weight].zh, head, groups, (3, 2 + len(OUTCOMES)))
        page.sheet.add_chart(chart, f"A{place}")
        place += int(2 * chart.height) + 2


def _shares(figures: Sequence[Part]) -> Iterable[list[object]]:
    for each in figures:
        for weight, name in WEIGHTS.items():
            share = each[weight]
            bounds = (_hundredfold(share["low"]), _hundredfold(share["high"]), share["percent_max"])
            parts = (share["numerator"], share["denominator"], share["percent"])
            yield [each["label"], name.zh, *parts, *bounds, each["demands_url"]]


def _hundredfold(number: float | None) -> float | None:
    return None if number is None else round(100 * number, 2)


def _listed(page: Page, head: Sequence[str], rows: Sequence[Part], line: Callable[[Part], list[object]]) -> int:
    """A row for each; where their head stands."""
    page.write(*head, font=BOLD, fill=SHADED)
    place = page.row
    page.sheet.freeze_panes = f"A{place + 1}"
    for each in rows:
        page.write(*line(each))
    return place


def _hints(page: Page, figures: Sequence[Part]) -> None:
    page.write(HINTED.zh)
    page.sheet.cell(page.row, 1).alignment = ON_ONE_LINE
    page.write(*OF_HINT, font=BOLD, fill=SHADED)
    for line in _shares(figures):
        page.write(*line)


def _unmet(page: Page, part: Part) -> None:
    def line(row: Part) -> list[object]:
        counts = [row["demands"], row["enterprises"]]
        return [wording(row), numbers(row), *counts, decided(row), hint(row), row["demands_url"]]

    page.write(f"共 {part['total']} 种说法，列出企业最多的 {len(part['rows'])} 种")
    head = _listed(page, OF_UNMET, part["rows"], line)
    _chart_below(page, "没有事项可办的诉求：企业数", head, len(part["rows"]), (4, 4))


def _review(page: Page, part: Part) -> None:
    page.write(f"{part['demands']} 条诉求、{part['enterprises']} 家次，不算有，也不算没有")
    _listed(
        page,
        OF_REASON,
        part["reasons"],
        lambda row: [row["label"], row["demands"], row["enterprises"], row["demands_url"]],
    )


def _asked(page: Page, part: Part) -> None:
    def line(row: Part) -> list[object]:
        about = [row["department_name"] or row["department_code"], ONLINE[row["is_online"]], numbers(row)]
        return [row["name"], row["code"], row["demands"], row["enterprises"], *about, row["url"], row["demands_url"]]

    page.write(f"{part['total']} 个事项满足了诉求，列出企业最多的 {len(part['rows'])} 个")
    head = _listed(page, OF_ITEM, part["rows"], line)
    _chart_below(page, "问得最多的事项：企业数", head, len(part["rows"]), (4, 4))


def _items(page: Page, part: Part) -> None:
    def line(row: Part) -> list[object]:
        counts = [row[name] for name in ("asked", "perhaps_asked", "not_asked", "total")]
        return [row["department_name"], row["department_code"], *counts, row["not_asked_url"]]

    page.write(
        f"{part['total']} 个在用事项中，{part['not_asked']} 个没人问",
        None,
        None,
        None,
        None,
        None,
        part["not_asked_url"],
    )
    head = _listed(page, OF_DEPARTMENT, part["departments"], line)
    _chart_below(page, "各部门的在用事项", head, len(part["departments"]), (3, 5))


def _chart_below(page: Page, title: str, head: int, rows: int, columns: tuple[int, int]) -> None:
    if rows:
        page.sheet.add_chart(_stacked(page.sheet, title, head, rows, columns), f"A{page.row + 2}")


def _stacked(sheet: Worksheet, title: str, head: int, rows: int, columns: tuple[int, int]) -> BarChart:
    """Of the first rows below a head: a bar for each, of one part for each column."""
    last, chart = head + min(rows, MOST_BARS), BarChart()
    chart.type, chart.style, chart.title = "bar", 10, title
    chart.grouping, chart.overlap = "stacked", 100
    chart.add_data(
        Reference(sheet, min_col=columns[0], max_col=columns[1], min_row=head, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=last))
    if columns[1] - columns[0] + 1 == len(OUTCOMES):
        for series, outcome in zip(chart.series, OUTCOMES, strict=True):
            series.graphicalProperties.solidFill = COLOURS[outcome].removeprefix("#")
    chart.x_axis.scaling.orientation = "maxMin"  # The first row on top.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min = 0
    chart.width, chart.height = 24, 5 + BAR_HEIGHT * (last - head)
    return chart
