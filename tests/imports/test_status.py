"""事项状态 is done by what it means: suspend, resume, cancel."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import department, draft, item, publish
from tests.imports.uploads import COLUMNS, checked, counts, csv_file, entries, imported, item_now, new_item, written


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department(), item("HZ-001", promised_limit=5))


def test_paused(staff: TestClient) -> None:
    report = imported(staff, csv_file(["code", "事项状态"], ["HZ-001", "暂停"]))
    assert [entry["kind"] for entry in entries(staff, report)] == ["suspend"]
    assert item_now(staff, "HZ-001")["status"] == "2"


def test_back_in_use(database: Database, staff: TestClient) -> None:
    publish(database, draft("suspend", "HZ-001", start=date(2025, 1, 1)))
    report = imported(staff, csv_file(["code", "事项状态"], ["HZ-001", "在用"]))
    assert [entry["kind"] for entry in entries(staff, report)] == ["resume"]
    assert item_now(staff, "HZ-001")["status"] == "1"


def test_paused_and_amended_at_once(staff: TestClient) -> None:
    report = imported(staff, csv_file(["code", "事项状态", "promised_limit"], ["HZ-001", "2", "9"]))
    assert [entry["kind"] for entry in entries(staff, report)] == ["amend", "suspend"]
    found = item_now(staff, "HZ-001")
    assert (found["status"], found["promised_limit"]) == ("2", 9)


def test_cancelled(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "事项状态"], ["HZ-001", "取消"]))
    assert staff.get("/v1/items/HZ-001").status_code == 410
    assert item_now(staff, "HZ-001", as_of="2026-03-01")["status"] == "1"


def test_cancelled_again_is_as_it_should_be(database: Database, staff: TestClient) -> None:
    """A monthly list keeps its cancelled items."""
    monthly = csv_file(["code", "事项状态"], ["HZ-001", "取消"], ["HZ-999", "取消"])
    imported(staff, monthly)
    report = imported(staff, monthly)
    assert counts(report) == {"unchanged": 2}
    assert written(database) == (2, 2)


def test_an_item_is_cancelled_from_the_import_on_not_from_its_first_day(staff: TestClient) -> None:
    header = ["code", "事项状态", "计划生效日期"]
    report = imported(staff, csv_file(header, ["HZ-001", "取消", "2020-01-01"]))
    (entry,) = entries(staff, report)
    assert (entry["kind"], entry["effective_on"]) == ("cancel", "2026-03-02")


def test_nothing_stated_is_no_change(staff: TestClient) -> None:
    assert counts(checked(staff, csv_file(["code", "事项状态"], ["HZ-001", ""]))) == {"unchanged": 1}


def test_a_new_item_is_in_use_unless_it_says_otherwise(staff: TestClient) -> None:
    imported(staff, csv_file([*COLUMNS, "事项状态"], [*new_item("HZ-002"), ""], [*new_item("HZ-003", "甲"), "暂停"]))
    assert [item_now(staff, code)["status"] for code in ("HZ-002", "HZ-003")] == ["1", "2"]


def test_what_will_be_cancelled_is_told_before(staff: TestClient) -> None:
    report = checked(staff, csv_file(["code", "事项状态"], ["HZ-001", "取消"]))
    (finding,) = [each for each in report["findings"] if each["rule"] == "cancels"]
    assert (finding["severity"], finding["count"]) == ("warning", 1)
    assert "取消" in finding["message"]
