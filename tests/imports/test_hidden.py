"""Hiding is not deleting: what nobody sees of a sheet is imported all the same, and the answer says so."""

from collections.abc import Callable
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.db import Database
from tests.factories import department, item, publish
from tests.imports.uploads import COLUMNS, Report, checked, new_item, problems


@pytest.fixture(autouse=True)
def published(database: Database) -> None:
    publish(database, department(), item("HZ-001"))


def a_list(hide: Callable[[Worksheet], None]) -> bytes:
    book, written = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.append([*COLUMNS, "承诺办结时限", "序号"])
    for number in range(2, 12):
        sheet.append([*new_item(f"HZ-{number:03}", f"事项{number}"), number, number])
    hide(sheet)
    book.save(written)
    return written.getvalue()


def findings(staff: TestClient, hide: Callable[[Worksheet], None]) -> tuple[Report, list[tuple[str, str, int]]]:
    report = checked(staff, a_list(hide), "三月清单.xlsx")
    return report, [(each["rule"], each["message"], each["count"]) for each in report["findings"]]


def test_rows_that_a_filter_hides_are_imported(staff: TestClient) -> None:
    def filtered(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:E11"
        sheet.auto_filter.add_filter_column(4, ["2", "3", "7"])
        for row in (4, 5, 6, 7, 9, 10, 11):
            sheet.row_dimensions[row].hidden = True

    report, ((rule, says, count),) = findings(staff, filtered)
    assert (report["rows"], report["added"], rule, count) == (10, 10, "hidden-rows", 7)
    assert says.startswith("第 4–7、9–11 行（共 7 行）是隐藏的或被筛选掉的，也读了：隐藏不是删除。")
    (line,) = problems(staff, report, "warning")
    assert (line["row"], line["column"], line["value"]) == (None, None, "4–7、9–11")


def test_columns_that_are_hidden_are_imported(staff: TestClient) -> None:
    def narrowed(sheet: Worksheet) -> None:
        for column in "CEFZ":
            sheet.column_dimensions[column].hidden = True

    report, ((rule, says, count),) = findings(staff, narrowed)
    assert (report["added"], rule, count) == (10, "hidden-columns", 2)
    assert says.startswith("division_code（C 列）、承诺办结时限（E 列）共 2 列是隐藏的，也读了：隐藏不是删除。")


def test_what_is_hidden_and_empty_is_no_matter(staff: TestClient) -> None:
    def below(sheet: Worksheet) -> None:
        sheet.row_dimensions[1].hidden = True
        sheet.row_dimensions[40].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    assert findings(staff, below)[1] == []


def test_many_hidden_rows_are_told_in_few_words(staff: TestClient) -> None:
    def every_other(sheet: Worksheet) -> None:
        for row in range(2, 102):
            sheet.append([*new_item(f"HZ-{row + 20:03}", f"续{row}"), 1, None])
            sheet.row_dimensions[row].hidden = row % 2 == 0

    (_, says, count) = findings(staff, every_other)[1][0]
    assert (count, says.split("行（")[0][-6:]) == (50, "、40 等 ")
