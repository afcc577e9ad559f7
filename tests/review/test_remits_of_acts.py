"""Whose it is to split, merge, take over, delegate and transfer: who has an item may give it away, nobody else."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import Entry, add, amend, approved, contents, drafted, opened, published
from tests.changes.wishes import MARKET, STREET, delegate, found, merge, part, split, take_over, three_items, transfer
from tests.factories import CIVIL_AFFAIRS, item, publish
from tests.review.people import Bureau, refused, submitted


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """Beside the three items of civil affairs the market bureau has one."""
    three_items(database)
    publish(database, item("SP-001", name="食品经营许可", department_code=MARKET))


GIVEN: dict[str, Entry] = {
    "delegated": delegate("HZ-001", part("JD-001", department_code=STREET), part("JD-002", department_code=MARKET)),
    "delegated to some": delegate("HZ-001", part("JD-001", department_code=STREET), keeps=True),
    "transferred": transfer("HZ-001", STREET, code="JD-001"),
    "split": split("HZ-001", part("HZ-011"), part("HZ-012")),
    "merged": merge("HZ-001", "HZ-002", into="HZ-020"),
}


@pytest.mark.parametrize("entry", GIVEN.values(), ids=GIVEN)
def test_an_editor_gives_away_what_is_theirs(editor: TestClient, reviewer: TestClient, entry: Entry) -> None:
    assert approved(reviewer, submitted(editor, entry)).status_code == 200


@pytest.mark.parametrize("entry", GIVEN.values(), ids=GIVEN)
def test_what_belongs_to_others_is_not_given_away(bureau: Bureau, entry: Entry) -> None:
    street = bureau.editor("赤岗街道 何欣", STREET)
    path, before = opened(street), contents(bureau.database)
    document = refused(add(street, path, entry), 403, "not-yours")
    assert f"{CIVIL_AFFAIRS}" in document["detail"]
    assert "“赤岗街道 何欣”只能编辑自己的部门。" in document["detail"]
    assert contents(bureau.database) == before


OTHERS: dict[str, tuple[Entry, str, str]] = {
    "taken over by another department": (
        take_over("JD-001", "HZ-001", department_code=STREET), "JD-001", f"事项 JD-001 属于部门 {STREET}"
    ),
    "merged away from another": (merge("SP-001", into="HZ-001"), "SP-001", f"事项 SP-001 属于部门 {MARKET}"),
    "merged into another's": (merge("HZ-001", into="SP-001"), "SP-001", f"事项 SP-001 属于部门 {MARKET}"),
    "split for another": (
        split("HZ-001", part("HZ-011"), part("JD-001", department_code=STREET)), "JD-001", f"属于部门 {STREET}"
    ),
    "delegated by another": (
        delegate("SP-001", part("HZ-001-1", department_code=CIVIL_AFFAIRS), keeps=True),
        "HZ-001-1", f"事项 HZ-001-1 由部门 {MARKET} 下放",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "code", "says"), OTHERS.values(), ids=OTHERS)
def test_nor_is_anything_taken_or_made_for_others(
    editor: TestClient, database: Database, entry: Entry, code: str, says: str
) -> None:
    path, before = opened(editor), contents(database)
    document = refused(add(editor, path, amend("HZ-003", promised_limit=1), entry), 403, "not-yours")
    assert code in [each["value"] for each in document["errors"]]
    assert says in document["detail"]
    assert contents(database) == before


def test_the_department_that_takes_over_says_so(bureau: Bureau, reviewer: TestClient, client: TestClient) -> None:
    street = bureau.editor("赤岗街道 何欣", STREET)
    path = submitted(street, take_over("JD-001", "HZ-001", department_code=STREET, promised_limit=3))
    assert approved(reviewer, path).status_code == 200
    assert found(client, "JD-001")["department_code"] == STREET


def test_what_is_delegated_may_be_taken_out_again_but_not_amended(editor: TestClient) -> None:
    """As it is published it is the other department's, and so for the rest of the change set."""
    path = drafted(editor, GIVEN["delegated to some"])
    refused(add(editor, path, amend("JD-001", promised_limit=3)), 403, "not-yours")
    assert editor.delete(f"{path}/entries/1").status_code == 200


def test_a_rebase_leaves_what_is_delegated_to_its_giver(
    staff: TestClient, editor: TestClient, reviewer: TestClient, client: TestClient
) -> None:
    path = drafted(editor, GIVEN["delegated"])
    published(staff, amend("HZ-001", promised_limit=15))
    assert editor.post(f"{path}/rebase", json={}).status_code == 200
    assert editor.post(f"{path}/rebase", json={}).status_code == 200
    assert editor.post(f"{path}/submit").status_code == 200
    assert approved(reviewer, path).status_code == 200
    assert found(client, "JD-002")["department_code"] == MARKET


@pytest.mark.parametrize("what", ["delegated", "delegated to some", "split"])
def test_what_was_transferred_meanwhile_is_its_new_departments_to_give(
    staff: TestClient, editor: TestClient, database: Database, what: str
) -> None:
    path = drafted(editor, GIVEN[what])
    published(staff, transfer("HZ-001", MARKET, code="SP-009"))
    before = contents(database)
    document = refused(editor.post(f"{path}/rebase", json={}), 403, "not-yours")
    assert {each["value"] for each in document["errors"]} >= {"HZ-011" if what == "split" else "JD-001"}
    assert MARKET in document["detail"]
    assert contents(database) == before
