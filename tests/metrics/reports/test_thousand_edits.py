from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

from fastapi.testclient import TestClient

from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.cases.reports import counts
from tests.cases.reports import report as report_cases
from tests.factories import department, publish
from tests.metrics.reports.desk import DAY, ONLINE, frozen, sha256_of, verified
from tests.metrics.reports.edits import DEPARTMENTS, FIRST, Desk

CHANGE_SETS, ENTRIES = 20, 50
CITED = (
    ONLINE,
    {"metric": "online_rate", "as_of": DAY, "group_by": ["department_code"]},
    {"metric": "item_count", "as_of": DAY, "group_by": ["task_type", "department_code"]},
    {"metric": "limit_compression", "as_of": "2025-12-31", "filter": "task_type = '01'"},
    {"metric": "average_visits", "as_of": "2026-03-02", "within": "440100"},
    {"metric": "on_time_rate", "period": "2026-02", "group_by": ["task_type"]},
    {"metric": "accepted_cases", "period": "2026-01..2026-02", "filter": "is_online = true"},
)
CASES = [
    counts(f"HZ-{place:04}", month, "窗口", "", 20, 18, 17) for place in range(60) for month in ("2026-01", "2026-02")
]
RESTATED = [counts(f"HZ-{place:04}", "2026-02", "窗口", "", 24, 24, 20 + place % 5) for place in range(60)]


def test_after_a_thousand_edits_and_a_restated_month_a_report_still_verifies_and_what_is_live_is_explained(
    database: Database, staff: TestClient, client: TestClient, clock: FrozenClock
) -> None:
    desk = Desk(Random(20240630))
    publish(database, *(department(code, name=f"{code} 局") for code in DEPARTMENTS), on=date(2026, 2, 1))
    publish(database, *(desk.new(FIRST) for _ in range(150)), on=date(2026, 2, 2))
    report_cases(staff, *CASES)
    report = frozen(staff, *CITED)
    for place in range(CHANGE_SETS):
        day = date(2026, 3, 3) + timedelta(place)
        publish(database, *desk.edits(day, ENTRIES), on=day)
    clock.at = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
    report_cases(staff, *RESTATED, on_invalid="skip", reason="二月的办件已全部办结")
    found = verified(client, report)
    assert (found["agrees"], found["checksum"]["computed"]) == (True, sha256_of(client, report))
    assert (found["revision"], found["live_revision"]) == (3, 3 + CHANGE_SETS + 1)
    assert found["live_differs"] == len(CITED)
    rate = found["figures"][0]
    (moved,) = client.get(rate["live"]["changes_url"]).json()["values"]
    assert sum(Fraction(kind["points_exact"]) for kind in moved["kinds"]) == Fraction(moved["change_exact"])
    assert {kind["kind"] for kind in moved["kinds"]} == {"corrected"}
    assert rate["live"]["change"] == moved["after"]["value"] - moved["before"]["value"] != 0
    groups = client.get(found["figures"][1]["live"]["changes_url"]).json()["values"]
    assert [row["before"]["numerator"] for row in groups] == [
        row["numerator"] for row in report["figures"][1]["values"]
    ]
    (restated, *_) = client.get(found["figures"][5]["live"]["changes_url"]).json()["values"]
    assert sum(Fraction(kind["points_exact"]) for kind in restated["kinds"]) == Fraction(restated["change_exact"])
    assert "restated" in {kind["kind"] for kind in restated["kinds"]}
    following = frozen(staff, *CITED, number="海政数〔2026〕9号", supersedes=report["id"], reason="按更正后的情况重发")
    told = {each["position"]: each["values"] for each in following["changes"]["moved"]}
    assert sorted(told) == list(range(1, len(CITED) + 1))
    assert "restated" in {kind["kind"] for row in told[6] for kind in row["kinds"]}
