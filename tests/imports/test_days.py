"""The day an import takes effect, the day of a row, and the end of an item."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import amend, department, item, publish
from tests.imports.uploads import (
    COLUMNS,
    checked,
    counts,
    csv_file,
    entries,
    imported,
    item_now,
    new_item,
    rejection,
    send,
    written,
)

TODAY, PLANNED, END = "2026-03-02", "2026-05-01", "2026-12-31"


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department(), item("HZ-001", promised_limit=5))


def test_an_import_takes_effect_today_unless_told(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]))
    assert item_now(staff, "HZ-001")["valid_from"] == TODAY


def test_a_whole_import_may_be_planned(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "promised_limit"], ["HZ-001", "3"]), effective_on=PLANNED)
    assert item_now(staff, "HZ-001")["promised_limit"] == 5
    assert item_now(staff, "HZ-001", as_of=PLANNED)["promised_limit"] == 3


def test_a_row_may_have_its_own_day(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "promised_limit", "计划生效日期"], ["HZ-001", "3", "2026年5月1日"]))
    assert item_now(staff, "HZ-001")["promised_limit"] == 5
    assert item_now(staff, "HZ-001", as_of=PLANNED)["promised_limit"] == 3


def test_days_gone_by_are_told_in_one_line(database: Database, staff: TestClient) -> None:
    publish(database, item("HZ-009", name="公墓审批"), item("HZ-010", name="殡葬服务"))
    header = ["code", "promised_limit", "计划生效日期"]
    content = csv_file(header, ["HZ-001", 3, "2025-06-01"], ["HZ-009", 4, "2025-01-01"], ["HZ-010", 4, TODAY])
    (told,) = checked(staff, content, retroactive="true")["findings"]
    assert (told["rule"], told["severity"], told["count"]) == ("back-dated", "advice", 2)
    assert told["message"] == (
        "2 行（第 2、3 行）的生效日期早于今天 2026-03-02，最早 2025-01-01：那以后的历史数据会随之更正。"
    )


def test_an_import_of_a_day_gone_by_is_refused_before_anything_is_read(staff: TestClient, database: Database) -> None:
    before = written(database)
    for dry_run in ("true", "false"):
        for background in ("true", "false"):
            form = {"dry_run": dry_run, "background": background, "effective_on": "2026-03-01"}
            status, problem = send(staff, b"no list at all", "list.pdf", **form)
            assert (status, problem["type"]) == (422, "/problems/in-the-past")
            (place,) = problem["errors"]
            assert (place["pointer"], place["value"], place["rule"]) == ("/effective_on", "2026-03-01", "in-the-past")
    assert problem["detail"] == (
        "生效日期 2026-03-01 早于今天（2026-03-02），会改动已经公布的数字。请改为今天或以后的日期；"
        "确实要更正过去，请在导入时写 retroactive=true。"
    )
    assert written(database) == before


def test_the_past_is_corrected_on_purpose(staff: TestClient) -> None:
    content = csv_file(["code", "promised_limit"], ["HZ-001", "3"])
    imported(staff, content, effective_on="2025-06-01", retroactive="true")
    assert [item_now(staff, "HZ-001", as_of=day)["promised_limit"] for day in ("2025-05-31", "2025-06-01")] == [5, 3]


@pytest.mark.parametrize(
    ("starts", "ends", "column", "value"),
    [
        ("2026-03-01", "", "计划生效日期", "2026-03-01"),
        ("2025-01-01", END, "计划生效日期", "2025-01-01"),
        ("", "2026-03-01", "计划取消日期", "2026-03-01"),
        (TODAY, "2025-12-31", "计划取消日期", "2025-12-31"),
    ],
)
@pytest.mark.parametrize("code", ["HZ-001", "HZ-002"])
def test_a_row_of_a_day_gone_by_is_rejected(
    staff: TestClient, code: str, starts: str, ends: str, column: str, value: str
) -> None:
    header = [*COLUMNS, "计划生效日期", "计划取消日期"]
    content = csv_file(header, [*new_item("HZ-003"), "", ""], [*new_item(code, "社团年检"), starts, ends])
    problem = rejection(staff, content)
    assert [problem[name] for name in ("rule", "row", "column", "value")] == ["in-the-past", 3, column, value]
    assert problem["message"].startswith(f"{column} {value} 早于今天（{TODAY}），会改动已经公布的数字。")
    assert send(staff, content, dry_run="false")[1]["errors"][0]["rule"] == "in-the-past"
    assert counts(imported(staff, content, on_invalid="skip"))["rejected"] == 1


def test_an_item_may_be_ended_in_the_past_on_purpose(staff: TestClient) -> None:
    content = csv_file(["code", "计划生效日期", "计划取消日期"], ["HZ-001", "2025-01-01", "2025-12-31"])
    imported(staff, content, retroactive="true")
    assert item_now(staff, "HZ-001", as_of="2025-12-30")["valid_to"] == "2025-12-31"
    assert counts(checked(staff, content)) == {"unchanged": 1}, "what is so already changes no past"


def test_rows_of_many_days_are_compared_each_on_its_own(database: Database, staff: TestClient) -> None:
    publish(database, item("HZ-009", name="公墓审批"), amend("HZ-001", date(2026, 4, 1), promised_limit=3))
    header = ["code", "promised_limit", "计划生效日期"]
    report = checked(staff, csv_file(header, ["HZ-001", "3", PLANNED], ["HZ-009", "", TODAY]))
    assert counts(report) == {"unchanged": 2}


def test_a_new_item_may_have_an_end(staff: TestClient) -> None:
    header = [*COLUMNS, "计划生效日期", "计划取消日期"]
    content = csv_file(header, [*new_item(), PLANNED, END])
    imported(staff, content)
    found = item_now(staff, "HZ-002", as_of=PLANNED)
    assert (found["valid_from"], found["valid_to"]) == (PLANNED, END)
    assert counts(imported(staff, content)) == {"unchanged": 1, "absent": 1}


def test_an_item_may_be_given_an_end(staff: TestClient) -> None:
    content = csv_file(["code", "计划取消日期"], ["HZ-001", END])
    report = imported(staff, content)
    assert [(entry["kind"], entry["effective_on"]) for entry in entries(staff, report)] == [("cancel", END)]
    assert item_now(staff, "HZ-001", as_of="2026-12-30")["valid_to"] == END
    assert counts(imported(staff, content)) == {"unchanged": 1}


def test_the_day_that_never_comes_is_no_end(staff: TestClient) -> None:
    assert counts(checked(staff, csv_file(["code", "计划取消日期"], ["HZ-001", "9999-12-31"]))) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("starts", "ends", "rule"),
    [
        (PLANNED, PLANNED, "ends-too-early"),
        (PLANNED, "2026-04-30", "ends-too-early"),
        ("9999-12-31", "", "no-such-start"),
        ("2026-02-30", "", "not-a-date"),
    ],
)
def test_days_that_cannot_be(staff: TestClient, starts: str, ends: str, rule: str) -> None:
    header = [*COLUMNS, "计划生效日期", "计划取消日期"]
    assert rejection(staff, csv_file(header, [*new_item(), starts, ends]))["rule"] == rule


def test_an_end_is_not_put_off(staff: TestClient) -> None:
    imported(staff, csv_file(["code", "计划取消日期"], ["HZ-001", END]))
    problem = rejection(staff, csv_file(["code", "计划取消日期"], ["HZ-001", "2027-12-31"]))
    assert (problem["rule"], problem["column"], problem["value"]) == ("ends-later", "计划取消日期", "2027-12-31")
