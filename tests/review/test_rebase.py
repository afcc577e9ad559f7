"""Two people change one item: both values are shown, and the second one decides which is wanted."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.db import Database
from tests.changes.desk import (
    TODAY,
    act,
    add,
    amend,
    approved,
    contents,
    decided,
    drafted,
    opened,
    previewed,
    published,
)
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.review.people import Bureau

pytestmark = pytest.mark.one_database

MARKET = "11440106007506516N"
NEW = {"name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        department(MARKET, name="海珠区市场监管局"),
        item("HZ-001", is_online=False, promised_limit=20, statutory_limit=30),
        item("HZ-002", is_online=True, promised_limit=8),
    )


def rebase(staff: TestClient, path: str, *theirs: tuple[int, str]) -> Response:
    places = [{"position": position, "field": field} for position, field in theirs]
    return staff.post(f"{path}/rebase", json={"keep_theirs": places})


def rebased(staff: TestClient, path: str, *theirs: tuple[int, str]) -> dict[str, Any]:
    answer = rebase(staff, path, *theirs)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def on(client: TestClient, day: str = TODAY, code: str = "HZ-001") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/items/{code}?as_of={day}").json()
    return found


def entries(staff: TestClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get(f"{path}/entries").json()["items"]
    return found


def test_both_values_are_shown_and_this_one_stays_wanted(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10, is_online=True))
    published(staff, amend("HZ-001", promised_limit=15))
    told = rebased(staff, path)
    assert told["differences"] == [
        {"position": 1, "code": "HZ-001", "field": "promised_limit", "label": "承诺办结时限",
         "was": 20, "now": 15, "wanted": 10, "kept": "mine"},
    ]  # fmt: skip
    assert (told["dropped"], told["edition"]) == ([], 3)
    (entry,) = entries(staff, path)
    assert {each["field"]: (each["old"], each["new"]) for each in entry["changes"]} == {
        "promised_limit": (15, 10), "is_online": (False, True),
    }  # fmt: skip
    assert entry["base_revision"] == 2
    assert decided(staff, path).status_code == 200
    assert (on(client)["promised_limit"], on(client)["is_online"]) == (10, True)


def test_or_the_other_one_stays(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10, is_online=True))
    published(staff, amend("HZ-001", promised_limit=15))
    (difference,) = rebased(staff, path, (1, "promised_limit"))["differences"]
    assert difference["kept"] == "theirs"
    assert [each["field"] for each in entries(staff, path)[0]["changes"]] == ["is_online"]
    assert decided(staff, path).status_code == 200
    assert (on(client)["promised_limit"], on(client)["is_online"]) == (15, True)


def test_whoever_has_seen_both_values_may_still_keep_the_other_one(staff: TestClient) -> None:
    """The first answer shows them, and only then somebody can choose."""
    path = drafted(staff, amend("HZ-001", promised_limit=10, is_online=True))
    published(staff, amend("HZ-001", promised_limit=15))
    assert [each["kept"] for each in rebased(staff, path)["differences"]] == ["mine"]
    assert rebased(staff, path, (1, "promised_limit"))["differences"] == []
    assert [each["field"] for each in entries(staff, path)[0]["changes"]] == ["is_online"]


def test_an_entry_of_which_nothing_is_left_is_dropped(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10), amend("HZ-002", promised_limit=5))
    published(staff, amend("HZ-001", promised_limit=15))
    told = rebased(staff, path, (1, "promised_limit"))
    assert (told["dropped"], told["entries"]) == ([1], {"amend": 1})
    assert [each["position"] for each in entries(staff, path)] == [2]


@pytest.mark.parametrize("place", [(1, "is_online"), (1, "no_such"), (2, "promised_limit"), (9, "promised_limit")])
def test_what_no_entry_changes_can_not_be_left_to_others(
    staff: TestClient, database: Database, place: tuple[int, str]
) -> None:
    """Else a slip of the pen would overwrite what was to stay."""
    path = drafted(staff, amend("HZ-001", promised_limit=10), act("cancel", "HZ-002"))
    published(staff, amend("HZ-001", promised_limit=15))
    before, seen = contents(database), previewed(staff, path)["etag"]
    answer = rebase(staff, path, place, (1, "promised_limit"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-field")
    assert answer.json()["errors"][0]["value"] == f"{place[0]}/{place[1]}"
    assert (contents(database), previewed(staff, path)["etag"]) == (before, seen)


def test_a_set_that_is_out_of_date_is_refused_until_then(staff: TestClient, database: Database) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10), amend("HZ-002", is_online=False))
    later = published(staff, amend("HZ-001", is_online=True))
    before = contents(database)
    answer = decided(staff, path)
    assert answer.status_code == 409
    assert [(each["rule"], each["pointer"], each["value"]) for each in answer.json()["errors"]] == [
        ("outdated", "/entries/1", "HZ-001")
    ]
    assert f"由变更单 {later['id']}“调整办事指南”改过（第 2 版）" in answer.json()["detail"]
    assert contents(database) == before
    shown = previewed(staff, path)
    assert (shown["publishable"], len(shown["conflicts"])) == (False, 1)
    assert [len(each["refusals"]) for each in shown["entries"]] == [1, 0]
    rebased(staff, path)
    assert previewed(staff, path)["publishable"] is True
    assert approved(staff, path).status_code == 200


def test_another_field_or_the_same_value_is_no_difference(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    published(staff, amend("HZ-001", promised_limit=10, is_online=True))
    assert rebased(staff, path)["differences"] == []
    assert decided(staff, path).status_code == 200


def test_a_planned_version_keeps_what_it_has_and_takes_what_it_has_not(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    published(staff, amend("HZ-001", promised_limit=15))
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=3))
    published(staff, amend("HZ-001", on="2028-01-01", is_online=True))
    rebased(staff, path)
    (entry,) = previewed(staff, path)["entries"]
    assert [(each["valid_from"], each["value"]) for each in entry["kept"]] == [("2027-01-01", 3), ("2028-01-01", 3)]
    assert decided(staff, path).status_code == 200
    assert [on(client, day)["promised_limit"] for day in (TODAY, "2026-12-31", "2027-01-01")] == [10, 10, 3]


def test_where_others_changed_some_days_only_the_preview_says_which_keep_their_value(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    published(staff, amend("HZ-001", until="2026-07-01", promised_limit=15))
    rebased(staff, path)
    (entry,) = previewed(staff, path)["entries"]
    assert [(each["valid_from"], each["value"]) for each in entry["kept"]] == [("2026-07-01", 20)]


def test_a_preview_that_was_read_before_is_not_what_is_approved(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    staff.post(f"{path}/submit")
    seen = previewed(staff, path)["etag"]
    rebased(staff, path)
    stale = staff.post(f"{path}/approve", headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-since-preview")
    assert approved(staff, path).status_code == 200


def test_an_item_cancelled_meanwhile_is_told_and_its_entry_can_be_taken_out(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10), amend("HZ-002", promised_limit=5))
    published(staff, act("cancel", "HZ-001"))
    assert (rebased(staff, path)["differences"], rebased(staff, path)["dropped"]) == ([], [])
    shown = previewed(staff, path)
    assert not shown["publishable"]
    assert [len(each["refusals"]) for each in shown["entries"]] == [1, 0]
    assert "HZ-001 在 2026-03-02 已经取消" in shown["conflicts"][0]
    assert decided(staff, path).json()["errors"][0]["rule"] == "not-in-force"
    assert staff.post(f"{path}/return", json={"reason": "HZ-001 已取消"}).status_code == 200
    assert staff.delete(f"{path}/entries/1").status_code == 200
    assert decided(staff, path).status_code == 200


def test_several_entries_on_one_item_follow_each_other(staff: TestClient, client: TestClient) -> None:
    path = drafted(
        staff,
        amend("HZ-001", promised_limit=10),
        amend("HZ-001", promised_limit=8, is_online=True),
        amend("HZ-001", on="2026-07-01", promised_limit=5),
    )
    published(staff, amend("HZ-001", promised_limit=15))
    told = rebased(staff, path)
    assert [(each["position"], each["now"]) for each in told["differences"]] == [(1, 15)]
    assert decided(staff, path).status_code == 200
    assert [on(client, day)["promised_limit"] for day in (TODAY, "2026-07-01")] == [8, 5]


def test_where_the_first_of_several_is_left_to_others_the_next_ones_say_so(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10), amend("HZ-001", promised_limit=8))
    published(staff, amend("HZ-001", promised_limit=15))
    told = rebased(staff, path, (1, "promised_limit"))
    assert [(each["position"], each["was"], each["now"], each["kept"]) for each in told["differences"]] == [
        (1, 20, 15, "theirs"), (2, 10, 15, "mine"),
    ]  # fmt: skip
    assert told["dropped"] == [1]
    assert decided(staff, path).status_code == 200


def test_what_the_set_itself_creates_is_left_as_it_is(staff: TestClient, client: TestClient) -> None:
    path = drafted(
        staff,
        {"kind": "create", "code": "HZ-009", "content": NEW},
        amend("HZ-009", on="2026-07-01", is_online=True),
        amend("HZ-001", promised_limit=10),
    )
    published(staff, amend("HZ-001", promised_limit=15))
    assert [each["code"] for each in rebased(staff, path)["differences"]] == ["HZ-001"]
    assert decided(staff, path).status_code == 200
    assert [on(client, day, "HZ-009")["is_online"] for day in (TODAY, "2026-07-01")] == [None, True]


def test_several_codes_of_an_element_are_compared_as_a_set(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", online_depths=["1", "5"], materials=[{"name": "申请表"}]))
    published(staff, amend("HZ-001", online_depths=["5", "1"], materials=[{"name": "申请表"}], is_online=True))
    assert rebased(staff, path)["differences"] == []
    assert decided(staff, path).status_code == 200


@pytest.mark.parametrize("step", ["withdraw", "approve"])
def test_what_is_published_or_withdrawn_is_not_rebased(staff: TestClient, step: str) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    if step == "approve":
        decided(staff, path)
    else:
        staff.post(f"{path}/withdraw")
    answer = rebase(staff, path)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-status")


def test_its_author_or_an_administrator_rebases(bureau: Bureau, editor: TestClient, reviewer: TestClient) -> None:
    path = drafted(editor, amend("HZ-001", promised_limit=10))
    for other in (bureau.editor("民政局 孙丽"), reviewer):
        refused = rebase(other, path)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-yours")
        assert "“民政局 李娜”起草的，只有起草人或管理员" in refused.json()["detail"]
    assert rebase(editor, path).status_code == 200
    assert rebase(bureau.somebody("信息中心 何平"), path).status_code == 200


def test_what_was_transferred_meanwhile_is_no_longer_the_editors(
    staff: TestClient, editor: TestClient, database: Database
) -> None:
    """Who may edit an item is asked again; the entry can still be taken out."""
    path = drafted(editor, amend("HZ-001", promised_limit=10), amend("HZ-002", promised_limit=5))
    published(staff, amend("HZ-001", department_code=MARKET))
    before = contents(database)
    refused = rebase(editor, path)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-yours")
    assert [(each["pointer"], each["value"]) for each in refused.json()["errors"]] == [("/entries/1", "HZ-001")]
    assert f"属于部门 {MARKET}" in refused.json()["detail"]
    assert contents(database) == before
    assert editor.delete(f"{path}/entries/1").status_code == 200
    assert rebase(editor, path).status_code == 200


def test_what_nobody_else_touched_may_be_rebased_too(staff: TestClient) -> None:
    path = opened(staff)
    assert rebased(staff, path)["differences"] == []
    add(staff, path, amend("HZ-001", promised_limit=10))
    assert (rebased(staff, path)["differences"], rebased(staff, path)["dropped"]) == ([], [])
    assert [each["label"] for each in staff.get(path).json()["history"]].count("按现状更新") == 3
