"""Where a list and the items contradict each other, and the change set that mends it."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.catalogue.objects import EDITION, LIST
from app.db import Database
from tests.changes.desk import TODAY, opened
from tests.factories import CIVIL_AFFAIRS, department, draft, item, publish
from tests.lists.conformity.kept import CITY, a_list, basic, city_list, edition

TOLERANT = "supports_deficiency_tolerance"
MATERIALS = [{"name": "申请表", "necessity": "1"}, {"name": "消防承诺书", "necessity": "3"}]


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """Two batches: HZ-002 says no, HZ-003 nothing; HZ-004 is tolerant but on neither, TH-009 of another division."""
    said = {"HZ-001": True, "HZ-002": False, "HZ-003": None, "HZ-004": True}
    publish(
        database,
        department(),
        *(item(code, supports_deficiency_tolerance=flag, onsite_visits=2) for code, flag in said.items()),
        item("TH-009", division_code="440106", supports_deficiency_tolerance=True),
        a_list("hz-deficiency", "deficiency", succession="cumulative"),
        a_list("hz-visits", "one_visit"),
    )
    publish(
        database,
        edition("batch-1", "hz-deficiency", {"code": "HZ-001", "note": "第一批"}, "HZ-002", batch=1),
        edition("batch-2", "hz-deficiency", "HZ-003", batch=2),
        edition("visits-2024", "hz-visits", "HZ-001"),
    )


def found(client: TestClient, code: str = "hz-deficiency", **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/lists/{code}/mismatches", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def rows(answer: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(row["side"], row["code"], row["value"]) for row in answer["items"]]


BOTH = [("listed", "HZ-002", False), ("listed", "HZ-003", None), ("unlisted", "HZ-004", True)]


def test_both_sides_with_their_items(client: TestClient) -> None:
    answer = found(client)
    assert rows(answer) == BOTH
    assert (answer["element"], answer["label"]) == (TOLERANT, "是否容缺受理")
    for side, counted in answer["counts"].items():
        items = client.get(counted["items_url"]).json()
        assert [each["code"] for each in items["items"]] == [code for at, code, _ in BOTH if at == side]
        assert items["total"] == counted["count"]
    first = found(client, limit=2)
    assert rows(first) + rows(client.get(first["next"]).json()) == BOTH
    assert (rows(found(client, side="unlisted")), found(client, side="unlisted")["total"]) == (BOTH[2:], 1)


def reconciled(staff: TestClient, code: str = "hz-deficiency", **asked: Any) -> Response:
    return staff.post(f"/v1/lists/{code}/reconcile", params=asked)


def published(staff: TestClient, answer: Response) -> dict[str, Any]:
    """The answer, once what it drafted was approved."""
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == told["url"]
    assert staff.post(f"{told['url']}/submit").status_code == 200
    etag = staff.get(told["preview_url"]).json()["etag"]
    assert staff.post(f"{told['url']}/approve", headers={"If-Match": etag}).status_code == 200
    return told


def test_items_follow_the_list(staff: TestClient, database: Database) -> None:
    guides = [draft("amend", f"HZ-00{number}", {"materials": MATERIALS}) for number in (2, 3)]
    today = date.fromisoformat(TODAY)
    immediate = [item("HZ-005", case_type="1"), item("HZ-006", materials=MATERIALS[1:])]
    publish(database, *guides, *immediate, edition("batch-3", "hz-deficiency", "HZ-005", "HZ-006", start=today))
    told = published(staff, reconciled(staff))
    assert (told["mended"], told["as_of"]) == ({"listed": 2, "unlisted": 1}, TODAY)
    reasons = [(each["code"], each["reason"].partition("；")[0]) for each in told["left"]]
    assert reasons == [
        ("HZ-005", "事项是即办件，即办件不能容缺受理"),
        ("HZ-006", "申请材料全是“容缺后补”，没有主要材料"),
    ], "they could not be submitted"
    assert [code for _, code, _ in rows(found(staff))] == ["HZ-005", "HZ-006"]
    assert rows(found(staff, as_of="2026-03-01")) == BOTH, "nothing of the past is changed"
    again = reconciled(staff)
    assert (again.status_code, again.json()["change_set"], again.json()["mended"]["listed"]) == (200, None, 0)


def test_the_list_follows_the_items(staff: TestClient) -> None:
    """What an item doesn't state takes nothing off a list; entries that stay keep what they say."""
    told = published(staff, reconciled(staff, follow="items"))
    assert told["mended"] == {"listed": 1, "unlisted": 1}
    assert [(each["code"], each["value"]) for each in told["left"]] == [("HZ-003", None)]
    assert rows(found(staff)) == [("listed", "HZ-003", None)]
    changed = staff.get(f"{told['url']}/entries").json()["items"]
    entries = {each["code"]: [entry["code"] for entry in each["changes"][0]["new"]] for each in changed}
    assert entries == {"batch-1": ["HZ-001"], "batch-2": ["HZ-003", "HZ-004"]}
    assert changed[0]["changes"][0]["new"][0]["note"] == "第一批"
    left = reconciled(staff, "hz-visits", follow="items").json()
    assert (left["change_set"], [each["code"] for each in left["left"]]) == (None, ["HZ-001"])
    assert left["left"][0]["reason"].startswith("visits-2024 的条目会全部删去")


def test_an_edition_that_follows_the_items_keeps_no_filter(staff: TestClient, database: Database) -> None:
    """It would find other entries than the edition then has."""
    day, text = date.fromisoformat(TODAY), "department_code = '11440100007482532A'"
    publish(database, draft("amend", "batch-1", {"filter": text}, kind=EDITION, start=day))
    told = published(staff, reconciled(staff, follow="items"))
    changed = staff.get(f"{told['url']}/entries").json()["items"][0]["changes"]
    assert [(each["field"], each["new"] is None) for each in changed] == [("filter", True), ("entries", False)]


def test_it_goes_into_an_open_change_set(staff: TestClient) -> None:
    path = opened(staff)
    answer = reconciled(staff, change_set=path.rsplit("/", 1)[1])
    assert (answer.status_code, answer.json()["url"]) == (202, path)
    assert staff.get(path).json()["title"] == "调整办事指南"


def test_what_nobody_can_know_is_left_with_what_to_do(staff: TestClient, database: Database) -> None:
    """More visits than the list promises are one; that an item needs one only doesn't make it need more."""
    publish(database, item("HZ-005", onsite_visits=0))
    answer = reconciled(staff, "hz-visits").json()
    assert (answer["mended"], answer["left_total"]) == ({"listed": 1, "unlisted": 0}, 1)
    assert "列入清单" in answer["left"][0]["reason"]


def test_a_licence_is_listed_only_where_the_list_above_has_it(staff: TestClient, database: Database) -> None:
    licence: dict[str, Any] = {"task_type": "01", "department_code": CIVIL_AFFAIRS}
    publish(
        database,
        item("HZ-006", **licence, catalog_code="000111001000"),
        item("HZ-007", **licence, catalog_code="000111002000"),
        city_list("gz-licensing"),
        a_list("hz-licensing", "licensing", upper_list_code="gz-licensing"),
    )
    above = basic("000111001000", "养老机构设立许可")
    publish(
        database,
        edition("gz-2024", "gz-licensing", above, division_code=CITY),
        edition("hz-2024", "hz-licensing", unclaimed=[{"catalog_code": "000111003000", "reason": "市级行使"}]),
    )
    left = reconciled(staff, "hz-licensing").json()
    assert (left["change_set"], left["left_total"]) == (None, 2)
    told = published(staff, reconciled(staff, "hz-licensing", follow="items"))
    assert [each["code"] for each in told["left"]] == ["HZ-007"]
    assert rows(found(staff, "hz-licensing")) == [("unlisted", "HZ-007", "01")]
    publish(database, draft("amend", "hz-licensing", {"upper_list_code": None}, kind=LIST))
    (alone,) = reconciled(staff, "hz-licensing", follow="items").json()["left"]
    assert alone["reason"].startswith("本清单没有填上级清单")


def test_what_cannot_be_compared(staff: TestClient, database: Database) -> None:
    publish(database, a_list("hz-own", "own"), city_list("gz-licensing"))
    for code, day, status, problem in (
        ("hz-none", TODAY, 404, "object-not-found"),
        ("hz-deficiency", "2023-12-31", 409, "no-edition-in-force"),
        ("hz-own", TODAY, 409, "nothing-to-compare"),
        ("gz-licensing", TODAY, 409, "nothing-to-compare"),
    ):
        asked = {"effective_on": day, "retroactive": True}
        read = staff.get(f"/v1/lists/{code}/mismatches", params={"as_of": day})
        for answer in (read, reconciled(staff, code, **asked)):
            assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


def test_what_was_cancelled_is_told_while_an_edition_names_it(
    client: TestClient, staff: TestClient, database: Database
) -> None:
    assert (found(client)["ended"], found(client)["ended_total"]) == ([], 0)
    publish(database, draft("amend", "HZ-001", {"code": "SP-001"}, start=date(2026, 5, 1)))
    publish(database, draft("cancel", "SP-001", start=date(2026, 6, 1)))
    assert found(client, as_of="2026-05-31")["ended"] == []
    answer = found(client, as_of="2026-06-01")
    (ended,) = answer["ended"]
    told = (ended["edition"], ended["code"], ended["ended_on"], answer["ended_total"])
    assert told == ("batch-1", "SP-001", "2026-06-01", 1)
    assert client.get(ended["url"]).json()["code"] == "SP-001"
    for follow in ("list", "items"):
        left = reconciled(staff, follow=follow, effective_on="2026-06-01").json()["left"][-1]
        assert (left["side"], left["code"], left["url"]) == ("listed", "SP-001", ended["url"])
        assert left["reason"].startswith("事项从 2026-06-01 起不再有效")
    publish(database, draft("cancel", "batch-1", kind=EDITION, start=date(2026, 7, 1)))
    assert found(client, as_of="2026-07-01")["ended"] == []


def test_a_batch_ends_with_its_day(staff: TestClient, database: Database) -> None:
    """On the day that is asked for only what is in force counts."""
    publish(database, draft("cancel", "batch-2", kind=EDITION, start=date(2027, 1, 1)))
    assert [code for _, code, _ in rows(found(staff, as_of="2027-01-01"))] == ["HZ-002", "HZ-004"]
