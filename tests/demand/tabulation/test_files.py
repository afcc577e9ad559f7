"""The same table as a spreadsheet."""

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from tests.demand.tabulation.conftest import Desk


def table(desk: Desk, query: str, survey: int | None = None) -> list[dict[str, str]]:
    answer = desk.client.get(
        f"/v1/surveys/{survey or desk.answered}/tabulation?{query}", headers={"Accept": "text/csv"}
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8", answer.text
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def book(desk: Desk, query: str) -> dict[str, list[tuple[Any, ...]]]:
    answer = desk.client.get(f"/v1/surveys/{desk.answered}/tabulation?{query}&format=xlsx")
    assert answer.status_code == 200, answer.text
    return {sheet.title: list(sheet.values) for sheet in load_workbook(BytesIO(answer.content)).worksheets}


def test_a_row_for_each_group_and_option(desk: Desk) -> None:
    rows = table(desk, "question=q5&by=size")
    assert len(rows) == 4 * 5
    names = ("size", "size_label", "option", "option_label", "respondents", "denominator", "percent", "unanswered")
    assert [rows[1][name] for name in names] == ["1", "小微企业", "2", "比较满意", "2", "3", "66.67", "1"]
    assert [rows[-1][name] for name in names] == ["", "未填写", "5", "不满意", "0", "0", "", "1"]
    assert float(rows[1]["low"]) < 0.6667 < float(rows[1]["high"])


def test_every_figure_of_a_row_has_its_address(desk: Desk) -> None:
    for query in ("question=q15&by=size", "question=q8.days&by=zone", "question=q1&by=ownership"):
        for row in table(desk, query):
            figures = [name for name in ("responses", "answered", "unanswered", "respondents") if name in row]
            assert [desk.responses(row[f"{name}_url"]) for name in figures] == [int(row[name]) for name in figures]


def test_a_row_for_each_group_of_numbers(desk: Desk) -> None:
    rows = table(desk, "question=q8.days&by=size")
    assert [(row["size"], row["answered"], row["n"], row["median"], row["unit"]) for row in rows] == [
        ("1", "3", "3", "3.0", "工作日"),
        ("2", "2", "2", "12.5", "工作日"),
        ("3", "1", "1", "5.0", "工作日"),
        ("", "0", "", "", "工作日"),
    ]


def test_what_was_published(desk: Desk) -> None:
    rows = table(desk, "question=q1", desk.published)
    assert [(row["basis"], row["respondents"], row["percent"], row["low"]) for row in rows] == [
        ("published", "", "88.2", ""),
        ("published", "", "15.7", ""),
        ("published", "", "0.7", ""),
    ]
    assert all("104.6" in row["notes"] for row in rows)


def test_a_workbook_has_the_numbers_and_all_texts(desk: Desk) -> None:
    sheets = book(desk, "question=q18&by=size")
    assert list(sheets) == ["统计", "原文"]
    header, *rows = sheets["统计"]
    assert header[:6] == ("调查", "题", "题目", "依据", "分组", "分组名称")
    assert [row[5:9] for row in rows] == [
        ("小微企业", 4, 2, 2),
        ("中型企业", 2, 1, 1),
        ("大型企业", 1, 0, 1),
        ("未填写", 1, 0, 1),
    ]
    assert sheets["原文"] == [
        ("答卷", "组", "选项", "原文"),
        ("001", "小微企业", None, "希望减少材料"),
        ("006", "中型企业", None, "'=一次说清要什么"),
    ]


def test_a_workbook_of_choices(desk: Desk) -> None:
    sheets = book(desk, "question=q15")
    assert list(sheets) == ["统计", "原文"]
    header, first, *_ = sheets["统计"]
    row = dict(zip(header, first, strict=True))
    assert (row["选项文字"], row["选的企业数"], row["占答题企业（%）"], row["占全部选项（%）"]) == (
        "不用到现场办理",
        4,
        80,
        44.44,
    )
    assert list(book(desk, "question=q5")) == ["统计"]
