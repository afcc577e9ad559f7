"""The workbook to report in, and that it is taken back when it is filled in."""

from datetime import date
from io import BytesIO
from urllib.parse import parse_qs, unquote

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from app.cases.elements import ELEMENTS
from app.db import Database
from tests.cases.reports import counts, report, statistics
from tests.factories import CIVIL_AFFAIRS, department, draft, item, publish
from tests.imports.books import saved

TEMPLATE = "/v1/case-imports/template.xlsx"
OF_JANUARY = f"?department_code={CIVIL_AFFAIRS}&month=2026-01"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    cancelled = item("HZ-003", until=date(2026, 1, 31))
    publish(database, department(), item(), item("HZ-002", name="社团登记"), cancelled, on=date(2025, 12, 1))
    publish(database, draft("amend", "HZ-002", {"name": "社会团体登记"}, start=date(2026, 2, 1)), on=date(2026, 2, 1))


def opened(staff: TestClient, query: str = "") -> Workbook:
    answer = staff.get(TEMPLATE + query)
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def sent(staff: TestClient, book: Workbook, **form: str) -> dict[str, object]:
    answer = staff.post("/v1/case-imports", files={"file": ("一月.xlsx", saved(book))}, data=form)
    document: dict[str, object] = answer.json()
    return document


@pytest.mark.one_database
def test_it_asks_for_what_a_report_says(staff: TestClient) -> None:
    book = opened(staff)
    assert book.sheetnames == ["办件统计", "填表说明"]
    sheet = book["办件统计"]
    labels = [cell.value for cell in sheet[1]]
    assert [*labels[:1], *labels[2:]] == [each.label for each in ELEMENTS.values()]
    assert (labels[1], sheet.max_row) == ("事项名称", 1)
    asked = {str(each.sqref)[0]: each for each in sheet.data_validations.dataValidation}
    assert asked["E"].formula1 == '"网上,窗口,邮寄,自助终端,其他"'
    assert str(asked["G"].prompt).startswith("必填。")
    assert asked["H"].error == "“办结件数”：整数，0 或更大，不带单位。没有办件写 0，不知道的空着。"
    colours = {label: cell.fill.start_color.rgb for label, cell in zip(labels, sheet[1], strict=True)}
    assert {label for label in labels if colours[label] == colours["受理件数"]} == {
        "事项编码",
        "月份",
        "办理渠道",
        "受理件数",
    }


def test_a_department_gets_a_row_for_each_item_of_the_month(staff: TestClient) -> None:
    """As they were on its last day: one that ended before is written in by hand, a later name is not known yet."""
    rows = [[cell.value for cell in row[:8]] for row in opened(staff, OF_JANUARY)["办件统计"].iter_rows(min_row=2)]
    assert rows == [
        ["HZ-001", "养老机构备案", "440105", "2026-01", None, None, None, None],
        ["HZ-002", "社团登记", "440105", "2026-01", None, None, None, None],
    ]


@pytest.mark.one_database
def test_it_is_named_after_the_department_and_the_month(staff: TestClient) -> None:
    named = unquote(staff.get(TEMPLATE + OF_JANUARY).headers["Content-Disposition"])
    assert named.endswith("办件统计-海珠区民政局-2026-01.xlsx")


def test_filled_in_it_is_taken_in_and_rows_without_a_count_are_looked_past(staff: TestClient) -> None:
    report(staff, counts("HZ-002", "2026-01", "网上", "", 3))
    book = opened(staff, OF_JANUARY)
    sheet = book["办件统计"]
    sheet["E2"], sheet["G2"], sheet["H2"], sheet["E3"] = "窗口", 5, 0, "网上"
    done = sent(staff, book, dry_run="false")
    assert [done[name] for name in ("status", "rows", "added", "rejected", "empty_rows")] == ["recorded", 2, 1, 0, 1]
    (row,) = statistics(staff, "period=2026-01&group_by=month")
    assert (row["accepted"], row["closed"]) == (8, 0)
    assert staff.get("/v1/case-imports").json()["items"][0]["empty_rows"] == 1


@pytest.mark.one_database
def test_a_row_with_any_count_or_kind_has_to_be_whole(staff: TestClient) -> None:
    book = opened(staff, OF_JANUARY)
    sheet = book["办件统计"]
    sheet["H2"], sheet["F3"] = 3, "变更"
    told = sent(staff, book)
    problems = [(each["row"], each["column"]) for each in told["problems"]]  # type: ignore[attr-defined]  # a list
    assert problems == [(2, "办理渠道"), (2, "受理件数"), (3, "办理渠道"), (3, "受理件数")]


@pytest.mark.one_database
def test_a_workbook_that_nobody_filled_in_is_no_report(staff: TestClient) -> None:
    told = sent(staff, opened(staff, OF_JANUARY), dry_run="false")
    assert (told["type"], told["status"]) == ("/problems/bad-file", 422)
    assert told["detail"] == "文件有 2 行，没有一行填了件数。没有办件的，受理件数写 0；还不知道的，填好再传"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "parameter", "rule"),
    [
        ("department_code=MZ-404&month=2026-01", "department_code", "unknown-department"),
        (f"department_code={CIVIL_AFFAIRS}&month=2026-03", "month", "month-not-over"),
        (f"department_code={CIVIL_AFFAIRS}&month=2025-12..2026-01", "month", "not-a-month"),
        (f"department_code={CIVIL_AFFAIRS}&month=一月", "month", "not-a-month"),
        (f"department_code={CIVIL_AFFAIRS}&month=2024-13", "month", "not-a-month"),
        (f"department_code={CIVIL_AFFAIRS}&month=2019-12", "department_code", "no-items"),
        (f"department_code={CIVIL_AFFAIRS}", "month", "missing"),
        ("month=2026-01", "department_code", "missing"),
    ],
)
def test_what_it_cannot_be_prepared_for(staff: TestClient, query: str, parameter: str, rule: str) -> None:
    answer = staff.get(f"{TEMPLATE}?{query}")
    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["parameter"], told["rule"]) == (422, parameter, rule)
    assert told["value"] == parse_qs(query).get(parameter, [""])[0]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2024-13", "month 要写一个月：“2024-13”不是一个月，请写成 2024-06。"),
        ("2025-12..2026-01", "month 要写一个月：“2025-12..2026-01”不是一个月，请写成 2026-01。"),
        ("2019-12", f"（{CIVIL_AFFAIRS}）在 2019-12 的最后一天（2019-12-31）没有事项在清单中，没有可填的行。"),
    ],
)
def test_it_says_for_which_month_it_could_be(staff: TestClient, month: str, says: str) -> None:
    assert says in staff.get(f"{TEMPLATE}?department_code={CIVIL_AFFAIRS}&month={month}").json()["detail"]


@pytest.mark.one_database
def test_sent_as_it_came_the_blank_one_says_where_to_write(staff: TestClient) -> None:
    told = sent(staff, opened(staff))
    assert told["detail"] == "文件只有表头，没有数据行。请填在工作表“办件统计”的表头下面，一行一条"
