"""Undoing splits, mergers, items taken over, delegated and transferred: items, and where they come from, as before."""

from typing import TypeAlias

import orjson
import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import Entry, amend, decided, published
from tests.changes.wishes import MARKET, STREET, delegate, found, merge, part, split, take_over, three_items, transfer
from tests.review.test_undo import undo, undone, without

CODES = ("HZ-001", "HZ-002", "HZ-003", "HZ-011", "HZ-012", "HZ-020", "JD-001")
DAYS = ("2026-03-01", "2026-03-02", "2026-05-15", "2027-01-01")
BEFORE, ACT, UNDOING, AGAIN = 2, 3, 4, 5
ACTS: dict[str, list[Entry]] = {
    "a split": [split("HZ-001", part("HZ-011"), part("HZ-012", promised_limit=5))],
    "a split of which one part keeps the code": [split("HZ-001", part("HZ-001", name="成立登记"), part("HZ-012"))],
    "a merger into a new item": [merge("HZ-001", "HZ-002", into="HZ-020", name="社会团体登记和变更")],
    "a merger into one that goes on": [merge("HZ-002", into="HZ-001", promised_limit=15)],
    "a merger into one that stays as it is": [merge("HZ-002", "HZ-003", into="HZ-001")],
    "a delegation": [delegate("HZ-001", part("JD-001", department_code=STREET))],
    "a delegation to some": [delegate("HZ-001", part("JD-001", department_code=STREET), keeps=True)],
    "an item taken over": [take_over("JD-001", "HZ-001", department_code=STREET)],
    "a transfer": [transfer("HZ-001", MARKET, code="SP-001")],
    "a chain": [
        amend("HZ-001", promised_limit=7),
        split("HZ-001", part("HZ-011"), part("HZ-012")),
        merge("HZ-012", "HZ-002", into="HZ-020"),
        take_over("JD-001", "HZ-020", department_code=STREET),
    ],
}
Said: TypeAlias = list[object]


@pytest.fixture(autouse=True)
def catalogue(database: Database, staff: TestClient) -> None:
    """HZ-001 has a plan for next year, and is suspended for some days."""
    three_items(database)
    suspended = {"kind": "suspend", "code": "HZ-001", "effective_on": "2026-05-01", "until": "2026-06-01"}
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=3), suspended)


def said(client: TestClient, revision: int) -> Said:
    """Every item on some days as known at a revision, and the answers under each code: it, and where it comes from."""
    listed = [
        client.get("/v1/items", params={"as_of": day, "known_at": revision, "format": "ndjson"}).text.splitlines()
        for day in DAYS
    ]
    items = [[without(orjson.loads(line), "version", "url") for line in lines] for lines in listed]
    return [items, [answer(client, code, revision) for code in CODES]]


def answer(client: TestClient, code: str, revision: int) -> Said:
    """What a code that nobody has answers is the same whether somebody had it or not."""
    shown, lines = (client.get(f"/v1/items/{code}{more}?known_at={revision}") for more in ("", "/lineage"))
    story = lines.json()
    links = [
        [(each["kind"], each["id"], each["code"], each["since"]) for each in story.get(side, ())]
        for side in ("predecessors", "successors")
    ]
    transfers = [(each["since"], each["from"]["code"], each["to"]["code"]) for each in story.get("transfers", ())]
    return [shown.status_code, shown.json().get("id"), shown.json().get("successor_codes"), links, transfers]


ON_BOTH = ("a split of which one part keeps the code", "a merger into one that goes on", "a transfer", "a chain")


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(entries, id=name, marks=() if name in ON_BOTH else pytest.mark.one_database)
        for name, entries in ACTS.items()
    ],
)
def test_items_and_where_they_come_from_are_as_before(
    staff: TestClient, client: TestClient, entries: list[Entry]
) -> None:
    before = said(client, BEFORE)
    done = published(staff, *entries)
    state = said(client, ACT)
    assert state != before
    back = undone(staff, done["id"])
    assert said(client, UNDOING) == before
    assert said(client, ACT) == state, "what was known stays known"
    undone(staff, back["id"])
    assert said(client, AGAIN) == state, "the undoing undone"
    undone(staff, done["id"])
    assert said(client, AGAIN + 1) == before, "and once more"
    assert said(client, ACT) == said(client, AGAIN) == state


def test_what_was_split_names_its_parts_no_longer(staff: TestClient, client: TestClient) -> None:
    done = published(staff, *ACTS["a split"])
    assert client.get("/v1/items/HZ-001").json()["successor_codes"] == ["HZ-011", "HZ-012"]
    undone(staff, done["id"])
    assert client.get("/v1/items/HZ-001/lineage").json()["successors"] == []
    assert found(client, "HZ-001")["promised_limit"] == 20
    assert found(client, "HZ-001", "2027-01-01")["promised_limit"] == 3
    known = client.get("/v1/items/HZ-001/lineage", params={"known_at": done["revision"]}).json()
    assert [each["code"] for each in known["successors"]] == ["HZ-011", "HZ-012"]
    later = published(staff, split("HZ-001", part("HZ-012"), part("HZ-013")))
    assert client.get("/v1/items/HZ-001").json()["successor_codes"] == ["HZ-012", "HZ-013"]
    undone(staff, later["id"])
    assert client.get("/v1/items/HZ-001/lineage").json()["successors"] == []


def test_of_an_undoing_in_part_only_that_part_is_turned_back(staff: TestClient, client: TestClient) -> None:
    two = [take_over("JD-001", "HZ-001", department_code=STREET), take_over("JD-002", "HZ-002", department_code=STREET)]
    path = undo(staff, published(staff, *two)["id"]).headers["Location"]
    assert staff.delete(f"{path}/entries/1").status_code == 200
    assert decided(staff, path).status_code == 200
    assert [each["code"] for each in client.get("/v1/items/HZ-001/lineage").json()["successors"]] == ["JD-001"]
    assert client.get("/v1/items/HZ-002/lineage").json()["successors"] == []
    assert [client.get(f"/v1/items/JD-00{n}").status_code for n in (1, 2)] == [200, 404]
