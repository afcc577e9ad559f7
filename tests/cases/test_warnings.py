"""What a check of counts asks to look at, though nothing of it is refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from app.db import Database
from tests.cases.reports import HEADER, counts, report
from tests.factories import amend, department, item, publish
from tests.imports.uploads import xlsx_file

TIANHE, NATIONAL = "11440106007482532B", "11440105MB9900013F4000104001000"
NAMED = ("事项名称", *HEADER)


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    others = department(TIANHE, division_code="440106", name="天河区民政局")
    far = item("TH-001", name="婚姻登记", division_code="440106", department_code=TIANHE)
    beside = item("TH-002", name="离婚登记", division_code="440106", department_code=TIANHE)
    own = item(), item("HZ-002", name="社团登记"), item(NATIONAL, name="收养登记")
    publish(database, department(), others, *own, far, beside, on=date(2025, 12, 1))


def named(name: str, code: str, *numbers: object, month: str = "2026-01") -> list[object]:
    return [name, *counts(code, month, "网上", "", *numbers)]


def warnings(staff: TestClient, *rows: list[object], header: tuple[str, ...] = NAMED) -> list[tuple[Any, ...]]:
    checked = report(staff, *rows, header=header, dry_run="true", status=200)
    return [(each["rule"], each["count"], each["rows"]) for each in checked["warnings"]]


def test_names_that_slipped_against_codes_are_told(staff: TestClient) -> None:
    rows = named("社团登记", "HZ-001", 10), named("养老机构备案", "HZ-002", 3), named("收养登记", NATIONAL, 1)
    checked = report(staff, *rows, header=NAMED)
    assert checked["status"] == "recorded"
    (told,) = checked["warnings"]
    assert (told["rule"], told["count"], told["rows"]) == ("name-of-another-item", 2, [2, 3])
    assert told["message"].startswith("例如第 2 行：“社团登记”是 HZ-002 的名称，这一行的编码 HZ-001 是“养老机构备案”")


@pytest.mark.parametrize(
    "name", ["养老机构备案", "养老机构 备案", "养老机构备案（内资）", "婚姻登记", "", "社会团体登记"], ids=str
)
def test_a_name_that_no_item_near_bears_that_month_is_its_own_affair(
    database: Database, staff: TestClient, name: str
) -> None:
    """婚姻登记 is another district's, of which the file has a row too; HZ-002 becomes 社会团体登记 only in February."""
    publish(database, amend("HZ-002", date(2026, 2, 1), name="社会团体登记"), on=date(2026, 2, 1))
    assert warnings(staff, named(name, "HZ-001", 10), named("离婚登记", "TH-002", 1)) == []


def test_the_name_of_an_item_of_the_same_file_is_told_though_it_is_of_another_department(staff: TestClient) -> None:
    rows = named("婚姻登记", "HZ-001", 10), named("婚姻登记", "TH-001", 3)
    assert warnings(staff, *rows) == [("name-of-another-item", 1, [2])]


def test_a_row_that_is_refused_is_told_once(staff: TestClient) -> None:
    assert warnings(staff, named("社团登记", "HZ-001", 10, 11)) == []


@pytest.mark.parametrize(("division", "told"), [("440106", [("another-division", 1, [2])]), ("440105", []), ("", [])])
def test_a_division_that_is_not_the_items(staff: TestClient, division: str, told: list[tuple[Any, ...]]) -> None:
    row = [*counts(NATIONAL, "2026-01", "网上", "", 1), division]
    assert warnings(staff, row, header=(*HEADER, "行政区划代码")) == told


def book_of(*sheets: tuple[str, Sequence[Sequence[object]]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return book


def sent(staff: TestClient, book: Workbook, path: str = "/v1/case-imports") -> Any:
    content = BytesIO()
    book.save(content)
    answer = staff.post(path, files={"file": ("一月.xlsx", content.getvalue())})
    assert answer.status_code == 200, answer.text
    return answer


def by_rule(answer: Any) -> Mapping[str, Any]:
    return {each["rule"]: each for each in answer.json()["warnings"]}


@pytest.mark.one_database
def test_another_sheet_with_counts_is_told_and_notes_are_not(staff: TestClient) -> None:
    windows = HEADER, counts("HZ-002", "2026-01", "窗口", "", 4)
    told = by_rule(
        sent(
            staff,
            book_of(
                ("窗口", windows),
                ("办件统计", [HEADER, counts("HZ-001", "2026-01", "网上", "", 10)]),
                ("空白", [HEADER]),
                ("填表说明", [("列", "说明"), ("事项编码", "必填")]),
                ("汇总", [("部门", "合计"), ("民政局", 14)]),
            ),
        )
    )
    assert list(told) == ["sheet-not-read"]
    assert told["sheet-not-read"]["message"].startswith("没有读工作表“窗口”，里面的件数没有报送。")


@pytest.mark.one_database
def test_hidden_rows_and_columns_were_read_too(staff: TestClient) -> None:
    rows = [counts(code, "2026-01", "网上", "", 10, 8) for code in ("HZ-001", "HZ-002", NATIONAL)]
    book = book_of(("办件统计", [HEADER, *rows]))
    book.worksheets[0].row_dimensions[3].hidden = book.worksheets[0].column_dimensions["F"].hidden = True
    told = by_rule(sent(staff, book))
    assert [(rule, each["count"], each["rows"]) for rule, each in told.items()] == [
        ("hidden-rows", 1, [3]),
        ("hidden-columns", 1, []),
    ]


@pytest.mark.one_database
def test_the_annotated_workbook_marks_them(staff: TestClient) -> None:
    content = BytesIO(xlsx_file(NAMED, named("社团登记", "HZ-001", 10)))
    book = load_workbook(content)
    book.worksheets[0].row_dimensions[2].hidden = True
    marked = load_workbook(BytesIO(sent(staff, book, "/v1/case-imports/annotated.xlsx").content))
    cell = marked.worksheets[1]["A2"]
    assert str(cell.fill.start_color.rgb)[-6:] == "FFF07C"
    assert cell.comment
    assert cell.comment.text.startswith("【提醒】“社团登记”是 HZ-002 的名称")
    told = [[cell.value for cell in row] for row in marked.worksheets[0].iter_rows()]
    assert str(told[1][0]).endswith("：可以写入，有提醒请核对。什么都没有写入。")
    rules = [(row[0], row[1], row[2]) for row in told if row[2] in ("hidden-rows", "name-of-another-item")]
    assert rules == [("提醒", 1, "hidden-rows"), ("提醒", 1, "name-of-another-item")]
    lines = [row[6] for row in told if row[0] == "提醒" and row[3] == "事项名称"]
    assert lines == ["请逐行核对编码和名称，件数按编码算。"]
