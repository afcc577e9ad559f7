"""Counts that a report says again beside what is new: they stand under it, and are no restatement."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report, statistics
from tests.cases.test_undoing import accepted, reported, undo
from tests.factories import department, draft, item, publish

TEN = counts("HZ-001", "2026-01", "窗口", "", 10, 9)


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), item("HZ-002", name="社团登记"), on=date(2025, 12, 1))


def test_what_a_later_report_says_again_stands_when_the_earlier_is_undone(staff: TestClient) -> None:
    first = reported(staff, TEN)
    done = report(staff, TEN, counts("HZ-002", "2025-12", "窗口", "", 3))
    assert [done[name] for name in ("added", "restated", "unchanged")] == [1, 0, 1]
    assert (done["months"], done["sums"]["accepted"], done["needs_reason"]) == (["2025-12"], 3, False)
    told = staff.get(done["recorded"]["records_url"]).json()["items"]
    assert [(each["code"], each["accepted"], each["closed"]) for each in told] == [
        ("HZ-002", 3, None),
        ("HZ-001", 10, 9),
    ]
    refused = undo(staff, first, status=409)
    assert (refused["type"], refused["reports"]) == ("/problems/restated-since", [done["recorded"]["url"]])
    assert "后来又报过（相同的或更正的）" in refused["detail"]
    made = undo(staff, done["recorded"]["id"])
    assert (made["withdrawn"], made["restored"], accepted(staff)) == (2, 1, 10)
    undo(staff, first)
    assert accepted(staff) is None


def test_counts_said_again_are_not_told_as_what_moved_the_figure(database: Database, staff: TestClient) -> None:
    reported(staff, TEN)
    before = statistics(staff, "period=2026-01&filter=is_online = true")[0]["accepted"]
    report(staff, TEN, counts("HZ-002", "2026-01", "窗口", "", 3))
    publish(database, draft("amend", "HZ-001", {"is_online": True}, start=date(2025, 12, 1)), on=date(2026, 2, 1))
    asked = "metric=accepted_cases&period=2026-01&known_from=2"
    moved = staff.get(f"/v1/metric-changes?{asked}&filter=is_online = true").json()
    assert before is None
    assert [(each["kind"], each["numerator_change"]) for each in moved["values"][0]["kinds"]] == [("reclassified", 10)]
    moved = staff.get(f"/v1/metric-changes?{asked}").json()
    assert [(each["kind"], each["items"]) for each in moved["values"][0]["kinds"]] == [("added", 1)]


def test_a_channel_restated_with_the_same_sum_is_restated(staff: TestClient) -> None:
    """Ten at the window were ten online: the sum of the item is the same, the share of cases online is not."""
    reported(staff, TEN, counts("HZ-001", "2026-01", "网上", "", 0))
    reported(
        staff, counts("HZ-001", "2026-01", "窗口", "", 0), counts("HZ-001", "2026-01", "网上", "", 10), reason="填反"
    )
    moved = staff.get("/v1/metric-changes?metric=online_case_rate&period=2026-01&known_from=2").json()
    assert [each["kind"] for each in moved["values"][0]["kinds"]] == ["restated"]
