"""Counts of an item whose code is known no more: they stand, and are restated by the code they were reported under."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.access.people import add_user, token_of, with_token
from tests.cases.reports import HEADER, counts, report, statistics
from tests.changes.desk import decided
from tests.factories import CIVIL_AFFAIRS, department, draft, item, publish

JAN = ("HZ-001", "2026-01", "窗口", "")


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    others = department("HZ-2", name="海珠区教育局"), item("HZ-002", name="社团登记")
    publish(database, department(), *others, on=date(2025, 12, 1))
    publish(database, item(), on=date(2025, 12, 2))


def problem(staff: TestClient, row: list[object], header: tuple[str, ...] = HEADER) -> Any:
    (told,) = report(staff, row, header=header, dry_run="true", status=200)["problems"]
    return told


def accepted(staff: TestClient) -> int | None:
    count: int | None = statistics(staff, "period=2026-01")[0]["accepted"]
    return count


def undo_creation(staff: TestClient) -> None:
    number = max(each["id"] for each in staff.get("/v1/change-sets").json()["items"])
    answer = staff.post(f"/v1/change-sets/{number}/undo", json={"reason": "建错了"})
    done = decided(staff, answer.headers["Location"])
    assert done.status_code == 200, done.text


def test_an_item_that_was_undone_is_restated(staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    undo_creation(staff)
    assert staff.get("/v1/items/HZ-001").status_code != 200
    assert accepted(staff) == 10
    done = report(staff, counts(*JAN, 12), reason="补报两件")
    assert (done["restated"], accepted(staff)) == (1, 12)
    (told,) = staff.get(done["recorded"]["records_url"]).json()["items"]
    assert (told["code"], told["accepted"]) == ("HZ-001", 12)


def test_nothing_else_is_reported_of_what_was_undone(staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    undo_creation(staff)
    for row in (counts("HZ-001", "2026-01", "网上", "", 1), counts("HZ-001", "2026-02", "窗口", "", 1)):
        told = problem(staff, row)
        assert (told["column"], told["rule"], told["suggestion"]) == ("事项编码", "unknown-item", None)
        assert told["message"].startswith("编码“HZ-001”的事项已撤销，按现在所知从来没有过；")


def test_a_code_that_never_was_is_told_so(staff: TestClient) -> None:
    told = problem(staff, counts("HZ-404", *JAN[1:], 1))
    assert (told["rule"], "从来没有过。请核对编码" in told["message"]) == ("unknown-item", True)


def test_a_code_that_was_corrected_restates_what_it_reported(database: Database, staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    publish(database, draft("amend", "HZ-001", {"code": "HZ-01A"}), on=date(2026, 2, 1))
    assert report(staff, counts(*JAN, 12), reason="补报")["restated"] == 1
    assert report(staff, counts("HZ-01A", *JAN[1:], 13), reason="补报")["restated"] == 1
    assert accepted(staff) == 13
    told = problem(staff, counts("HZ-001", "2026-02", "窗口", "", 1))
    assert (told["rule"], told["suggestion"]) == ("unknown-item", "HZ-01A")
    assert "已更正为“HZ-01A”" in told["message"]


def test_an_old_code_and_the_new_one_are_one_item_in_a_file(database: Database, staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    publish(database, draft("amend", "HZ-001", {"code": "HZ-01A"}), on=date(2026, 2, 1))
    checked = report(staff, counts(*JAN, 12), counts("HZ-01A", *JAN[1:], 13), dry_run="true", status=200)
    assert [(each["row"], each["rule"]) for each in checked["problems"]] == [(3, "twice")]


def test_a_former_code_in_another_division(staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    undo_creation(staff)
    header = (*HEADER, "行政区划代码")
    assert report(staff, [*counts(*JAN, 11), "440105"], header=header, dry_run="true", status=200)["restated"] == 1
    told = problem(staff, [*counts(*JAN, 11), "440106"], header)
    assert told["message"] == "区划 440106 没有编码为“HZ-001”的事项。"


def test_whose_item_it_was_is_asked_of_what_was_undone(
    application: FastAPI, database: Database, staff: TestClient
) -> None:
    report(staff, counts(*JAN, 10))
    undo_creation(staff)
    for login, whose, rule in (("clerk", CIVIL_AFFAIRS, None), ("other", "HZ-2", "not-yours")):
        add_user(database, login, "editor", (whose,), None)
        clerk = with_token(application, token_of(database, login))
        checked = report(clerk, counts(*JAN, 12), dry_run="true", status=200)
        assert [each["rule"] for each in checked["problems"]] == ([rule] if rule else [])
