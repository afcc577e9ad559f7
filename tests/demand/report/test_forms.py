"""The report as page, workbook and table."""

import csv
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.demand.report.tables import COLUMNS
from app.metrics.reports.workbook import COVER
from tests.demand.report.market import RISKY, Market
from tests.demand.report.walks import get

pytestmark = pytest.mark.one_database


class Page(HTMLParser):
    """The names of its elements, whatever it would load or run, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loaded: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.loaded += [name for name, _ in attrs if name in ("src", "style") or name.startswith("on")]
        self.targets += [value for name, value in attrs if name == "href" and value]


def test_the_page_needs_nothing_and_runs_nothing(asked: Market, researcher: TestClient) -> None:
    answer = researcher.get(asked.path, headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    page = Page()
    page.feed(answer.text)
    assert not {"script", "link", "img", "iframe"} & set(page.names)
    assert page.loaded == []
    assert page.names.count("svg") == 5 * 2 * 2  # Of each table by demands and by enterprises, with its legend.
    assert page.targets
    assert all(target.startswith("http://testserver/v1/") for target in page.targets)
    assert "&lt;b&gt;海珠区民政局" in answer.text
    assert "<td>省财政厅</td>" in answer.text
    assert "50.00%" in answer.text
    row = '<td>由别处办理</td><td class="number">2</td><td>20.00%</td><td class="number">6</td><td>22.22%</td>'
    assert row in answer.text


def test_the_workbook_has_a_sheet_with_charts_for_each_table_and_list(asked: Market, researcher: TestClient) -> None:
    answer = researcher.get(asked.path, params={"format": "xlsx"})
    book = load_workbook(BytesIO(answer.content))
    tables = ["全部", "企业规模", "行业", "企业性质", "片区"]
    assert book.sheetnames == [
        COVER,
        *tables,
        "没有事项可办的提示",
        "没有事项可办",
        "待复核",
        "问得最多的事项",
        "没人问的事项",
    ]
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert f"'{RISKY}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    for name, charts in {**dict.fromkeys(tables, 2), "没有事项可办": 1, "问得最多的事项": 1, "没人问的事项": 1}.items():
        drawn = book[name]._charts  # type: ignore[attr-defined]  # openpyxl shows them nowhere else
        assert len(drawn) == charts, name
        assert all(series.val.numRef.f.startswith(f"'{name}'!") for chart in drawn for series in chart.series)


def test_what_the_thesaurus_says_of_unmet_demands_is_a_sheet_that_says_what_it_is(
    asked: Market, researcher: TestClient
) -> None:
    book = load_workbook(BytesIO(researcher.get(asked.path, params={"format": "xlsx"}).content))
    rows = [[cell.value for cell in row] for row in book["没有事项可办的提示"].iter_rows()]
    assert "不是人工判定" in str(rows[0][0])
    assert rows[1][:5] == ["提示", "按什么计", "分子", "分母", "占比 %"]
    assert [row[:5] for row in rows[4:6]] == [
        ["由别处办理", "按诉求", 2, 10, 20],
        ["由别处办理", "按企业（家次）", 6, 27, 22.22],
    ]


def test_the_charts_are_of_the_counts_below_their_heads(asked: Market, researcher: TestClient) -> None:
    book = load_workbook(BytesIO(researcher.get(asked.path, params={"format": "xlsx"}).content))
    sheet = book["企业规模"]
    rows = [[cell.value for cell in row[:7]] for row in sheet.iter_rows(min_row=1, max_row=5)]
    assert rows[0] == ["按诉求", "合计", "可网上办", "只能线下办", "有事项，未填能否网办", "没有事项可办", "待复核"]
    assert rows[1:] == [
        ["小微企业", 3, 2, 1, 0, 0, 0],
        ["中型企业", 2, 0, 0, 1, 1, 0],
        ["大型企业", 2, 0, 0, 0, 2, 0],
        ["未填写", 3, 1, 0, 0, 0, 2],
    ]
    chart = sheet._charts[0]  # type: ignore[attr-defined]
    assert [series.val.numRef.f for series in chart.series] == [
        f"'企业规模'!${column}$2:${column}$5" for column in "CDEFG"
    ]


def lines(asked: Market, client: TestClient) -> list[dict[str, str]]:
    answer = client.get(asked.path, params={"format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_table_has_a_line_for_each_share_with_all_that_it_takes_to_cite_it(
    asked: Market, researcher: TestClient
) -> None:
    told, report = lines(asked, researcher), get(researcher, asked.path)
    assert list(told[0]) == list(COLUMNS)
    hints = [line for line in told if line["hint"]]
    assert len(told) - len(hints) == sum(len(row["figures"]) * 2 for table in report["tables"] for row in table["rows"])
    assert [(line["hint"], line["outcome"], line["counted_by"], line["numerator"], line["denominator"]) for line in
            hints[:4]] == [
        ("none", "unmet", "demands", "1", "10"),
        ("none", "unmet", "enterprises", "1", "27"),
        ("elsewhere", "unmet", "demands", "2", "10"),
        ("elsewhere", "unmet", "enterprises", "6", "27"),
    ]  # fmt: skip
    assert {(line["by"], line["group"]) for line in hints[:4]} == {("hint", "hint=none"), ("hint", "hint=elsewhere")}
    by_demands = [line for line in told if (line["outcome"], line["counted_by"]) == ("unmet", "demands")]
    for by in ("", "size", "hint"):
        assert sum(int(line["numerator"]) for line in by_demands if line["by"] == by) == 3
    of_unstated = next(
        line for line in told if line["group"] == "size=null" and line["outcome"] == "review" and line["counted_by"] == "enterprises"
    )  # fmt: skip
    assert (of_unstated["numerator"], of_unstated["denominator"], of_unstated["group_label"]) == ("7", "9", "未填写")
    assert (of_unstated["run"], of_unstated["as_of"], of_unstated["revision"]) == (str(asked.run), "2026-03-02", "2")
    assert get(researcher, of_unstated["demands_url"])["enterprises"] == 7
    assert {line["note"] for line in told} == {"".join(report["notes"])}
    assert "一家企业提几条就计几次" in told[0]["note"]


def test_an_unknown_format_is_told_with_the_nearest(asked: Market, researcher: TestClient) -> None:
    said: Any = get(researcher, asked.path, 422, format="xls")
    assert said["errors"][0]["suggestion"] == "xlsx"
