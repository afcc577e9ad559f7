"""Which items, departments and windows are in the one door, which not, and why."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import HALL, WINDOW
from app.changes.rules import Draft
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish
from tests.statements import counted

MARKET = "11440106007506516N"
LIBRARY = "12440105TSG000001A"
ENTERED: dict[str, Any] = {"is_in_service_hall": True, "must_be_in_service_hall": True}
AWAY: dict[str, Any] = {"is_in_service_hall": False}
LATER = date(2024, 1, 1)


def window(code: str, owner: str = CIVIL_AFFAIRS, **stated: object) -> Draft:
    return draft("create", code, {"name": code, "department_code": owner} | stated, kind=WINDOW)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """海珠区: two departments in the hall, the library outside it. 天河区's one window says nothing of itself."""
    hall = {"name": "海珠区政务服务中心", "division_code": DIVISION, "hall_kind": "comprehensive"}
    publish(
        database,
        department(),
        department(LIBRARY, name="海珠区图书馆"),
        department(MARKET, name="天河区市场监督管理局", division_code="440106"),
        draft("create", "HZ-HALL", hall, kind=HALL),
        window("W-01", hall_code="HZ-HALL", is_comprehensive=True, window_kind="acceptance", staff_count=2),
        window("W-02", hall_code="HZ-HALL", is_comprehensive=False, window_kind="issuing"),
        window("W-09", MARKET),
        item("HZ-001", **ENTERED),
        item("HZ-002", **AWAY, must_be_in_service_hall=True, not_in_hall_reason="premises"),
        item("HZ-003", **AWAY, must_be_in_service_hall=False, not_in_hall_reason="safety"),
        item("HZ-004", **AWAY),
        item("HZ-005"),
        item("HZ-006", **ENTERED, status="2"),
        item("TSG-001", department_code=LIBRARY, **AWAY, must_be_in_service_hall=False, not_in_hall_reason="safety"),
    )
    publish(database, amend("HZ-002", LATER, is_in_service_hall=True, not_in_hall_reason=None))


def door(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/one-door", params={"as_of": "2023-12-31", **asked})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def counts(said: dict[str, Any]) -> dict[str, int]:
    return {name: each["count"] for name, each in said.items() if isinstance(each, dict) and "count" in each}


def links(said: Any) -> Iterator[tuple[int, str]]:
    if isinstance(said, dict):
        if said.get("url") and "count" in said:
            yield said["count"], said["url"]
        for each in said.values():
            yield from links(each)
    if isinstance(said, list):
        for each in said:
            yield from links(each)


def test_items_that_entered_and_that_should(client: TestClient) -> None:
    said = door(client, within=DIVISION)
    assert counts(said["entry"]) == {
        "in_use": 6, "entered": 1, "not_entered": 4, "not_stated": 1, "should_enter": 2, "should_and_entered": 1,
        "should_and_not_entered": 1, "should_and_not_stated": 0, "need_not_enter": 2, "need_not_stated": 2,
    }  # fmt: skip
    reasons = [(each["code"], each["label"], each["count"]) for each in said["not_entered_by_reason"]]
    assert reasons == [("safety", "安全原因", 2), ("premises", "场地原因", 1), (None, "未填", 1)]


def test_departments_and_windows_of_the_door(client: TestClient) -> None:
    said = door(client, within=DIVISION)
    named = [(each["name"], each["in_hall"], counts(each)) for each in said["departments"]]
    nothing = dict.fromkeys(("entered", "not_stated", "should_enter", "should_and_entered"), 0)
    assert named == [
        ("海珠区民政局", True, {
            "in_use": 5, "entered": 1, "not_entered": 3, "not_stated": 1, "should_enter": 2, "should_and_entered": 1,
            "windows": 2, "comprehensive_windows": 1,
        }),
        ("海珠区图书馆", False, {"in_use": 1, "not_entered": 1, **nothing, "windows": 0, "comprehensive_windows": 0}),
    ]  # fmt: skip
    assert counts(said["totals"]) == {
        "items_in_use": 6, "items_entered": 1, "departments": 2, "departments_with_entered_item": 1,
        "departments_with_window": 1, "departments_in_hall": 1, "windows": 2, "comprehensive_windows": 1,
    }  # fmt: skip
    (hall,) = said["halls"]
    assert (hall["name"], hall["hall_kind_label"]) == ("海珠区政务服务中心", "综合性政务服务大厅")
    assert [(each["label"], each["count"]) for each in hall["windows"]["kinds"]] == [("受理窗口", 1), ("出件窗口", 1)]
    staff = hall["windows"]["staff"]
    assert (staff["count"], staff["stated_by"], staff["not_stated"]["count"]) == (2, 1, 1)


def test_windows_that_say_nothing_of_themselves_are_no_windows_of_no_kind(client: TestClient) -> None:
    said = door(client, division_code="440106")
    (nameless,) = said["halls"]
    assert (nameless["code"], nameless["name"]) == (None, "未填")
    windows = nameless["windows"]
    assert (windows["comprehensive_not_stated"]["count"], windows["not_comprehensive"]["count"]) == (1, 0)
    assert (windows["staff"]["count"], windows["staff"]["not_stated"]["count"]) == (None, 1)
    assert counts(said["totals"])["departments_in_hall"] == 1


def test_every_number_leads_to_what_it_counts(client: TestClient) -> None:
    """Of the whole catalogue, of a division with all below it, and of one alone on another day."""
    asked: list[dict[str, str]] = [{}, {"within": DIVISION}, {"division_code": "440106", "as_of": "2024-01-01"}]
    addresses = {each for question in asked for each in links(door(client, **question))}
    assert len(addresses) >= 90
    for count, url in addresses:
        assert client.get(url).json()["total"] == count, url


def test_the_door_and_the_metrics_say_the_same(client: TestClient) -> None:
    cases: list[dict[str, Any]] = [
        {"as_of": "2023-12-31"},
        {"as_of": "2024-01-01"},
        {"as_of": "2024-01-01", "known_at": 1},
    ]
    for asked in cases:
        said = door(client, **asked)
        metrics = ["hall_share", "hall_entry_rate"]
        values = client.get("/v1/metric-values", params={"metric": metrics, **asked}).json()["values"]
        parts = [tuple(each[name] for name in ("numerator", "denominator", "unknown")) for each in values]
        entry = counts(said["entry"])
        assert parts == [
            (entry["entered"], entry["in_use"], entry["not_stated"]),
            (entry["should_and_entered"], entry["should_enter"], entry["should_and_not_stated"]),
        ]
        assert entry["entered"] == (2 if asked == {"as_of": "2024-01-01"} else 1)


def test_the_departments_open_in_a_spreadsheet(client: TestClient) -> None:
    answer = client.get("/v1/one-door?as_of=2023-12-31&format=csv")
    first, *rest = csv.DictReader(answer.content.decode("utf-8-sig").splitlines())
    assert (first["department_name"], first["entered"], first["windows"], first["in_hall"]) == (
        "海珠区民政局",
        "1",
        "2",
        "true",
    )
    assert client.get(first["not_entered_url"]).json()["total"] == int(first["not_entered"]) == 3
    assert len(rest) == 2


def test_no_more_is_asked_for_more_departments(client: TestClient, database: Database) -> None:
    def statements() -> int:
        with counted() as sent:
            door(client)
        return len(sent)

    before = statements()
    publish(database, *(department(f"HZ-D{number}", name=f"海珠区第{number}局") for number in range(5)))
    publish(database, *(item(f"D-{number}", department_code=f"HZ-D{number}", **AWAY) for number in range(5)))
    assert (statements(), len(door(client)["departments"])) == (before, 8)


def test_before_the_catalogue_began_there_is_no_door(client: TestClient) -> None:
    said = door(client, known_at=0)
    assert (counts(said["totals"])["items_in_use"], said["departments"]) == (0, [])
    assert "此前什么都不知道" in said["note"]


def test_a_place_that_is_none(client: TestClient) -> None:
    cases: list[tuple[str, str]] = [
        ("within=44", "not-a-division"),
        ("division_code=449999", "unknown-division"),
        ("divison_code=440105", "unknown-parameter"),
    ]
    for asked, rule in cases:
        answer = client.get(f"/v1/one-door?{asked}")
        told = answer.json()["errors"][0]
        assert (answer.status_code, told["rule"], told["parameter"]) == (422, rule, asked.partition("=")[0])
