"""The same items from any file: encodings, headers, spellings of values."""

import json
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.imports.uploads import (
    COLUMNS,
    checked,
    counts,
    csv_file,
    imported,
    item_now,
    ndjson_file,
    new_item,
    written,
    xlsx_file,
)

pytestmark = pytest.mark.one_database

FULL: dict[str, Any] = {
    "is_online": True,
    "is_fee": False,
    "task_type": "01",
    "onsite_visits": 0,
    "statutory_limit": 20,
    "statutory_limit_unit": "1",
    "promised_limit": 5,
    "promised_limit_unit": "1",
    "service_objects": ["1", "2"],
    "aliases": ["养老院备案", "敬老院备案"],
    "materials": [{"name": "申请表", "necessity": "1", "order": 1}, {"name": "身份证"}],
    "acceptance_conditions": "年满十八周岁，\n有固定场所",
}


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_may_be_utf8_or_gb18030(staff: TestClient, encoding: str) -> None:
    imported(staff, csv_file(COLUMNS, new_item(name="行政许可䶮"), encoding=encoding))
    assert item_now(staff, "HZ-002")["name"] == "行政许可䶮"


@pytest.mark.parametrize(
    "header",
    [
        ("code", "name", "division_code", "department_code", "is_online"),
        ("code", "task_name", "area_code", "dept_code", "is_online"),
        ("code", "taskName", "areaCode", "deptCode", "isOnline"),
        ("事项编码", "事项名称", "行政区划代码", "实施主体编码", "是否网办"),
        (" 事项编码（必填）", "*事项名称", "行政区划代码", "实施主体编码", "是否网办"),
    ],
)
def test_headers_are_fields_exchange_names_or_labels(staff: TestClient, header: tuple[str, ...]) -> None:
    imported(staff, csv_file(header, [*new_item(), "是"]))
    assert item_now(staff, "HZ-002")["is_online"] is True


@pytest.mark.parametrize(
    ("column", "written_as", "meant"),
    [
        ("task_type", "01", "01"),
        ("task_type", "行政许可", "01"),
        ("事项类型", " 行政许可 ", "01"),
        ("service_objects", "自然人、企业法人", ["1", "2"]),
        ("service_objects", "2|1", ["1", "2"]),
        ("is_online", "是", True),
        ("is_online", "否", False),
        ("is_online", "有", True),
        ("is_online", "无", False),
        ("is_online", "1", True),
        ("is_online", "0", False),
        ("is_online", "TRUE", True),
        ("is_online", "false", False),
        ("is_online", "", None),
        ("promised_limit", "２０", 20),
        ("promised_limit", " 5 ", 5),
        ("promised_limit", "5.0", 5),
        ("promised_limit", "0", 0),
        ("catalog_code", "４４０１ ０１００７０００", "440101007000"),
        ("aliases", "养老院备案；敬老院备案", ["养老院备案", "敬老院备案"]),
        ("materials", '[{"name": "申请表", "necessity": "必要"}]', [{"name": "申请表", "necessity": "1"}]),
    ],
)
def test_values_in_any_usual_spelling(staff: TestClient, column: str, written_as: str, meant: object) -> None:
    name = {"事项类型": "task_type"}.get(column, column)
    imported(staff, csv_file([*COLUMNS, column], [*new_item(), written_as]))
    assert item_now(staff, "HZ-002")[name] == meant


def test_a_workbook_keeps_its_types(staff: TestClient) -> None:
    header = [*COLUMNS, "promised_limit", "is_online", "service_location"]
    row = ["HZ-002", "社团登记", 440105, CIVIL_AFFAIRS, 5, True, "天河路\n1 号"]
    imported(staff, xlsx_file(header, row), "items.xlsx")
    found = item_now(staff, "HZ-002")
    assert (found["division_code"], found["promised_limit"], found["is_online"]) == (DIVISION, 5, True)
    assert found["service_location"] == "天河路\n1 号"


def test_the_report_says_which_column_became_what(staff: TestClient) -> None:
    header = ["序号", *COLUMNS, "是否网办", "事项版本"]
    report = checked(staff, csv_file(header, [1, *new_item(), "是", "7"]))
    assert report["columns"]["is_online"] == ["是否网办"]
    assert report["ignored_columns"] == ["序号"]
    assert counts(report) == {"added": 1}


def test_the_version_of_the_file_is_not_ours(staff: TestClient) -> None:
    imported(staff, csv_file([*COLUMNS, "事项版本"], [*new_item(), "7"]))
    assert item_now(staff, "HZ-002")["version"] == 1


def test_a_second_sheet_is_told_not_passed_over(staff: TestClient) -> None:
    book, content = Workbook(), BytesIO()
    book.worksheets[0].title = "事项"
    for row in (COLUMNS, new_item()):
        book.worksheets[0].append(list(row))
    book.create_sheet("第二批").append(["code"])
    book.save(content)
    report = checked(staff, content.getvalue(), "items.xlsx")
    assert (report["sheet"], report["ignored_sheets"]) == ("事项", ["第二批"])


def as_file(kind: str, header: list[str], row: list[Any]) -> bytes:
    if kind == "ndjson":
        return ndjson_file(dict(zip(header, row, strict=True)))
    cells = [in_a_cell(value) if isinstance(value, list) else value for value in row]
    return csv_file(header, cells) if kind == "csv" else xlsx_file(header, cells)


def in_a_cell(values: list[Any]) -> str:
    """Texts and codes one after the other, lists of objects as JSON."""
    if isinstance(values[0], dict):
        return json.dumps(values, ensure_ascii=False)
    return "；".join(values)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ndjson"])
def test_what_is_published_comes_back_unchanged(database: Database, staff: TestClient, kind: str) -> None:
    publish(database, item(**FULL))
    before = item_now(staff, "HZ-001")
    header = ["code", "name", "division_code", "department_code", "status", *FULL]
    report = imported(staff, as_file(kind, header, [before[name] for name in header]), f"items.{kind}")
    assert (report["status"], counts(report), report["change_set"]) == ("unchanged", {"unchanged": 1}, None)
    assert written(database) == (2, 2)
    assert item_now(staff, "HZ-001") == before
