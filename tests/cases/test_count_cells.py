"""What stands in a cell where a number of cases should, and what a clerk is told to do about it."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from app.db import Database
from app.files.annotated.lines import Line
from app.files.annotated.wording import taken_apart
from tests.factories import department, item, publish

pytestmark = pytest.mark.one_database

ACCEPTED, CLOSED = "受理件数", "办结件数"
AS_NUMBER = "把单元格格式改为“常规”再填数"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), on=date(2025, 12, 1))


def of_cell(staff: TestClient, column: str, value: object, number_format: str = "General") -> list[dict[str, Any]]:
    """The problems of a workbook with this in the one column, and 8 in the other."""
    book, content = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["事项编码", "月份", "办理渠道", ACCEPTED, CLOSED])
    sheet.append(["HZ-001", "2026-01", "网上", *((value, 0) if column == ACCEPTED else (8, value))])
    sheet.cell(2, 4 if column == ACCEPTED else 5).number_format = number_format
    book.save(content)
    answer = staff.post("/v1/case-imports", files={"file": ("一月.xlsx", content.getvalue())})
    assert answer.status_code == 200, answer.text
    problems: list[dict[str, Any]] = answer.json()["problems"]
    return problems


@pytest.mark.parametrize(
    ("value", "number_format", "rule", "wrong", "remedy"),
    [
        (1, "0%", "number-with-unit", "这一格的格式是百分比（显示为 100%）", f"件数不是百分比：{AS_NUMBER}"),
        (0.955, "0.00%", "number-with-unit", "这一格的格式是百分比（显示为 95.5%）", f"件数不是百分比：{AS_NUMBER}"),
        ("95%", "@", "number-with-unit", "“95%”不是件数", "{}请只填整数（如 12），不带单位、百分号和千分位"),
        (5, "yyyy-mm-dd", "not-a-number", "这一格的格式是日期（显示为 1900-01-05）", AS_NUMBER),
        (0, "yyyy-mm-dd", "not-a-number", "这一格的格式是日期（显示为 00:00）", AS_NUMBER),
        ("#DIV/0!", "General", "formula-error", "公式出错（#DIV/0!），没有算出件数", "请改正公式，或直接填数"),
    ],
)
def test_what_is_no_count_says_what_to_do(
    staff: TestClient, value: object, number_format: str, rule: str, wrong: str, remedy: str
) -> None:
    for column, otherwise in ((ACCEPTED, "没有办件写 0"), (CLOSED, "不知道就留空")):
        (told,) = of_cell(staff, column, value, number_format)
        assert (told["row"], told["column"], told["rule"]) == (2, column, rule)
        what_to_do = f"{remedy.format(column)}；{otherwise}。"
        assert told["message"] == f"{wrong}。{what_to_do}"
        assert taken_apart(Line("rejected", told["message"])) == (wrong, what_to_do)


@pytest.mark.parametrize(
    ("value", "rule", "message"),
    [
        (
            "=A1*2",
            "formula-not-calculated",
            "公式 =A1*2 还没有算出结果。请用 Excel 或 WPS 打开文件并保存一次，或直接填数。",
        ),
        (2**31, "number-too-large", "“2147483648”太大。受理件数最大 2147483647，请核对后填实际的件数。"),
        (10**16, "number-too-large", "“1e+16”太大。受理件数最大 2147483647，请核对后填实际的件数。"),
    ],
)
def test_what_is_too_large_or_not_calculated(staff: TestClient, value: object, rule: str, message: str) -> None:
    (told,) = of_cell(staff, ACCEPTED, value)
    assert (told["column"], told["rule"], told["message"]) == (ACCEPTED, rule, message)


@pytest.mark.parametrize("number_format", ["0", "#,##0", '0"件"', "0.00E+00"])
def test_a_count_may_be_shown_in_other_ways(staff: TestClient, number_format: str) -> None:
    assert of_cell(staff, ACCEPTED, 12, number_format) == []
