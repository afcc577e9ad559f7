"""A clerk's own workbook of counts comes back marked, and may be sent again as it is."""

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.db import Database
from app.downloads import turn
from app.files.annotated.marks import COLOURS
from app.files.annotated.summary import HEADER as LINES
from app.files.annotated.workbook import MAKING
from app.files.workbooks import RESULTS
from tests.cases.reports import HEADER, counts, report
from tests.factories import department, item, publish
from tests.imports.uploads import xlsx_file

pytestmark = pytest.mark.one_database

JAN = ("HZ-001", "2026-01", "网上", "")
CLOSED = "办结件数 5 多于受理件数 4（当月受理的办件里到报送时已办结的，所以不多于受理件数；后来办结的，重报这个月）。"
BESIDE = (
    "同一事项、月份、渠道已报过类别 变更，它们仍然算数，“注销”会加在一起。"
    "同一类换了名称的，改回原来的名称；确实是另一类的，写入时要写明原因（reason）。"
)
SEVERITIES = {colour: severity for severity, colour in COLOURS.items()}


@pytest.fixture(autouse=True)
def reported(database: Database, staff: TestClient) -> None:
    publish(database, department(), item(), item("HZ-002"), on=date(2025, 12, 1))
    report(staff, counts(*JAN, 10, 8, 8), counts("HZ-002", "2026-01", "网上", "变更", 3))


def sent(staff: TestClient, content: bytes, name: str = "一月.xlsx", **parts: str) -> Any:
    return staff.post("/v1/case-imports/annotated.xlsx", files={"file": (name, content)}, data=parts)


def annotated(staff: TestClient, content: bytes, name: str = "一月.xlsx") -> Workbook:
    answer = sent(staff, content, name)
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def said(sheet: Worksheet) -> dict[str, tuple[str | None, str]]:
    """The severity and the comment of each marked cell."""
    found = {}
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if cell.comment:
            found[cell.coordinate] = (SEVERITIES.get(str(cell.fill.start_color.rgb)[-6:]), cell.comment.text)
    return found


def first_sheet(book: Workbook) -> list[list[object]]:
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_wrong_cells_and_restated_counts_say_what_to_do(staff: TestClient) -> None:
    rows = (
        counts(*JAN, 10, 9, 8),
        counts("HZ-001", "2026-01", "窗口", "", 4, 5),
        counts("HZ-002", "2026-01", "网上", "注销", 1),
    )
    book = annotated(staff, xlsx_file(HEADER, *rows))
    assert said(book.worksheets[1]) == {
        "F2": ("warning", "【提醒】重报：办结件数由 8 改成 9。写入时要写明原因（reason）。"),
        "F3": ("rejected", f"【拒绝】{CLOSED}"),
        "D4": (
            "warning",
            f"【提醒】{BESIDE}",
        ),
    }


def test_the_first_sheet_sums_up_the_check(staff: TestClient) -> None:
    rows = counts(*JAN, 10, 9, 8), counts("HZ-404", "2026-01", "窗口", "", 4), counts(*JAN[:2], "其他", "")
    book = annotated(staff, xlsx_file(HEADER, *rows))
    told = first_sheet(book)
    assert told[0][0] == RESULTS
    assert told[1][0] == "“一月.xlsx”的检查（2026-03-02，目录第 2 版）：有 1 行不能写入。什么都没有写入。"
    totals = {row[0]: row[1] for row in told if isinstance(row[1], int)}
    asked = {"文件里的行": 3, "新报": 0, "重报": 1, "不能写入的行": 1, "没有填件数的行": 1, "拒绝": 1, "提醒": 1}
    assert asked.items() <= totals.items()
    lines = told[told.index(list(LINES)) + 1 :]
    assert [(row[0], row[2], row[3], row[4]) for row in lines] == [
        ("拒绝", 3, "事项编码", "HZ-404"),
        ("提醒", 2, "办结件数", "9"),
    ]


def test_kinds_that_take_the_place_of_the_whole_say_so(staff: TestClient) -> None:
    rows = counts(*JAN[:3], "设立", 4, 3, 3), counts(*JAN[:3], "变更", 10, 8, 8)
    found = said(annotated(staff, xlsx_file(HEADER, *rows)).worksheets[1])
    assert found["E2"][1] == "【提醒】取代已报的整个事项：受理件数由 10 改成 4。写入时要写明原因（reason）。"
    assert found["D3"][1] == "【提醒】取代已报的整个事项：各种件数的合计没有变。写入时要写明原因（reason）。"


def test_fixed_and_sent_again_it_is_taken_in(staff: TestClient) -> None:
    book = annotated(staff, xlsx_file(HEADER, counts(*JAN, 10, 11)))
    book.worksheets[1]["F2"] = 10
    content = BytesIO()
    book.save(content)
    again = annotated(staff, content.getvalue(), "一月-批注.xlsx")
    assert again.sheetnames == ["导入结果", "Sheet"]
    assert list(said(again.worksheets[1])) == ["F2", "G2"]
    assert "【提醒】重报：按期办结件数由 8 改成 没有填" in said(again.worksheets[1])["G2"][1]
    form, file = {"dry_run": "false", "reason": "后来办结的"}, {"file": ("一月-批注.xlsx", content.getvalue())}
    done = staff.post("/v1/case-imports", files=file, data=form).json()
    assert (done["status"], done["restated"]) == ("recorded", 1)


def test_it_is_called_after_the_file_and_nothing_is_written(staff: TestClient) -> None:
    answer = sent(staff, xlsx_file(HEADER, counts("HZ-002", "2026-02", "网上", "", 1)), "二月-批注.xlsx")
    assert quote("二月-批注.xlsx") in answer.headers["Content-Disposition"]
    assert staff.get("/v1/case-imports").json()["total"] == 1
    told = first_sheet(load_workbook(BytesIO(answer.content)))
    assert str(told[1][0]).endswith("：可以写入。什么都没有写入。")


def test_only_a_workbook_can_be_marked(staff: TestClient) -> None:
    answer = sent(staff, b"a", "一月.csv")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/cannot-annotate")
    told = "“一月.csv”不是 xlsx 工作簿，不能批注。请用 POST /v1/case-imports 检查，或改用 xlsx 上传。"
    assert (answer.json()["detail"], answer.json()["check_url"]) == (told, "/v1/case-imports")


def test_one_workbook_is_marked_at_a_time_of_whatever_kind(staff: TestClient) -> None:
    content = xlsx_file(HEADER, counts(*JAN, 1))
    with turn(MAKING):
        busy = sent(staff, content)
        assert (busy.status_code, busy.json()["type"]) == (503, "/problems/annotating-another")
        assert busy.json()["detail"].startswith("正在批注别的文件，")
    assert sent(staff, content).status_code == 200


def test_a_check_takes_no_other_part(staff: TestClient) -> None:
    answer = sent(staff, xlsx_file(HEADER, counts(*JAN, 1)), dry_run="false")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "unknown-field")
