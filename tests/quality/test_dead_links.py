"""Whoever is to mend dead links finds which they are, why, and whose."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.rules import OPERATOR
from app.clock import FrozenClock
from app.db import Database
from app.quality.links import keep
from app.quality.looking import Look
from tests.changes.desk import amend, published
from tests.conftest import NOW
from tests.factories import department, item, publish

PORTAL, APP, SEEN = "https://zwfw.example.cn/", "https://m.example.cn/apply", "https://zwfw.example.cn/seen?一"


@pytest.fixture
def dead(database: Database, staff: TestClient, clock: FrozenClock) -> None:
    """A portal of three items, an app of one of them, and a page that was evidence, all dead since 2 March."""
    publish(
        database,
        department(),
        item("HZ-001", online_url=PORTAL, mobile_url=APP, is_online=True),
        item("HZ-002", online_handling_url=PORTAL, status="2"),
        item("TH-001", division_code="440106", online_url=PORTAL),
        item("HZ-003", online_url="https://there.example.cn/"),
    )
    evidence = [{"element": "is_online", "url": SEEN}]
    assert staff.post("/v1/items/HZ-001/verify", json={"evidence": evidence}).status_code == 201
    looks = [Look(PORTAL, is_alive=False, status=404), Look(APP, is_alive=False, reason="拒绝连接")]
    looks += [Look(SEEN, is_alive=False, status=410), Look("https://there.example.cn/", is_alive=True, status=200)]
    for day in range(2, 5):
        clock.at = NOW.replace(day=day)
        with database.write() as connection:
            keep(connection, looks, by=OPERATOR, clock=clock)


def listed(staff: TestClient, **asked: Any) -> dict[str, Any]:
    answer = staff.get("/v1/dead-links", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def whose(found: dict[str, Any]) -> dict[str, list[tuple[str, str, bool]]]:
    return {
        each["address"]: [(of["code"], of["element"], of["is_evidence"]) for of in each["items"]]
        for each in found["items"]
    }


@pytest.mark.usefixtures("dead")
class TestDeadLinks:
    def test_are_told_with_day_reason_and_items(self, staff: TestClient) -> None:
        found = listed(staff)
        told = {each["address"]: (each["failing_since"], each["reason"], each["count"]) for each in found["items"]}
        assert told == {
            PORTAL: ("2026-03-02", "HTTP 404", 3),
            APP: ("2026-03-02", "拒绝连接", 1),
            SEEN: ("2026-03-02", "HTTP 410", 1),
        }
        assert (found["total"], found["next"]) == (3, None)
        assert whose(found) == {
            PORTAL: [
                ("HZ-001", "online_url", False),
                ("HZ-002", "online_handling_url", False),
                ("TH-001", "online_url", False),
            ],
            APP: [("HZ-001", "mobile_url", False)],
            SEEN: [("HZ-001", "is_online", True)],
        }
        (of_app,) = next(each for each in found["items"] if each["address"] == APP)["items"]
        assert (of_app["department_name"], of_app["label"]) == ("海珠区民政局", "移动端办理地址")
        assert staff.get(of_app["url"]).json()["mobile_url"] == APP

    def test_are_those_that_items_are_found_by(self, staff: TestClient) -> None:
        shown = staff.get("/v1/items", params={"filter": "has_dead_link = true"}).json()["items"]
        assert {each["code"] for each in shown} == {code for of in whose(listed(staff)).values() for code, *_ in of}

    def test_are_of_a_division_and_come_page_by_page(self, staff: TestClient) -> None:
        assert whose(listed(staff, within="440106")) == {PORTAL: [("TH-001", "online_url", False)]}
        first = listed(staff, within="440105", limit=2)
        assert (len(first["items"]), first["total"]) == (2, 3)
        second = staff.get(first["next"]).json()
        assert (len(second["items"]), second["next"]) == (1, None)
        assert staff.get("/v1/dead-links", params={"within": "999999"}).status_code == 422

    def test_are_gone_once_no_item_has_them(self, staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        published(staff, amend("HZ-001", mobile_url="https://m.example.cn/new"))
        assert APP not in whose(listed(staff))
        monkeypatch.setattr("app.quality.dead_links.queries.MOST_ITEMS", 2)
        of_portal = next(each for each in listed(staff)["items"] if each["address"] == PORTAL)
        assert (of_portal["count"], len(of_portal["items"])) == (3, 2)


def test_without_dead_links_there_are_none(staff: TestClient) -> None:
    assert listed(staff) == {"items": [], "total": 0, "next": None}
