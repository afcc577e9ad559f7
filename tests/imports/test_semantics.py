"""What a file says and does not say: empty cells, missing columns, missing rows, statuses, days."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.imports.checking import check
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish
from tests.imports.uploads import (
    COLUMNS,
    OTHER,
    checked,
    counts,
    csv_file,
    entries,
    imported,
    item_now,
    ndjson_file,
    new_item,
    problems,
    rejection,
    send,
    written,
)

pytestmark = pytest.mark.one_database

TODAY, PLANNED, END = "2026-03-02", "2026-05-01", "2026-12-31"


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(
        database,
        department(),
        department(OTHER, name="海珠区教育局"),
        item("HZ-001", is_online=True, promised_limit=5),
        item("JY-001", name="民办学校设立", department_code=OTHER),
    )


def test_an_empty_cell_says_not_stated(staff: TestClient) -> None:
    report = imported(staff, csv_file(["code", "is_online"], ["HZ-001", ""]))
    assert counts(report)["amended"] == 1
    assert item_now(staff, "HZ-001")["is_online"] is None


def test_a_missing_column_leaves_the_element_as_it_is(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]))
    found = item_now(staff, "HZ-001")
    assert (found["is_online"], found["promised_limit"]) == (True, 3)


def test_a_key_missing_from_a_line_of_ndjson_leaves_the_element_as_it_is(staff: TestClient) -> None:
    content = ndjson_file({"code": "HZ-001", "promised_limit": 3}, {"code": "JY-001", "is_online": None})
    report = imported(staff, content, "items.ndjson")
    assert counts(report) == {"amended": 1, "unchanged": 1}
    assert item_now(staff, "HZ-001")["is_online"] is True


def test_only_what_differs_is_changed(staff: TestClient) -> None:
    header = [*COLUMNS, "is_online", "promised_limit"]
    row = ["HZ-001", "养老机构备案", DIVISION, CIVIL_AFFAIRS, "是", "4"]
    report = imported(staff, csv_file(header, row))
    (entry,) = entries(staff, report)
    assert (entry["kind"], entry["code"]) == ("amend", "HZ-001")
    assert [(change["field"], change["old"], change["new"]) for change in entry["changes"]] == [
        ("promised_limit", 5, 4)
    ]


def test_a_missing_row_deletes_nothing(staff: TestClient) -> None:
    report = imported(staff, csv_file(COLUMNS, new_item("HZ-002")))
    assert counts(report) == {"added": 1, "absent": 1}
    (line,) = problems(staff, report, "absent")
    assert (line["code"], line["value"], line["row"]) == ("HZ-001", "养老机构备案", None)
    assert line["message"] == "HZ-001（养老机构备案）不在文件里；它没有被改动。"
    assert item_now(staff, "HZ-001")["version"] == 1


def test_absent_are_the_items_of_the_departments_in_the_file_even_without_a_department_column(
    staff: TestClient,
) -> None:
    publishing = imported(staff, csv_file(COLUMNS, new_item("HZ-002")))
    assert publishing["absent"] == 1
    report = checked(staff, csv_file(["code", "promised_limit"], ["HZ-002", "3"]))
    assert [line["code"] for line in problems(staff, report, "absent")] == ["HZ-001"]


def test_an_item_whose_row_is_rejected_is_not_absent(staff: TestClient) -> None:
    header = [*COLUMNS, "promised_limit"]
    report = checked(staff, csv_file(header, [*new_item(), "3"], [*new_item("HZ-001", "养老机构备案"), "三天"]))
    assert counts(report) == {"added": 1, "rejected": 1}


def test_an_import_never_moves_an_item_between_departments(staff: TestClient) -> None:
    problem = rejection(staff, csv_file(["code", "department_code"], ["HZ-001", OTHER]))
    assert problem["rule"] == "moves-department"
    assert (problem["row"], problem["column"], problem["value"]) == (2, "department_code", OTHER)
    assert problem["message"] == (
        f"事项 HZ-001 现在属于部门 {CIVIL_AFFAIRS}，导入不能把它改到 {OTHER}。划转请用变更单。"
    )


def test_a_code_the_item_gave_up_is_refused_with_the_present_one(database: Database, staff: TestClient) -> None:
    publish(database, draft("amend", "HZ-001", {"code": "HZ-900"}, start=date(2024, 1, 1)))
    problem = rejection(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]))
    assert (problem["rule"], problem["suggestion"]) == ("code-replaced", "HZ-900")
    assert problem["message"] == "编码 HZ-001 已不再使用，这个事项现在的编码是 HZ-900。请改用现在的编码。"


def test_the_code_of_a_cancelled_item_is_refused(database: Database, staff: TestClient) -> None:
    publish(database, draft("cancel", "HZ-001", start=date(2025, 1, 1)))
    problem = rejection(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]))
    assert (problem["rule"], problem["value"]) == ("not-in-force", "HZ-001")
    assert "已经取消。要恢复它，请用变更单" in problem["message"]


def test_an_item_that_has_not_begun_is_refused_with_its_first_day(database: Database, staff: TestClient) -> None:
    publish(database, item("HZ-003", start=date(2027, 1, 1)))
    problem = rejection(staff, csv_file(["code", "promised_limit"], ["HZ-003", "3"]))
    assert "要到 2027-01-01 才开始" in problem["message"]
    report = imported(staff, csv_file(["code", "promised_limit"], ["HZ-003", "3"]), effective_on="2027-02-01")
    assert counts(report)["amended"] == 1


def test_a_new_code_that_looks_like_an_absent_item_is_perhaps_a_transfer(database: Database, staff: TestClient) -> None:
    publish(database, amend("HZ-001", date(2024, 1, 1), catalog_code="440101007000"))
    header = [*COLUMNS, "catalog_code"]
    report = checked(staff, csv_file(header, [*new_item("SP-001", "养老机构备案"), "440101007000"]))
    assert counts(report) == {"added": 1, "absent": 1}
    (warning,) = problems(staff, report, "warning")
    assert (warning["rule"], warning["row"], warning["code"]) == ("perhaps-transferred", 2, "SP-001")
    assert warning["suggestion"] == "HZ-001"
    assert "也许是同一事项划转后的新编码" in warning["message"]


def test_a_new_code_with_the_department_and_name_of_an_absent_item_is_perhaps_that_item(staff: TestClient) -> None:
    report = checked(staff, csv_file(COLUMNS, new_item("SP-001", "养老机构备案")))
    (warning,) = problems(staff, report, "warning")
    assert (warning["rule"], warning["row"], warning["code"]) == ("perhaps-same-item", 2, "SP-001")
    assert warning["suggestion"] == "HZ-001"
    assert warning["message"].startswith("新编码 SP-001 与不在文件里的 HZ-001 部门、名称都相同，也许是同一事项。")


def test_a_new_code_with_another_name_is_another_item(staff: TestClient) -> None:
    assert problems(staff, checked(staff, csv_file(COLUMNS, new_item())), "warning") == []


def test_refuse_keeps_everything_out(database: Database, staff: TestClient) -> None:
    before = written(database)
    content = csv_file([*COLUMNS, "promised_limit"], [*new_item(), "3"], [*new_item("HZ-003", "甲"), "20个工作日"])
    status, problem = send(staff, content, dry_run="false")
    assert (status, problem["type"]) == (422, "/problems/rows-rejected")
    assert problem["detail"].startswith("1 行不能导入，什么都没有写入。第 3 行“promised_limit”列：“20个工作日”里混有")
    (place,) = problem["errors"]
    assert {name: place[name] for name in ("row", "column", "value", "rule", "suggestion")} == {
        "row": 3,
        "column": "promised_limit",
        "value": "20个工作日",
        "rule": "number-with-unit",
        "suggestion": "20",
    }
    assert written(database) == before
    report = staff.get(f"/v1/imports/{problem['import']}").json()
    assert (report["status"], counts(report)) == ("refused", {"added": 1, "rejected": 1, "absent": 1})
    assert staff.get(problem["problems_url"]).json()["total"] == 1


def test_skip_takes_the_rows_that_are_right(staff: TestClient) -> None:
    content = csv_file([*COLUMNS, "promised_limit"], [*new_item(), "3"], [*new_item("HZ-003", "甲"), "20个工作日"])
    report = imported(staff, content, on_invalid="skip")
    assert (report["status"], counts(report)) == ("drafted", {"added": 1, "rejected": 1, "absent": 1})
    assert item_now(staff, "HZ-002")["promised_limit"] == 3
    assert staff.get("/v1/items/HZ-003").status_code == 404


def test_a_dry_run_writes_no_change_set(database: Database, staff: TestClient) -> None:
    before = written(database)
    report = checked(staff, csv_file(COLUMNS, new_item()))
    assert (report["status"], report["dry_run"], report["change_set"]) == ("checked", True, None)
    assert written(database) == before


def test_the_change_set_carries_title_and_document_number(staff: TestClient) -> None:
    report = imported(
        staff, csv_file(COLUMNS, new_item()), title="三月清单", document_number="海府办〔2026〕3号", reason="下放"
    )
    found = staff.get(report["change_set_url"]).json()
    assert (found["title"], found["document_number"], found["reason"], found["author"]) == (
        "三月清单",
        "海府办〔2026〕3号",
        "下放",
        "审批局 王敏",
    )


def test_a_promise_longer_than_the_law_allows_is_drafted_and_told(staff: TestClient) -> None:
    header = [*COLUMNS, "statutory_limit", "statutory_limit_unit", "promised_limit", "promised_limit_unit"]
    report = checked(staff, csv_file(header, [*new_item(), 10, "工作日", 15, "工作日"]), dry_run="false")
    assert counts(report)["added"] == 1
    (found,) = report["findings"]
    assert (found["rule"], found["severity"], found["count"]) == ("promised-over-statutory", "error", 1)
    assert found["codes"] == ["HZ-002"]
    (line,) = problems(staff, report, "error")
    assert (line["row"], line["column"], line["value"]) == (2, "promised_limit", "15")


def test_a_catalogue_that_moved_on_while_the_file_was_read_is_not_overwritten(
    database: Database, staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checks_while_another_publishes(*arguments: Any, **named: Any) -> None:
        check(*arguments, **named)
        publish(database, amend("HZ-001", date(2026, 3, 1), promised_limit=8))

    monkeypatch.setattr("app.imports.service.check", checks_while_another_publishes)
    status, problem = send(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]), dry_run="false")
    assert (status, problem["type"]) == (409, "/problems/catalogue-moved-on")
    assert written(database) == (2, 2)


def test_an_item_that_was_confirmed_while_the_file_was_read_stands_in_nobodys_way(
    staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checks_while_another_confirms(*arguments: Any, **named: Any) -> None:
        check(*arguments, **named)
        assert staff.post("/v1/items/HZ-001/verify", json={}).status_code == 201

    monkeypatch.setattr("app.imports.service.check", checks_while_another_confirms)
    status, report = send(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]), dry_run="false")
    assert (status, report["status"]) == (201, "drafted")


def test_english_is_there_for_those_who_ask(staff: TestClient) -> None:
    content = csv_file(["code", "promised_limit"], ["HZ-001", "20个工作日"])
    answer = staff.post("/v1/imports", files={"file": ("a.csv", content)}, headers={"Accept-Language": "en"}).json()
    assert answer["rejections"][0]["message"].startswith("For example row 2, promised_limit: '20个工作日' holds")
