"""Departments that a file names: known, unknown, by code, by name."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import DEPARTMENT
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, item, publish
from tests.imports.uploads import checked, counts, csv_file, entries, imported, item_now, rejection, send

COLUMNS = ("code", "name", "行政区划代码", "实施主体编码", "实施主体")
BY_NAME = ("code", "name", "行政区划代码", "实施主体")
EDUCATION = "11440105007504230F"


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department(), item("HZ-001"))


def test_an_unknown_department_with_its_name_is_added_in_the_same_change_set(staff: TestClient) -> None:
    rows = [["JY-001", "民办学校设立", DIVISION, EDUCATION, "海珠区教育局"],
            ["JY-002", "教师资格认定", DIVISION, EDUCATION, "海珠区教育局"]]  # fmt: skip
    report = imported(staff, csv_file(COLUMNS, *rows))
    assert report["new_departments"] == [{"code": EDUCATION, "name": "海珠区教育局"}]
    assert [(entry["object"], entry["kind"], entry["code"]) for entry in entries(staff, report)] == [
        ("department", "create", EDUCATION),
        ("item", "create", "JY-001"),
        ("item", "create", "JY-002"),
    ]
    assert item_now(staff, "JY-002")["department_name"] == "海珠区教育局"


def test_it_begins_with_the_first_of_its_items(staff: TestClient) -> None:
    rows = [["JY-001", "民办学校设立", DIVISION, EDUCATION, "海珠区教育局", "2026-06-01"],
            ["JY-002", "教师资格认定", DIVISION, EDUCATION, "海珠区教育局", "2026-04-01"]]  # fmt: skip
    imported(staff, csv_file((*COLUMNS, "计划生效日期"), *rows))
    assert item_now(staff, "JY-002", as_of="2026-04-01")["department_name"] == "海珠区教育局"


def test_it_is_named_once(staff: TestClient) -> None:
    rows = [["JY-001", "民办学校设立", DIVISION, EDUCATION, "海珠区教育局"],
            ["JY-002", "教师资格认定", DIVISION, EDUCATION, ""]]  # fmt: skip
    assert counts(checked(staff, csv_file(COLUMNS, *rows))) == {"added": 2}


def test_it_is_not_taken_from_a_row_that_is_rejected(staff: TestClient) -> None:
    rows = [["JY-001", "民办学校设立", "999999", EDUCATION, "海珠区教育局"],
            ["JY-002", "教师资格认定", DIVISION, EDUCATION, "海珠区教育局"]]  # fmt: skip
    report = imported(staff, csv_file(COLUMNS, *rows), on_invalid="skip")
    assert counts(report) == {"added": 1, "rejected": 1}
    assert item_now(staff, "JY-002")["department_name"] == "海珠区教育局"


def test_an_unknown_department_without_a_name_is_rejected(staff: TestClient) -> None:
    content = csv_file(COLUMNS[:4], ["JY-001", "民办学校设立", DIVISION, EDUCATION])
    problem = rejection(staff, content)
    assert (problem["rule"], problem["row"], problem["column"], problem["value"]) == (
        "unknown-department",
        2,
        "实施主体编码",
        EDUCATION,
    )
    assert problem["message"] == (
        f"没有编码为 {EDUCATION} 的部门。请核对编码；若是新部门，请加上“实施主体”一列写明部门名称，部门会随导入一起新增。"
    )
    assert send(staff, content, dry_run="false")[0] == 422


def test_a_department_is_found_by_its_name_in_its_division(staff: TestClient) -> None:
    imported(staff, csv_file(BY_NAME, ["HZ-002", "社团登记", DIVISION, "海珠区民政局"]))
    assert item_now(staff, "HZ-002")["department_code"] == CIVIL_AFFAIRS


def test_an_item_that_is_there_lends_its_division_to_the_name(staff: TestClient) -> None:
    report = checked(staff, csv_file(["code", "实施主体"], ["HZ-001", "海珠区民政局"]))
    assert counts(report) == {"unchanged": 1}


@pytest.mark.parametrize("division", [DIVISION, "440104"])
def test_a_name_that_the_division_does_not_know_is_rejected(staff: TestClient, division: str) -> None:
    name = "海珠区民政局" if division != DIVISION else "海珠区民政"
    problem = rejection(staff, csv_file(BY_NAME, ["HZ-002", "社团登记", division, name]))
    assert (problem["rule"], problem["column"], problem["value"]) == ("unknown-department", "实施主体", name)
    assert problem["message"].startswith(f"{division} 没有名为“{name}”的部门。")


def test_the_name_of_another_department_is_a_move(database: Database, staff: TestClient) -> None:
    publish(database, department(EDUCATION, name="海珠区教育局"))
    problem = rejection(staff, csv_file(["code", "实施主体"], ["HZ-001", "海珠区教育局"]))
    assert problem["rule"] == "moves-department"
    assert CIVIL_AFFAIRS in problem["message"]
    assert EDUCATION in problem["message"]


def test_a_department_that_is_gone_takes_no_new_items(database: Database, staff: TestClient) -> None:
    publish(database, department(EDUCATION, name="海珠区教育局"))
    publish(database, draft("cancel", EDUCATION, kind=DEPARTMENT, start=date(2025, 1, 1)))
    problem = rejection(staff, csv_file(COLUMNS[:4], ["JY-001", "民办学校设立", DIVISION, EDUCATION]))
    assert (problem["rule"], problem["value"]) == ("department-not-in-force", EDUCATION)


def test_a_new_item_states_name_division_and_department(staff: TestClient) -> None:
    problem = rejection(staff, csv_file(["code", "is_online"], ["HZ-002", "是"]))
    assert problem["rule"] == "required"
    assert problem["message"] == (
        "新增事项要填事项名称、行政区划代码、实施主体编码。整个文件相同的，可以在映射的 [constants] 里写一次。"
    )


def test_what_an_item_must_have_is_not_cleared(staff: TestClient) -> None:
    problem = rejection(staff, csv_file(["code", "name"], ["HZ-001", ""]))
    assert (problem["rule"], problem["column"]) == ("required", "name")
    assert problem["message"] == "事项名称不能清空：请填上，或删去整列（删去即保持不变）。"
