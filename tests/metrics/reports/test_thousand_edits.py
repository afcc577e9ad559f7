from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

from fastapi.testclient import TestClient

from app.clock import SHANGHAI, FrozenClock
from app.db import Database
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
)


def test_after_a_thousand_edits_a_report_still_verifies_and_what_is_live_is_explained(
    database: Database, staff: TestClient, client: TestClient, clock: FrozenClock
) -> None:
    desk = Desk(Random(20240630))
    publish(database, *(department(code, name=f"{code} 局") for code in DEPARTMENTS), on=date(2026, 2, 1))
    publish(database, *(desk.new(FIRST) for _ in range(150)), on=date(2026, 2, 2))
    report = frozen(staff, *CITED)
    for place in range(CHANGE_SETS):
        day = date(2026, 3, 3) + timedelta(place)
        publish(database, *desk.edits(day, ENTRIES), on=day)
    clock.at = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
    found = verified(client, report)
    assert (found["agrees"], found["checksum"]["computed"]) == (True, sha256_of(client, report))
    assert (found["revision"], found["live_revision"]) == (2, 2 + CHANGE_SETS)
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
