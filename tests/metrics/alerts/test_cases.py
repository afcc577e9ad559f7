"""Rules on cases watch the last months that are over: what isn't reported yet is neither a fall nor a recovery."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.cases.reports import counts, report
from tests.metrics.alerts.desk import created, fill, findings

FALLS = {"name": "近两月受理量下降", "metric": "accepted_cases", "condition": {"falls_by": 100_000}, "months": 2}
APRIL, MAY = (datetime(2026, month, 3, 9, tzinfo=SHANGHAI) for month in (4, 5))


@pytest.fixture(autouse=True)
def watched(database: Database, staff: TestClient) -> None:
    """January and February, as known when the rule is evaluated first."""
    fill(database, True)
    report(staff, counts("HZ-001", "2026-01", "网上", "", 500_000), counts("HZ-001", "2026-02", "网上", "", 734_567))
    created(staff, **FALLS)
    assert findings(staff) == []


def test_a_month_that_is_over_and_not_reported_is_no_fall(staff: TestClient, clock: FrozenClock) -> None:
    clock.at = APRIL
    assert findings(staff) == []


def test_once_it_is_reported_it_is_compared_with_what_was_last_known(staff: TestClient, clock: FrozenClock) -> None:
    clock.at = APRIL
    assert findings(staff) == []
    report(staff, counts("HZ-001", "2026-03", "网上", "", 12))
    (found,) = findings(staff, open="true")
    message = "近两月受理量下降：2026-02..2026-03，第 3 版 734579（此前 1234567），一次下降达到 100000。"
    assert (found["message"], found["previous"]["period"]) == (message, "2026-01..2026-02")


def test_a_report_that_is_taken_back_is_no_fall(staff: TestClient, clock: FrozenClock) -> None:
    clock.at = APRIL
    march = report(staff, counts("HZ-001", "2026-03", "网上", "", 700_000))
    assert findings(staff) == []
    staff.post(f"{march['recorded']['url']}/undo", json={"reason": "填错了月份"})
    assert findings(staff) == []


def test_what_is_open_stays_so_until_all_is_reported(staff: TestClient, clock: FrozenClock) -> None:
    clock.at = APRIL
    report(staff, counts("HZ-001", "2026-03", "网上", "", 12))
    (found,) = findings(staff, open="true")
    clock.at = MAY
    (still,) = findings(staff, open="true")
    assert (still["id"], still["unknown_since"]) == (found["id"], 3)
    report(staff, counts("HZ-001", "2026-04", "网上", "", 900_000))
    assert findings(staff, open="true") == []
