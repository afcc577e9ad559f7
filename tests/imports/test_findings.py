"""Rows that are accepted and still deserve a look."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, item, publish
from tests.imports.uploads import COLUMNS, OTHER, Report, checked, counts, csv_file, new_item, problems, rejection

OWN = "养老机构备案"


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(
        database,
        department(),
        department(OTHER, name="海珠区教育局"),
        item("HZ-001", is_online=True, task_type="01", promised_limit=5),
        item("HZ-009", name="公墓审批", is_online=False),
        item("JY-001", name="民办学校设立", department_code=OTHER),
    )


def rules(report: Report) -> list[tuple[str, int]]:
    return [(found["rule"], found["count"]) for found in report["findings"]]


class TestClearedValues:
    """An empty cell says "not stated"; where a value stood, that is told for each column."""

    def test_the_report_counts_each_column(self, staff: TestClient) -> None:
        header = ["code", "是否网办", "事项类型"]
        report = checked(staff, csv_file(header, ["HZ-001", "", ""], ["HZ-009", "", ""], ["JY-001", "", ""]))
        assert counts(report) == {"amended": 2, "unchanged": 1}
        assert [(found["message"], found["count"], found["codes"]) for found in report["findings"]] == [
            ("是否网办：2 个事项由有值变为未填", 2, ["HZ-001", "HZ-009"]),
            ("事项类型：1 个事项由有值变为未填", 1, ["HZ-001"]),
        ]

    def test_the_list_says_what_stood_there(self, staff: TestClient) -> None:
        report = checked(staff, csv_file(["code", "是否网办", "事项类型"], ["HZ-001", "", ""]))
        lines = problems(staff, report, "warning")
        assert [(line["rule"], line["row"], line["column"], line["value"], line["code"]) for line in lines] == [
            ("cleared", 2, "是否网办", "是", "HZ-001"),
            ("cleared", 2, "事项类型", "行政许可", "HZ-001"),
        ]
        assert lines[0]["message"].startswith("是否网办由“是”变为未填。")

    def test_a_value_instead_of_another_is_nothing_to_tell(self, staff: TestClient) -> None:
        assert rules(checked(staff, csv_file(["code", "是否网办"], ["HZ-001", "否"]))) == []


class TestNames:
    """A name that changes is told, louder where it is another item's name."""

    def test_a_new_name(self, staff: TestClient) -> None:
        report = checked(staff, csv_file(["code", "name"], ["HZ-001", "养老机构登记"]))
        (line,) = problems(staff, report, "warning")
        assert (line["rule"], line["value"], line["suggestion"]) == ("name-changed", "养老机构登记", None)
        assert line["message"] == f"事项名称由“{OWN}”改为“养老机构登记”，请核对。"

    def test_names_that_slipped_against_codes(self, staff: TestClient) -> None:
        report = checked(staff, csv_file(["code", "name"], ["HZ-001", "公墓审批"], ["HZ-009", OWN]))
        assert rules(report) == [("name-of-another-item", 2)]
        line, _ = problems(staff, report, "warning")
        assert (line["row"], line["column"], line["code"], line["suggestion"]) == (2, "name", "HZ-001", "HZ-009")
        assert "而“公墓审批”是 HZ-009 现在的名称：多半是名称与编码错了行" in line["message"]

    def test_the_name_of_an_item_of_another_department_in_the_same_file(self, staff: TestClient) -> None:
        slipped = csv_file(["code", "name"], ["HZ-001", "民办学校设立"], ["JY-001", OWN])
        assert rules(checked(staff, slipped)) == [("name-of-another-item", 2)]

    def test_departments_may_have_items_of_one_name(self, staff: TestClient) -> None:
        assert rules(checked(staff, csv_file(["code", "name"], ["HZ-001", "民办学校设立"]))) == [("name-changed", 1)]


class TestCodes:
    """New codes that are probably old ones, miswritten."""

    @pytest.mark.parametrize("present", ["HZ-ab7", "hz-ab7", "HZ-AB7"])
    @pytest.mark.parametrize("written_as", ["HZ-Ab7", "hZ-ab7"])
    def test_another_case(self, database: Database, staff: TestClient, present: str, written_as: str) -> None:
        publish(database, item(present, name="殡葬服务"))
        problem = rejection(staff, csv_file(COLUMNS, new_item(written_as)))
        assert (problem["rule"], problem["suggestion"]) == ("code-differs-in-case", present)

    def test_another_case_in_another_division_is_another_item(self, staff: TestClient) -> None:
        header = [*COLUMNS, "实施主体"]
        report = checked(staff, csv_file(header, ["hz-001", OWN, "440104", "YX-MZ", "越秀区民政局"]))
        assert counts(report) == {"added": 1}

    def test_the_code_of_an_item_that_is_gone(self, database: Database, staff: TestClient) -> None:
        publish(database, draft("cancel", "HZ-001", start=date(2025, 1, 1)))
        assert rejection(staff, csv_file(COLUMNS, new_item("hz-001")))["suggestion"] == "HZ-001"

    @pytest.mark.parametrize(
        ("length", "told"), [(27, 0), (28, 1), (30, 1), (31, 0), (32, 1), (33, 0), (36, 1), (37, 0)]
    )
    def test_nearly_as_long_as_a_national_code(self, staff: TestClient, length: int, told: int) -> None:
        code = (CIVIL_AFFAIRS + "4000111002000" + "0" * 10)[:length]
        report = checked(staff, csv_file(COLUMNS, [code, "甲", DIVISION, CIVIL_AFFAIRS]))
        assert [rule for rule, _ in rules(report)].count("code-length") == told

    def test_an_existing_code_is_as_long_as_it_is(self, database: Database, staff: TestClient) -> None:
        publish(database, item("A" * 30, name="乙"))
        assert rules(checked(staff, csv_file(["code", "promised_limit"], ["A" * 30, "3"]))) == []


def test_rejections_begin_with_an_example(staff: TestClient) -> None:
    (found,) = checked(staff, csv_file(["code", "是否网办"], ["HZ-001", "部分"]))["rejections"]
    assert found["message"].startswith("例如第 2 行“是否网办”列：“部分”不是是/否")
