"""Change sets about the same objects: each preview names the others that are open, and how much they share."""

import pytest
from fastapi.testclient import TestClient

from app.changes.rivals import Rival, outdated, rivals
from app.db import Database
from tests.changes.desk import act, amend, approved, decided, drafted, opened, previewed, published
from tests.factories import CIVIL_AFFAIRS, department, item, publish


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    items = [item(f"HZ-{number:03}", promised_limit=20) for number in range(1, 131)]
    publish(database, department(), *items)


def number_of(path: str) -> int:
    return int(path.rsplit("/", 1)[1])


def rivals_of(database: Database, path: str) -> list[Rival]:
    with database.read() as connection:
        return rivals(connection, number_of(path))


def test_the_second_ones_preview_says_so_and_the_first_ones_too(staff: TestClient) -> None:
    first = drafted(staff, amend("HZ-001", promised_limit=10), amend("HZ-002", promised_limit=10))
    second = drafted(staff, amend("HZ-002", is_online=True), amend("HZ-003", is_online=True))
    for mine, other in ((first, second), (second, first)):
        (told,) = previewed(staff, mine)["also_open"]
        assert told == {
            "change_set": number_of(other), "title": "调整办事指南", "author": "审批局 王敏", "status": "draft",
            "objects": 1, "codes": ["HZ-002"], "url": other,
        }  # fmt: skip


def test_it_is_about_objects_not_about_fields_or_days(staff: TestClient) -> None:
    mine = drafted(staff, amend("HZ-001", promised_limit=10))
    other = drafted(staff, amend("HZ-001", on="2030-01-01", is_online=True))
    assert [each["change_set"] for each in previewed(staff, mine)["also_open"]] == [number_of(other)]


def test_an_object_counts_once_under_whatever_codes(staff: TestClient, database: Database) -> None:
    mine = drafted(staff, amend("HZ-001", promised_limit=10))
    drafted(
        staff, amend("HZ-001", code="HZ-901"), amend("HZ-001", is_online=True), act("cancel", "HZ-001", "2030-01-01")
    )
    drafted(staff, amend("HZ-001", on="2027-01-01", code="HZ-801"))
    assert [(each.objects, each.codes) for each in rivals_of(database, mine)] == [(1, ["HZ-001"]), (1, ["HZ-001"])]


def test_what_is_submitted_or_returned_is_open_still(staff: TestClient, database: Database) -> None:
    mine = drafted(staff, amend("HZ-001", promised_limit=10))
    others = [drafted(staff, amend("HZ-001", is_online=True)) for _ in range(4)]
    for path in others[:3]:
        staff.post(f"{path}/submit")
    staff.post(f"{others[1]}/return", json={"reason": "请核对"})
    staff.post(f"{others[2]}/withdraw")
    assert [(each.number, each.status) for each in rivals_of(database, mine)] == [
        (number_of(others[0]), "submitted"), (number_of(others[1]), "returned"), (number_of(others[3]), "draft"),
    ]  # fmt: skip


def test_of_many_shared_objects_a_hundred_are_named_and_all_counted(staff: TestClient, database: Database) -> None:
    entries = [amend(f"HZ-{number:03}", is_online=True) for number in range(130, 0, -1)]
    mine = drafted(staff, *entries)
    drafted(staff, *entries)
    (told,) = rivals_of(database, mine)
    assert told.objects == 130
    assert told.codes == [f"HZ-{number:03}" for number in range(1, 101)]


def test_whoever_is_first_publishes_and_all_of_the_others_entries_are_out_of_date(
    staff: TestClient, database: Database
) -> None:
    entries = [amend(f"HZ-{number:03}", is_online=True) for number in range(1, 131)]
    mine = drafted(staff, *entries)
    published(staff, *(amend(f"HZ-{number:03}", promised_limit=10) for number in range(1, 131)))
    with database.read() as connection:
        assert [each.position for each in outdated(connection, number_of(mine))] == list(range(1, 131))
    last = previewed(staff, mine, after=120)["entries"]
    assert [len(each["refusals"]) for each in last] == [1] * 10
    refused = decided(staff, mine).json()
    assert refused["detail"].startswith("有 130 条要先 rebase，什么都没有写入。第一条：HZ-001 在起草之后由变更单")
    assert len(refused["errors"]) == 100
    staff.post(f"{mine}/rebase", json={})
    assert approved(staff, mine).status_code == 200


def test_what_was_published_before_the_draft_is_no_rival(staff: TestClient, database: Database) -> None:
    published(staff, amend("HZ-001", promised_limit=10))
    mine = drafted(staff, amend("HZ-001", is_online=True))
    assert rivals_of(database, mine) == []
    assert rivals_of(database, opened(staff)) == []
    assert decided(staff, mine).status_code == 200


def test_departments_have_rivals_as_items_have(staff: TestClient, database: Database) -> None:
    mine = drafted(staff, {"object": "department", **amend(CIVIL_AFFAIRS, short_name="民政局")})
    drafted(staff, {"object": "department", **amend(CIVIL_AFFAIRS, name="海珠区民政和养老局")})
    assert [each.codes for each in rivals_of(database, mine)] == [[CIVIL_AFFAIRS]]
