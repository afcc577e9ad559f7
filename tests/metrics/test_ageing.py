"""Figures over verifications move from day to day: values, series and their changes agree."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import amend, drafted, previewed, published
from tests.factories import department, item, publish

OWN = {
    "key": "fresh_rate",
    "name_zh": "三日内核实率",
    "kind": "share",
    "denominator": "status = '1'",
    "numerator": "verified_on IS NOT NULL AND days_since_verification <= 3",
}
LAST = "2026-03-12"


@pytest.fixture(autouse=True)
def catalogue(database: Database, staff: TestClient, clock: FrozenClock) -> None:
    """HZ-001 is confirmed on 2 and 8 March, HZ-002 on 5 March; HZ-003 is suspended from the 7th on. It is 12 March."""
    publish(database, department(), item("HZ-001", is_online=True), item("HZ-002"), item("HZ-003"))
    assert staff.post("/v1/metrics", json=OWN).status_code == 201
    confirm(staff, "HZ-001")
    clock.at += timedelta(days=3)
    confirm(staff, "HZ-002")
    clock.at += timedelta(days=2)
    published(staff, {"kind": "suspend", "code": "HZ-003"}, on="2026-03-07")
    clock.at += timedelta(days=1)
    confirm(staff, "HZ-001")
    clock.at += timedelta(days=4)


def confirm(staff: TestClient, code: str) -> None:
    assert staff.post(f"/v1/items/{code}/verify", json={}).status_code == 201


def read(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(path, params=asked or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def value(client: TestClient, **asked: Any) -> tuple[int, int]:
    (row,) = read(client, "/v1/metric-values", metric="fresh_rate", **asked)["values"]
    return row["numerator"], row["denominator"]


# By hand: HZ-001 counts on 2–5 and 8–11 March, HZ-002 on 5–8; HZ-003 never, and is not in use from the 7th on.
EXPECTED = {
    "2026-03-01": (0, 3), "2026-03-02": (1, 3), "2026-03-05": (2, 3), "2026-03-06": (1, 3), "2026-03-07": (1, 2),
    "2026-03-08": (2, 2), "2026-03-09": (1, 2), "2026-03-11": (1, 2), "2026-03-12": (0, 2),
}  # fmt: skip


@pytest.mark.parametrize("known", ["now", "then"])
@pytest.mark.parametrize("group_by", [None, "is_online"])
def test_a_series_says_what_the_values_say(client: TestClient, known: str, group_by: str | None) -> None:
    first = "2026-03-03" if known == "then" else "2026-03-01"  # The metric was defined on the 2nd.
    asked = {"metric": ["item_count", "fresh_rate", "online_rate"], "group_by": group_by}
    asked = {name: each for name, each in asked.items() if each}
    over = {"from": first, "every": "day", **({"known_at": "as_of"} if known == "then" else {})}
    rows = read(client, "/v1/metric-series", **asked, **over)["values"]
    assert {row["metric"] for row in rows} == {"item_count", "fresh_rate", "online_rate"}
    places = [("item_count", "fresh_rate", "online_rate").index(row["metric"]) for row in rows]
    assert places == sorted(places)
    for day in {row["as_of"] for row in rows}:
        then = {"known_at": day} if known == "then" and day < LAST else {}
        single = read(client, "/v1/metric-values", **asked, as_of=day, **then)["values"]
        told = ("metric", "group", "numerator", "denominator", "unknown", "excluded", "item_count", "value")
        listed = [{name: row[name] for name in told} for row in rows if row["as_of"] == day]
        assert listed == [{name: row[name] for name in told} for row in single]
    if group_by is None:
        fresh = {row["as_of"]: (row["numerator"], row["denominator"]) for row in rows if row["metric"] == "fresh_rate"}
        assert {day: fresh[day] for day in EXPECTED if day in fresh} == {
            d: e for d, e in EXPECTED.items() if d in fresh
        }


def test_a_filter_that_ages_makes_any_metric_age(client: TestClient) -> None:
    asked = {"metric": "item_count", "filter": "days_since_verification <= 3"}
    rows = read(client, "/v1/metric-series", **asked, **{"from": "2026-03-01", "every": "day"})["values"]
    counted = {row["as_of"]: row["numerator"] for row in rows}
    assert {day: counted[day] for day in EXPECTED} == {day: parts[0] for day, parts in EXPECTED.items()}


@pytest.mark.parametrize(
    ("start", "end", "kinds"),
    [
        ("2026-03-06", "2026-03-09", {"improved": 1, "worsened": 1, "suspended": 1}),
        ("2026-03-08", "2026-03-12", {"worsened": 2}),
        ("2026-03-09", "2026-03-10", {}),
    ],
)
def test_changes_say_which_items_aged_and_which_were_confirmed(
    client: TestClient, start: str, end: str, kinds: dict[str, int]
) -> None:
    asked = {"metric": "fresh_rate", "from": start, "to": end}
    (change,) = read(client, "/v1/metric-changes", **asked)["values"]
    assert {each["kind"]: each["items"] for each in change["kinds"]} == kinds
    parts = [(change[side]["numerator"], change[side]["denominator"]) for side in ("before", "after")]
    assert parts == [value(client, as_of=start), value(client, as_of=end)]
    assert sum(each["numerator_change"] for each in change["kinds"]) == change["numerator_change"]
    for each in change["kinds"]:
        assert len(read(client, each["items_url"])["items"]) == each["items"]


def test_what_became_known_of_one_day_is_a_correction_of_it(client: TestClient, staff: TestClient) -> None:
    confirm(staff, "HZ-002")
    asked = {"metric": "fresh_rate", "from": LAST, "to": LAST, "known_from": 6}
    (change,) = read(client, "/v1/metric-changes", **asked)["values"]
    assert [(each["kind"], each["items"]) for each in change["kinds"]] == [("corrected", 1)]


def test_a_series_of_too_many_days_is_refused(client: TestClient) -> None:
    asked = {"from": "2025-11-01", "every": "day", "metric": "fresh_rate"}
    answer = client.get("/v1/metric-series", params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "too-many-points")
    assert client.get("/v1/metric-series", params={**asked, "metric": "online_rate"}).status_code == 200
    assert client.get("/v1/metric-series", params={**asked, "every": "week"}).status_code == 200


def test_a_preview_says_what_a_draft_does_to_them_today(staff: TestClient) -> None:
    path = drafted(staff, {"kind": "cancel", "code": "HZ-002"}, amend("HZ-001", is_online=False), on="2026-03-08")
    found = previewed(staff, path, as_of="2026-03-08")
    moved = {each["metric"]: each for each in found["effects"]}
    assert (moved["fresh_rate"]["before"]["numerator"], moved["fresh_rate"]["after"]["numerator"]) == (2, 1)
    assert {each["metric"] for each in found["past"]} >= {"online_rate", "item_count"}
    assert "fresh_rate" not in {each["metric"] for each in found["past"]}
