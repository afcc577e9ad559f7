"""Whoever restates a month finds the reports that cite its cases."""

from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.db import Database
from tests.cases.reports import counts
from tests.cases.reports import report as report_cases
from tests.databases import migrate
from tests.factories import department, item, publish
from tests.metrics.reports.desk import ONLINE, frozen
from tests.test_migrations import config, engine

BEFORE = "b83f50d6c1e9"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), on=date(2025, 6, 1))


def listed(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/v1/reports?{query}")
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["items"]]


@pytest.fixture
def cited(staff: TestClient) -> None:
    """Of the autumn, of October alone, and of no cases at all."""
    report_cases(staff, counts("HZ-001", "2025-10", "窗口", "", 10), counts("HZ-001", "2025-11", "窗口", "", 12))
    autumn, october = ({"metric": "accepted_cases", "period": each} for each in ("2025-09..2025-11", "2025-10"))
    frozen(staff, ONLINE, autumn, number="1号")
    frozen(staff, october, number="2号")
    frozen(staff, ONLINE | {"as_of": "2025-10-31"}, number="3号")


@pytest.mark.usefixtures("cited")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("period=2025-10", ["2号", "1号"]),
        ("period=2025-11", ["1号"]),
        ("period=2025-12", []),
        ("period=2025-08", []),
        ("period=2025-08..2025-09", ["1号"]),
        ("period=2025-12&period=2025-10", ["2号", "1号"]),
        ("period=2025-10&limit=1", ["2号"]),
        ("", ["3号", "2号", "1号"]),
    ],
)
def test_reports_are_found_by_the_months_that_they_cite(client: TestClient, query: str, numbers: list[str]) -> None:
    assert listed(client, query) == numbers


@pytest.mark.usefixtures("cited")
def test_the_next_page_is_of_the_same_months(client: TestClient) -> None:
    following = client.get("/v1/reports?period=2025-10&limit=1").json()["next"]
    assert listed(client, following.partition("?")[2]) == ["1号"]


def test_what_is_no_month_is_refused(client: TestClient) -> None:
    refused = client.get("/v1/reports?period=2025-13").json()
    assert (refused["status"], refused["errors"][0]["rule"]) == (422, "not-a-period")


@pytest.mark.usefixtures("cited")
def test_a_restatement_and_its_undoing_lead_to_them(staff: TestClient) -> None:
    again = counts("HZ-001", "2025-11", "窗口", "", 13)
    checked = report_cases(staff, again, dry_run="true", status=200)
    recorded = report_cases(staff, again, reason="漏报一件")["recorded"]
    undone = staff.post(f"{recorded['url']}/undo", json={"reason": "没有漏报"}).json()
    for answer in (checked, recorded, undone):
        assert listed(staff, answer["reports_url"].partition("?")[2]) == ["1号"]
    same = report_cases(staff, counts("HZ-001", "2025-11", "窗口", "", 12), status=200)
    assert (same["status"], same["reports_url"]) == ("unchanged", None)


def test_reports_of_before_are_found_too(database_kind: str, new_database: Callable[[str], str]) -> None:
    url = new_database(database_kind)
    migrate(url)
    command.downgrade(config(url), BEFORE)
    with engine(url) as made, made.begin() as connection:
        connection.execute(text(OF_BEFORE), {"cited": '{"figures": [{"position": 1, "period": "2025-09..2025-11"}]}'})
        connection.execute(text("INSERT INTO report_figure VALUES (1, 1, 'accepted_cases', '2025-11-30')"))
    migrate(url)
    with closing(Database(url)) as database, database.read() as connection:
        assert connection.execute(text("SELECT first_month FROM report_figure")).scalars().all() == ["2025-09"]


OF_BEFORE = """
    INSERT INTO report (id, number, title, revision, by, at, checksum, cited)
    VALUES (1, '1号', '秋季', 1, '审批局 王敏', '2025-12-01 09:00:00', 'sha256:0', :cited)"""
