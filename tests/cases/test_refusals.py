from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import HEADER, counts, report
from tests.factories import department, draft, item, publish

JAN = ("HZ-001", "2026-01", "网上", "")


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), item("HZ-002", until=date(2026, 1, 1)), on=date(2025, 12, 1))


def rules(staff: TestClient, *rows: list[object], header: tuple[str, ...] = HEADER) -> list[tuple[Any, ...]]:
    checked = report(staff, *rows, header=header, dry_run="true", status=200)
    return [(each["row"], each["column"], each["rule"]) for each in checked["problems"]]


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (counts("HZ-001", "2026.1", "网上", "", 1), "月份", "not-a-month"),
        (counts("HZ-001", "9999-12", "网上", "", 1), "月份", "not-a-month"),
        (counts(*JAN, "100%"), "受理件数", "number-with-unit"),
        (counts(*JAN, 10, 11), "办结件数", "more-closed-than-accepted"),
        (counts(*JAN, 10, 8, 9), "按期办结件数", "more-on-time-than-closed"),
        (counts(*JAN, 10, None, 11), "按期办结件数", "more-on-time-than-closed"),
        (counts(*JAN, 10, None, None, None, 11), "好评件数", "more-satisfied-than-reviewed"),
        (counts(*JAN, 10, 8, 8, 9), "评价件数", "more-reviewed-than-closed"),
        (counts(*JAN, 10, 8, 8, 7, 8), "好评件数", "more-satisfied-than-reviewed"),
        (counts("HZ-001", "2026-03", "网上", "", 1), "月份", "month-not-over"),
        (counts("HZ-001", "2027-01", "网上", "", 1), "月份", "month-not-over"),
        (counts("HZ-001", "2026-13", "网上", "", 1), "月份", "not-a-month"),
        (counts("HZ-001", "2026-01", "电话", "", 1), "办理渠道", "unknown-code"),
        (counts("HZ-404", "2026-01", "网上", "", 1), "事项编码", "unknown-item"),
        (counts("HZ-002", "2026-01", "网上", "", 1), "事项编码", "not-in-force"),
        (counts("HZ-001", "2019-12", "网上", "", 1), "事项编码", "not-in-force"),
        (counts("HZ-001", "2026-01", "网上", "变更"), "受理件数", "missing"),
        (counts("HZ-001", "", "网上", "", 1), "月份", "missing"),
        (counts(*JAN, "十件"), "受理件数", "not-a-number"),
        (counts(*JAN, -1), "受理件数", "not-a-number"),
        (counts(*JAN[:3], "长" * 41, 1), "业务类别", "too-long"),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)
def test_counts_that_cannot_be_are_told_by_row_and_column(
    staff: TestClient, row: list[object], column: str, rule: str
) -> None:
    assert rules(staff, row) == [(2, column, rule)]


LEVELS = ("事项编码", "月份", "渠道", "受理件数", "评价件数", "非常满意", "满意", "基本满意", "不满意", "非常不满意", "核实差评件数", "按期整改差评件数")  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "rule"),
    [
        ((10, 5, 2, 2, 0, 0, 0), "levels-not-reviewed"),
        ((10, 5, 3, 2, 1, None, None), "levels-not-reviewed"),
        ((10, 5, 2, 1, 1, 1, 0, 2), "more-verified-than-bad"),
        ((10, 5, 2, 1, 0, 1, 1, 1, 2), "more-fixed-than-verified"),
        ((10, 5, 4, 0, 0, None, None, 2), "more-verified-than-bad"),
        ((10, 5, 2, 1, 1, 1, 0, None, 2), "more-fixed-than-bad"),
        ((10, 5, 4, 0, 0, None, None, None, 2), "more-fixed-than-bad"),
        ((10, 5, 2, 1, 1, 1, 0, 1, 2), "more-fixed-than-verified"),
    ],
)
def test_reviews_add_up(staff: TestClient, numbers: tuple[object, ...], rule: str) -> None:
    row = ["HZ-001", "2026-01", "窗口", *numbers, *[None] * (9 - len(numbers))]
    assert [found for _, _, found in rules(staff, row, header=LEVELS)] == [rule]


def test_a_month_stands_once_in_a_file(staff: TestClient) -> None:
    again, kinds = counts(*JAN, 5), counts(*JAN[:3], "变更", 2)
    assert rules(staff, counts(*JAN, 5), again, kinds) == [(3, "月份", "twice"), (4, "业务类别", "whole-and-kinds")]


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        (("合计", "", "", "", ""), "事项编码", "合计"),
        (("总 计", "", "养老机构备案", "2026-01", ""), "事项编码", "总 计"),
        (("", "", "小计：", "", ""), "事项名称", "小计："),
        (("", "合计", "", "", "网上"), "序号", "合计"),
        (("填表人：王敏", "", "", "", ""), "事项编码", "填表人：王敏"),
    ],
)
def test_a_total_is_no_report_of_an_item(staff: TestClient, cells: tuple[str, ...], column: str, told: str) -> None:
    header = ("事项编码", "序号", "事项名称", "月份", "办理渠道", "受理件数")
    checked = report(staff, [*cells, "三百"], header=header, dry_run="true", status=200)
    (problem,) = checked["problems"]
    assert (problem["column"], problem["value"], problem["rule"]) == (column, told, "total-row")
    assert problem["message"] == f"这一行是合计或表尾说明（“{told}”），不是一个事项的办件。合计行请删去。"


def test_a_note_below_the_table_without_a_count_is_looked_past(staff: TestClient) -> None:
    checked = report(staff, counts(*JAN, 1), counts("填表人：王敏", "", "", ""), dry_run="true", status=200)
    assert (checked["rejected"], checked["empty_rows"]) == (0, 1)


def test_a_code_in_other_letters_is_told_the_right_one(database: Database, staff: TestClient) -> None:
    """In full width it is the same code."""
    publish(database, item("HZ-ab"))
    for written, present in (("hz-001", "HZ-001"), ("HZ-Ab", "HZ-ab")):
        row = counts(written, *JAN[1:], 1)
        (problem,) = report(staff, row, dry_run="true", status=200)["problems"]
        assert (problem["rule"], problem["suggestion"]) == ("code-differs-in-case", present)
        assert problem["message"] == f"编码 {written} 与现有的 {present} 只有大小写不同。请改为 {present}。"
    assert rules(staff, counts("ＨＺ－００１", *JAN[1:], 1)) == []


def test_nothing_is_written_of_a_file_with_a_fault_unless_it_may_be_skipped(staff: TestClient) -> None:
    rows = [counts(*JAN, 10), counts("HZ-404", "2026-01", "网上", "", 1)]
    refused = report(staff, *rows, status=422)
    assert (refused["errors"][0]["row"], refused["errors"][0]["rule"]) == (3, "unknown-item")
    assert "第 3 行" in refused["detail"]
    assert staff.get("/v1/case-imports").json()["total"] == 0
    done = report(staff, *rows, on_invalid="skip")
    assert (done["added"], done["rejected"], done["sums"]["accepted"]) == (1, 1, 10)


def test_a_file_without_one_right_row_is_refused_though_rows_may_be_skipped(staff: TestClient) -> None:
    wrong, right = counts("HZ-404", "2026-01", "网上", "", 1), counts(*JAN, 10)
    refused = report(staff, wrong, counts(*JAN), status=422, on_invalid="skip")
    assert refused["type"] == "/problems/counts-refused"
    assert refused["detail"].startswith("文件有 1 处问题，没有一行可以写入。第 2 行：")
    report(staff, right)
    assert report(staff, wrong, right, status=200, on_invalid="skip")["status"] == "unchanged"


def test_a_local_code_of_two_divisions_needs_the_division(database: Database, staff: TestClient) -> None:
    bureau = department("TH-1", division_code="440106", name="天河区民政局")
    publish(database, bureau, item(division_code="440106", department_code="TH-1"))
    assert rules(staff, counts(*JAN, 5)) == [(2, "事项编码", "ambiguous-code")]
    header = (*HEADER, "行政区划代码")
    row = [*counts(*JAN, 5), "440106"]
    assert rules(staff, row, header=header) == []


def test_who_may_not_draft_may_not_report(client: TestClient) -> None:
    answer = client.post("/v1/case-imports", files={"file": ("x.csv", b"a")})
    assert answer.status_code == 401


def test_a_cancelled_item_keeps_the_cases_of_its_last_month(database: Database, staff: TestClient) -> None:
    publish(database, draft("cancel", "HZ-001", start=date(2026, 1, 20)), on=date(2026, 1, 15))
    report(staff, counts(*JAN, 7))
    values = staff.get("/v1/case-statistics?period=2026-01&filter=status = '1'").json()["values"]
    assert [row["accepted"] for row in values] == [7]


def test_what_was_handled_stays_where_it_was_handled(database: Database, staff: TestClient) -> None:
    """An item that is cancelled from before its cases on: they still count in its division, and may be restated."""
    report(staff, counts(*JAN, 7))
    publish(database, draft("cancel", "HZ-001", start=date(2025, 12, 15)), on=date(2026, 3, 1))
    for query in ("", "&within=440105", "&filter=status = '1'", "&group_by=department"):
        values = staff.get(f"/v1/case-statistics?period=2026-01{query}").json()["values"]
        assert [row["accepted"] for row in values] == [7]
    assert values[0]["group"]["department_code_label"] == "海珠区民政局"
    report(staff, counts(*JAN, 8), reason="补报一件")
    assert staff.get("/v1/case-statistics?period=2026-01&within=440105").json()["values"][0]["accepted"] == 8
    assert rules(staff, counts("HZ-001", "2026-02", "网上", "", 1)) == [(2, "事项编码", "not-in-force")]
