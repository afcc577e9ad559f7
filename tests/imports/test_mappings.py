"""Mappings: a file whose headers are not ours, told in TOML."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.imports.columns import known_fields, shipped_mapping, shipped_mappings
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, publish
from tests.imports.uploads import checked, counts, csv_file, imported, item_now, rejection, send

OURS = f"""
[columns]
"事项" = "name"
"备注" = false
"网上办" = "is_online"
"材料" = "materials"
"对象" = "service_objects"

[first_filled]
code = ["办理项编码", "目录编码"]

[constants]
division_code = "{DIVISION}"
department_code = "{CIVIL_AFFAIRS}"

[split]
service_objects = "/"

[values.is_online]
"全程网办" = true
"窗口办" = false

[values.service_objects]
"老百姓" = "1"

[lists.materials]
split = ["|", "；"]
field = "name"
"""
HEADER = ("事项", "办理项编码", "目录编码", "网上办", "对象", "材料", "备注")


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department())


def test_a_mapping_of_our_own(staff: TestClient) -> None:
    content = csv_file(
        HEADER,
        ["社团登记", "", "HZ-002", "全程网办", "老百姓/企业法人", "申请表|章程；身份证", "略"],
        ["殡葬服务", "HZ-003", "HZ-000", "窗口办", "", "", ""],
    )
    report = imported(staff, content, mapping_file=OURS)
    assert (report["mapping"], counts(report)) == ("ours.toml", {"added": 2})
    assert report["columns"]["code"] == ["办理项编码", "目录编码"]
    assert report["ignored_columns"] == ["备注"]
    first, second = item_now(staff, "HZ-002"), item_now(staff, "HZ-003")
    assert (first["is_online"], second["is_online"]) == (True, False)
    assert (first["service_objects"], second["service_objects"]) == (["1", "2"], None)
    assert first["materials"] == [{"name": "申请表"}, {"name": "章程"}, {"name": "身份证"}]
    assert {first["department_code"], second["department_code"]} == {CIVIL_AFFAIRS}


def test_a_problem_names_the_columns_of_the_file(staff: TestClient) -> None:
    content = csv_file(HEADER, ["社团登记", "", "4.40102E+11", "", "", "", ""])
    problem = rejection(staff, content, mapping_file=OURS)
    assert (problem["rule"], problem["column"]) == ("code-became-number", "办理项编码 / 目录编码")


def test_without_a_code_an_item_goes_by_its_handling_item_code_else_its_task_code(staff: TestClient) -> None:
    task = f"{CIVIL_AFFAIRS}3440101007000"
    header = ("task_handle_item", "task_code", "name", "division_code", "department_code")
    content = csv_file(
        header, [f"{task}01", task, "甲", DIVISION, CIVIL_AFFAIRS], ["", f"{task[:-1]}1", "乙", DIVISION, CIVIL_AFFAIRS]
    )
    imported(staff, content)
    assert item_now(staff, f"{task}01")["task_code"] == task
    assert item_now(staff, f"{task[:-1]}1")["name"] == "乙"


def test_every_shipped_mapping_can_be_read_and_names_fields_that_exist() -> None:
    names = {field.name for field in known_fields()}
    for name in shipped_mappings():
        assert shipped_mapping(name).fields().keys() <= names


@pytest.mark.parametrize(
    ("mapping", "rule", "says"),
    [
        ('[columns]\n事项 = name"', "bad-mapping", "映射文件第 2 行"),
        ('[columns]\n"事项" = "nmae"', "unknown-field", "nmae 不是字段名；最接近的是 name"),
        ('[column]\n"事项" = "name"', "bad-mapping", "没有 [column] 这一节"),
        ('[columns]\n"事项" = 3', "bad-mapping", "应是字段名"),
        ('[constants]\ndivision_code = "4401"', "pattern", "“4401”不是合法的行政区划代码"),
    ],
)
def test_a_mapping_that_is_wrong(staff: TestClient, mapping: str, rule: str, says: str) -> None:
    header = ("事项", "code", "department_code") if "columns" in mapping else ("name", "code", "department_code")
    content = csv_file(header, ["社团登记", "HZ-002", CIVIL_AFFAIRS])
    status, problem = send(staff, content, mapping_file=mapping, dry_run="false")
    assert (status, problem["errors"][0]["rule"]) == (422, rule)
    assert says in problem["detail"]


def test_a_mapping_that_does_not_exist(staff: TestClient) -> None:
    status, problem = send(staff, csv_file(["code"], ["HZ-002"]), mapping="guangdon")
    assert (status, problem["type"]) == (422, "/problems/unknown-mapping")
    assert problem["detail"] == "没有名为“guangdon”的映射。自带的有：guangdong；也可以给自己的 TOML 文件。"
    assert problem["errors"][0]["suggestion"] == "guangdong"


@pytest.mark.parametrize(
    ("mapping", "rule"),
    [("[columns]\n".encode("utf-16"), "bad-encoding"), (b"#" * (2**20 + 1), "mapping-too-large")],
)
def test_a_mapping_that_is_no_text_or_too_large(staff: TestClient, mapping: bytes, rule: str) -> None:
    files = {"file": ("items.csv", csv_file(["code"], ["HZ-002"])), "mapping": ("ours.toml", mapping)}
    answer = staff.post("/v1/imports", files=files)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


def test_no_mapping_is_needed_where_the_form_leaves_it_empty(staff: TestClient) -> None:
    header = ("code", "name", "division_code", "department_code")
    report = checked(staff, csv_file(header, ["HZ-002", "社团登记", DIVISION, CIVIL_AFFAIRS]), mapping="")
    assert (report["mapping"], counts(report)) == (None, {"added": 1})
