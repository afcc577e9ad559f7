"""Who has reported a month: what isn't reported is not 0, and somebody has to be asked for it."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import amend, department, draft, item, publish

ELSEWHERE = "440106"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    """Three departments, one of them in another district."""
    others = department("HZ-2", name="海珠区教育局"), department("TH-1", name="天河区民政局", division_code=ELSEWHERE)
    publish(
        database,
        department(),
        *others,
        item(),
        item("HZ-002", name="社团登记"),
        item("HZ-003", name="教师资格认定", department_code="HZ-2"),
        item("TH-001", name="社团登记", department_code="TH-1", division_code=ELSEWHERE),
        on=date(2025, 12, 1),
    )


def coverage(client: TestClient, query: str = "month=2026-01") -> dict[str, Any]:
    answer = client.get(f"/v1/case-coverage?{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def told(body: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    names = ("item_count", "reported_item_count", "unreported_item_count")
    return {row["department_name"]: tuple(row[name] for name in names) for row in body["values"]}


def test_each_department_with_its_items_and_those_that_it_reported(staff: TestClient, client: TestClient) -> None:
    report(
        staff,
        counts("HZ-001", "2026-01", "网上", "", 10),
        counts("HZ-001", "2026-01", "窗口", "", 3),
        counts("HZ-003", "2026-01", "窗口", "", 0),
    )
    body = coverage(client)
    assert told(body) == {"海珠区民政局": (2, 1, 1), "天河区民政局": (1, 0, 1), "海珠区教育局": (1, 1, 0)}
    assert (body["as_of"], body["department_count"], body["reported_department_count"]) == ("2026-01-31", 3, 2)


def test_those_that_have_not_are_found_alone(staff: TestClient, client: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "网上", "", 10))
    missing = coverage(client, "month=2026-01&reported=false")
    assert (list(told(missing)), missing["department_count"]) == (["海珠区教育局", "天河区民政局"], 3)
    assert list(told(coverage(client, "month=2026-01&reported=true"))) == ["海珠区民政局"]
    assert list(told(coverage(client, f"month=2026-01&reported=false&within={ELSEWHERE}"))) == ["天河区民政局"]


def test_the_addresses_lead_to_exactly_these(staff: TestClient, client: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "网上", "", 10), counts("HZ-002", "2026-01", "网上", "", 1))
    (row, *others) = coverage(client, "month=2026-01&within=440105")["values"]
    assert client.get(row["items_url"]).json()["total"] == row["item_count"] == 2
    assert len(client.get(row["counts_url"]).json()["values"]) == row["reported_item_count"] == 2
    assert staff.get(row["template_url"]).status_code == 200
    assert [each["counts_url"] for each in others] == [None]


def test_what_was_known_earlier_stays_askable(staff: TestClient, client: TestClient) -> None:
    known = report(staff, counts("HZ-001", "2026-01", "网上", "", 10))["recorded"]
    staff.post(f"{known['url']}/undo", json={"reason": "填错了月份"})
    assert coverage(client)["reported_department_count"] == 0
    assert coverage(client, f"month=2026-01&known_at={known['revision']}")["reported_department_count"] == 1


def test_items_are_whose_they_were_at_the_end_of_the_month(database: Database, client: TestClient) -> None:
    publish(database, amend("HZ-002", date(2026, 1, 20), department_code="HZ-2"), on=date(2026, 1, 15))
    publish(database, draft("cancel", "TH-001", start=date(2026, 1, 31)), on=date(2026, 1, 16))
    assert told(coverage(client)) == {"海珠区民政局": (1, 0, 1), "海珠区教育局": (2, 0, 2)}
    assert told(coverage(client, "month=2025-12"))["海珠区民政局"] == (2, 0, 2)


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("", "missing"),
        ("month=2026-01..2026-02", "not-a-month"),
        ("month=一月", "not-a-month"),
        ("month=2026-03", "month-not-over"),
        ("month=2026-01&reported=perhaps", "bool_parsing"),
        ("month=2026-01&within=990000", "unknown-division"),
    ],
)
def test_what_cannot_be_asked(client: TestClient, query: str, rule: str) -> None:
    answer = client.get(f"/v1/case-coverage?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
