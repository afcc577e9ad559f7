"""What verifications say of items: filterable, shown, sorted by, and the same for ever on two dates that are pinned."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import amend, published
from tests.factories import department, item, publish

PAGE = "https://zwfw.example.cn/apply/104001"


@pytest.fixture(autouse=True)
def catalogue(database: Database, staff: TestClient, clock: FrozenClock) -> None:
    """HZ-001 is confirmed on 2 and 5 March, HZ-002 with evidence on 5 March, HZ-003 never. It is 8 March."""
    publish(database, department(), item("HZ-001"), item("HZ-002", is_online=True), item("HZ-003", is_online=False))
    confirm(staff, "HZ-001")
    clock.at += timedelta(days=3)
    confirm(staff, "HZ-001")
    confirm(staff, "HZ-002", evidence=[{"element": "is_online", "url": PAGE}])
    clock.at += timedelta(days=3)


def confirm(staff: TestClient, code: str, **said: object) -> None:
    answer = staff.post(f"/v1/items/{code}/verify", json=said)
    assert answer.status_code == 201, answer.text


def shown(client: TestClient, fields: str, **asked: Any) -> list[list[Any]]:
    answer = client.get("/v1/items", params={"fields": fields, **asked})
    assert answer.status_code == 200, answer.text
    return [list(each.values()) for each in answer.json()["items"]]


def found(client: TestClient, filter_: str, **asked: Any) -> list[str]:
    answer = client.get("/v1/items", params={"filter": filter_, **asked})
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [each["code"] for each in answer.json()["items"]]


ALL = "code,verified_on,days_since_verification,has_dead_link,has_online_evidence"


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, [("2026-03-05", 3, True), ("2026-03-05", 3, True), (None, None, False)]),
        ({"as_of": "2026-03-04"}, [("2026-03-02", 2, False), (None, None, False), (None, None, False)]),
        ({"as_of": "2026-03-05"}, [("2026-03-05", 0, True), ("2026-03-05", 0, True), (None, None, False)]),
        ({"as_of": "2026-03-01"}, [(None, None, False)] * 3),
        ({"as_of": "2027-03-05"}, [("2026-03-05", 365, True), ("2026-03-05", 365, True), (None, None, False)]),
        ({"known_at": 2}, [("2026-03-02", 6, False), (None, None, False), (None, None, False)]),
        ({"known_at": 1}, [(None, None, False)] * 3),
        ({"known_at": "2026-03-04"}, [("2026-03-02", 6, False), (None, None, False), (None, None, False)]),
    ],
)
def test_it_is_told_as_of_a_day_as_known_at_a_revision(
    client: TestClient, asked: dict[str, Any], rows: Sequence[tuple[str | None, int | None, bool]]
) -> None:
    codes = ("HZ-001", "HZ-002", "HZ-003")
    expected = [
        [code, on, days, False, seen and code == "HZ-002"] for code, (on, days, seen) in zip(codes, rows, strict=True)
    ]
    assert shown(client, ALL, **asked) == expected
    one = [client.get(f"/v1/items/{code}", params=asked).json()["verified_on"] for code in codes]
    assert one == [on for on, _, _ in rows]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("verified_on IS NULL", ["HZ-003"]),
        ("最近核实日期 >= DATE('2026-03-05')", ["HZ-001", "HZ-002"]),
        ("verified_on < '2026-03-05'", []),
        ("days_since_verification <= 3", ["HZ-001", "HZ-002"]),
        ("距上次核实天数 > 3", []),
        ("NOT (days_since_verification > 3)", ["HZ-001", "HZ-002"]),
        ("days_since_verification > 3 OR verified_on IS NULL", ["HZ-003"]),
        ("days_since_verification * 2 = 6", ["HZ-001", "HZ-002"]),
        ("有无失效链接 = false", ["HZ-001", "HZ-002", "HZ-003"]),
        ("has_dead_link IS NULL", []),
        ("网办有无佐证 = true", ["HZ-002"]),
        ("has_online_evidence", ["HZ-002"]),
        ("is_online = false AND NOT has_online_evidence", ["HZ-003"]),
    ],
)
def test_it_can_be_filtered(client: TestClient, condition: str, codes: list[str]) -> None:
    assert found(client, condition) == codes


def test_it_can_be_sorted_by(client: TestClient) -> None:
    assert [code for (code,) in shown(client, "code", sort="-days_since_verification")] == [
        "HZ-001",
        "HZ-002",
        "HZ-003",
    ]
    page = client.get("/v1/items", params={"sort": "-verified_on", "limit": 2, "fields": "code"}).json()
    assert [each["code"] for each in client.get(page["next"]).json()["items"]] == ["HZ-003"]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_it_stands_in_files(client: TestClient, form: str) -> None:
    text = client.get("/v1/items", params={"fields": ALL, "format": form}).text
    if form == "csv":
        assert text.splitlines()[0].endswith("编码,最近核实日期,距上次核实天数,有无失效链接,网办有无佐证")
        assert [line.split(",", 1)[1] for line in text.splitlines()[1:]] == [
            "2026-03-05,3,否,否", "2026-03-05,3,否,是", ",,否,否",
        ]  # fmt: skip
    else:
        assert '"has_dead_link":false' in text.replace(" ", "")


def test_evidence_holds_as_long_as_the_item_says_what_was_seen(client: TestClient, staff: TestClient) -> None:
    published(staff, amend("HZ-002", is_online=False, on="2026-03-08"), on="2026-03-08")
    assert found(client, "has_online_evidence") == []
    assert found(client, "has_online_evidence", as_of="2026-03-07") == ["HZ-002"]
    confirm(staff, "HZ-002", evidence=[{"element": "is_online", "url": PAGE}])
    assert found(client, "has_online_evidence") == ["HZ-002"]
    published(staff, amend("HZ-002", is_online=None, on="2026-03-08"), on="2026-03-08")
    assert found(client, "has_online_evidence") == []


def test_the_same_two_dates_say_the_same_for_ever(client: TestClient, staff: TestClient, clock: FrozenClock) -> None:
    def told() -> list[Any]:
        asked: dict[str, Any] = {"as_of": "2026-03-08", "known_at": 4}
        rate = client.get("/v1/metric-values", params={"metric": "verified_rate", **asked}).json()["values"]
        return [rate, shown(client, ALL, **asked), found(client, "days_since_verification < 5", **asked)]

    before = told()
    assert (before[0][0]["numerator"], before[0][0]["denominator"], before[0][0]["unknown"]) == (2, 3, 0)
    for code in ("HZ-003", "HZ-001"):
        confirm(staff, code, evidence=[{"element": "status", "url": PAGE}])
    clock.at += timedelta(days=30)
    confirm(staff, "HZ-003")
    assert told() == before
    today = client.get("/v1/metric-values", params={"metric": "verified_rate"}).json()["values"][0]
    assert today["numerator"] == 3
    assert client.get(today["numerator_url"]).json()["total"] == 3


def test_an_import_passes_over_it(client: TestClient, staff: TestClient) -> None:
    content = client.get("/v1/items", params={"fields": f"{ALL},name", "format": "csv"}).content
    answer = staff.post("/v1/imports", files={"file": ("items.csv", content)}).json()
    assert (answer["status"], answer["unchanged"]) == ("unchanged", 3)
