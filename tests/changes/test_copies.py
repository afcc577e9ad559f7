"""What an entry copied from another item follows that item when the change set is rebased, and is never stale unseen."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.changes import service
from app.changes.rebasing import rebase
from app.changes.service import Cover
from app.clock import SHANGHAI
from app.db import Database
from tests.changes.desk import Entry, act, amend, decided, drafted, previewed, published
from tests.changes.test_statements import acts, items
from tests.changes.wishes import MARKET, STREET, delegate, found, merge, part, split, take_over, three_items, transfer
from tests.factories import START, TESTER, department, publish
from tests.factories import amend as amended
from tests.statements import counted

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
TAKEN = take_over("JD-001", "HZ-001", department_code=STREET, promised_limit=3)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    three_items(database)


def rebased(staff: TestClient, path: str, *theirs: tuple[int, str]) -> list[dict[str, Any]]:
    places = [{"position": position, "field": field} for position, field in theirs]
    answer = staff.post(f"{path}/rebase", json={"keep_theirs": places})
    assert answer.status_code == 200, answer.text
    differences: list[dict[str, Any]] = answer.json()["differences"]
    return differences


def told(differences: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """Where, and from what to what; a copy follows, so that what is wanted is what is now."""
    for each in differences:
        assert (each["wanted"], each["kept"]) == (each["now"], "theirs")
        yield each["position"], each["code"], each["field"], each["was"], each["now"]


def test_what_was_taken_over_unchanged_follows_and_what_was_stated_stays(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, TAKEN)
    published(staff, amend("HZ-001", promised_limit=15, is_online=False, online_depths=["1"], aliases=["社团登记"]))
    assert [*told(rebased(staff, path))] == [
        (1, "JD-001", "aliases", None, ["社团登记"]),
        (1, "JD-001", "is_online", True, False),
        (1, "JD-001", "online_depths", ["2", "3"], ["1"]),
    ]
    (entry,) = staff.get(f"{path}/entries").json()["items"]
    assert (entry["base_revision"], entry["predecessors"]) == (2, ["HZ-001"])
    assert rebased(staff, path) == []
    assert decided(staff, path).status_code == 200
    taken = found(client, "JD-001")
    assert (taken["promised_limit"], taken["is_online"], taken["online_depths"]) == (3, False, ["1"])
    assert taken["aliases"] == ["社团登记"]


COPIED: dict[str, tuple[Entry, dict[str, int | None]]] = {
    "split": (split("HZ-001", part("HZ-011"), part("HZ-012", promised_limit=5)), {"HZ-011": 15, "HZ-012": 5}),
    "merged": (merge("HZ-001", "HZ-002", into="HZ-020"), {"HZ-020": 15}),
    "merged by its second": (merge("HZ-003", "HZ-001", into="HZ-020"), {"HZ-020": None}),
    "merged into one that goes on": (merge("HZ-001", into="HZ-002"), {"HZ-002": 10}),
    "taken over": (take_over("JD-001", "HZ-001", department_code=STREET), {"JD-001": 15}),
    "delegated": (delegate("HZ-001", part("JD-001", department_code=STREET)), {"JD-001": 15}),
    "delegated to some": (
        delegate("HZ-001", part("JD-001", department_code=STREET, promised_limit=2), keeps=True), {"JD-001": 2}
    ),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "becomes"), COPIED.values(), ids=COPIED)
def test_every_kind_of_copy_is_brought_up_to_date(
    staff: TestClient, client: TestClient, entry: Entry, becomes: dict[str, int | None]
) -> None:
    path = drafted(staff, entry)
    published(staff, amend("HZ-001", promised_limit=15))
    following = [(code, "promised_limit", 20, 15) for code, limit in becomes.items() if limit == 15]
    assert [each[1:] for each in told(rebased(staff, path))] == following
    assert previewed(staff, path)["publishable"] is True
    assert decided(staff, path).status_code == 200
    assert {code: found(client, code)["promised_limit"] for code in becomes} == becomes


def test_power_given_from_above_is_stated_not_copied(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", power_source="2"))
    path = drafted(staff, delegate("HZ-001", part("JD-001", department_code=STREET), keeps=True))
    published(staff, amend("HZ-001", power_source="1"))
    assert rebased(staff, path) == []
    assert decided(staff, path).status_code == 200
    assert found(client, "JD-001")["power_source"] == "2"


@pytest.mark.parametrize("entry", [TAKEN, delegate("HZ-001", part("JD-001", department_code=STREET), keeps=True)])
def test_a_copy_of_what_is_gone_stays_refused(staff: TestClient, entry: Entry) -> None:
    path = drafted(staff, entry)
    published(staff, amend("HZ-001", is_online=False))
    published(staff, act("cancel", "HZ-001"))
    for _ in range(2):
        assert rebased(staff, path) == []
        shown = previewed(staff, path)
        assert (shown["publishable"], len(shown["entries"][0]["refusals"])) == (False, 1)
        assert "HZ-001 在 2026-03-02 已经取消" in shown["conflicts"][0]
    assert decided(staff, path).json()["errors"][0]["rule"] == "not-in-force"
    staff.post(f"{path}/return", json={"reason": "HZ-001 已取消"})
    published(staff, {"kind": "create", "code": "HZ-001", "content": content(staff)})
    assert [*told(rebased(staff, path))][-1] == (1, "JD-001", "is_online", True, False)
    assert decided(staff, path).status_code == 200


def content(staff: TestClient) -> dict[str, Any]:
    before = found(staff, "HZ-001", "2026-03-01")
    stated = ("name", "division_code", "department_code", "online_depths")
    return {name: before[name] for name in stated} | {"is_online": False}


def test_a_copy_of_a_copy_follows_the_first(staff: TestClient, client: TestClient) -> None:
    path = drafted(
        staff,
        split("HZ-001", part("HZ-011"), part("HZ-012", is_online=None)),
        split("HZ-012", part("HZ-013"), part("HZ-014", promised_limit=6)),
        take_over("JD-001", "HZ-013", department_code=STREET),
        amend("JD-001", on="2026-07-01", is_online=True),
    )
    published(staff, amend("HZ-001", promised_limit=15, is_online=False))
    assert [*told(rebased(staff, path))] == [
        (2, "HZ-011", "promised_limit", 20, 15),
        (2, "HZ-011", "is_online", True, False),
        (3, "HZ-012", "promised_limit", 20, 15),
        (5, "HZ-013", "promised_limit", 20, 15),
        (7, "JD-001", "promised_limit", 20, 15),
    ]
    assert decided(staff, path).status_code == 200
    assert [found(client, code)["promised_limit"] for code in ("HZ-011", "HZ-013", "HZ-014", "JD-001")] == [
        15, 15, 6, 15
    ]  # fmt: skip
    assert [found(client, "JD-001", day)["is_online"] for day in ("2026-03-02", "2026-07-01")] == [None, True]


def test_what_the_change_set_itself_changed_before_the_copy_is_what_it_wants(
    staff: TestClient, client: TestClient
) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=7), TAKEN | {"content": {"department_code": STREET}})
    published(staff, amend("HZ-001", promised_limit=15, is_online=False))
    assert [(each["code"], each["field"], each["kept"]) for each in rebased(staff, path)] == [
        ("HZ-001", "promised_limit", "mine"), ("JD-001", "is_online", "theirs"),
    ]  # fmt: skip
    assert decided(staff, path).status_code == 200
    assert [found(client, code)["promised_limit"] for code in ("HZ-001", "JD-001")] == [7, 7]


def test_a_merger_of_which_every_value_is_left_to_others_is_a_merger_still(
    staff: TestClient, client: TestClient
) -> None:
    path = drafted(staff, merge("HZ-002", into="HZ-001", promised_limit=15))
    published(staff, amend("HZ-001", promised_limit=12))
    (difference,) = rebased(staff, path, (2, "promised_limit"))
    assert (difference["kept"], staff.get(path).json()["entries"]) == ("theirs", {"merge": 2})
    assert decided(staff, path).status_code == 200
    assert found(client, "HZ-001")["promised_limit"] == 12
    assert client.get("/v1/items/HZ-002").json()["successor_codes"] == ["HZ-001"]


def test_a_part_of_what_was_transferred_follows_it(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, split("HZ-001", part("HZ-011"), part("HZ-012")))
    published(staff, transfer("HZ-001", MARKET))
    assert [each[2] for each in told(rebased(staff, path))] == ["department_code"] * 2
    assert decided(staff, path).status_code == 200
    assert found(client, "HZ-011")["department_name"] == "海珠区行政审批局"


def test_a_hundred_copies_are_renewed_by_as_many_statements_as_two(database: Database) -> None:
    publish(database, department("MZ-2"), *items(102))
    codes = [draft.code for draft in items(102)]
    taken = {}
    with database.write() as connection:
        sets = [service.create(connection, Cover("承接", START), by=TESTER, now=NOW) for _ in range(2)]
        for number, some in zip(sets, (codes[:2], codes[2:]), strict=True):
            service.add(connection, number, acts("take_over", some), by=TESTER, now=NOW)
    publish(database, *(amended(code, START, is_online=True) for code in codes))
    with database.write() as connection:
        for number in sets:
            with counted() as sent:
                taken[number] = len(rebase(connection, number, (), by=TESTER, now=NOW).differences), len(sent)
    (few, least), (many, most) = taken.values()
    assert (few, many) == (2, 100)
    assert most <= least + 2
