"""How many statements a request takes: so many for all, none for each row."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from app.changes import service
from app.changes.entries import as_drafts
from app.changes.rules import Draft
from app.changes.schemas import NewEntry
from app.changes.service import Cover
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.changes.desk import drafted
from tests.factories import START, TESTER, amend, department, item, publish
from tests.statements import counted

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
FEW, MANY = 3, 300


def items(count: int) -> list[Draft]:
    return [item(f"HZ-{number:04}", is_online=False) for number in range(count)]


def drafting_and_publishing(database: Database, drafts: list[Draft]) -> tuple[int, int]:
    with database.write() as connection:
        number = service.create(connection, Cover("批量更新", START), by=TESTER, now=NOW)
        with counted() as drafting:
            service.add(connection, number, drafts, by=TESTER, now=NOW)
        service.submit(connection, number, by=TESTER, now=NOW)
        with counted() as publishing:
            service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))
    return len(drafting), len(publishing)


@pytest.mark.parametrize("what", ["creations", "amendments"])
def test_three_hundred_take_as_many_statements_as_three(database: Database, what: str) -> None:
    publish(database, department())
    if what == "amendments":
        publish(database, *items(FEW + MANY))
    taken = {}
    for first, count in ((0, FEW), (FEW, MANY)):
        drafts = items(FEW + MANY)[first : first + count]
        if what == "amendments":
            drafts = [amend(draft.code, START, is_online=True, promised_limit=5) for draft in drafts]
        taken[count] = drafting_and_publishing(database, drafts)
    drafting, publishing = taken[MANY]
    # PostgreSQL takes so many rows in one INSERT and no more, so a large one is a few statements.
    inserts = 4
    assert drafting <= taken[FEW][0] + inserts
    assert publishing <= taken[FEW][1] + 2 * inserts
    assert drafting <= 17 + inserts
    assert publishing <= 40


def acts(kind: str, codes: list[str]) -> list[Draft]:
    """An act about each item, or two of them."""
    return [draft for code in codes for draft in as_drafts(NewEntry.model_validate(act(kind, code)), START, "")]


def act(kind: str, code: str) -> dict[str, object]:
    there = {"department_code": "MZ-2"}
    bodies: dict[str, dict[str, object]] = {
        "split": {"code": code, "into": [{"code": f"{code}-A"}, {"code": f"{code}-B"}]},
        "merge": {"code": f"{code}-M", "from": [code, code.replace("HZ", "SP")]},
        "take_over": {"code": f"{code}-T", "from": [code], "content": there},
        "delegate": {"code": code, "into": [{"code": f"{code}-D", "content": there}]},
        "transfer": {"code": code, "content": there},
    }
    return {"kind": kind, **bodies[kind]}


@pytest.mark.parametrize("kind", ["split", "merge", "take_over", "delegate", "transfer"])
def test_a_hundred_acts_take_as_many_statements_as_two(database: Database, kind: str) -> None:
    publish(database, department(), department("MZ-2"), *items(102))
    publish(database, *(item(draft.code.replace("HZ", "SP")) for draft in items(102)))
    codes = [draft.code for draft in items(102)]
    few = drafting_and_publishing(database, acts(kind, codes[:2]))
    many = drafting_and_publishing(database, acts(kind, codes[2:]))
    inserts = 4
    assert many[0] <= few[0] + inserts
    assert many[1] <= few[1] + 3 * inserts
    assert many[0] <= 32


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v1/items?limit=1000", 3),
        ("/v1/items?limit=1000&is_online=false&as_of=2026-01-01&known_at=2026-03-01", 4),
        ("/v1/items/HZ-0001", 2),
        ("/v1/items/HZ-0001/versions", 4),
        ("/v1/departments", 3),
        ("/v1/divisions", 3),
        ("/v1/code-lists", 0),
        ("/v1/elements", 0),
    ],
)
def test_reading_takes_a_few_statements(client: TestClient, database: Database, path: str, most: int) -> None:
    publish(database, department(), *items(30))
    with counted() as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= most, sent


def test_lists_of_change_sets_and_entries_take_no_statement_for_each(staff: TestClient, database: Database) -> None:
    publish(database, department(), *items(20))
    creations = [{"kind": "amend", "code": f"HZ-{n:04}", "content": {"is_online": True}} for n in range(20)]
    path = drafted(staff, *creations)
    for creation in creations:
        drafted(staff, creation)
    for listing in ("/v1/change-sets", f"{path}/entries"):
        with counted() as sent:
            assert len(staff.get(listing).json()["items"]) >= 20
        assert len(sent) <= 6, sent
