"""How many statements reviewing takes: so many for any number of entries, none for each."""

from collections.abc import Callable
from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import amend, drafted, previewed, published
from tests.factories import department, item, publish
from tests.statements import counted

pytestmark = pytest.mark.one_database

FEW, MANY = 3, 300
# PostgreSQL takes so many rows in one INSERT and no more, so a large one is a few statements.
INSERTS = 8


def codes(count: int, first: int = 0) -> list[str]:
    return [f"HZ-{number:04}" for number in range(first, first + count)]


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    items = [item(code, start=date(2024, 1, 1), is_online=False, promised_limit=20) for code in codes(FEW + MANY)]
    publish(database, department(), *items)


def submitted(staff: TestClient, wanted: list[str]) -> str:
    path = drafted(staff, *(amend(code, promised_limit=10, is_online=True) for code in wanted))
    assert staff.post(f"{path}/submit").status_code == 200
    return path


def previewing(staff: TestClient, wanted: list[str]) -> int:
    drafted(staff, *(amend(code, is_online=True) for code in wanted))
    path = submitted(staff, wanted)
    with counted() as sent:
        assert previewed(staff, path)["publishable"] is True
    return len(sent)


def walking_the_items(staff: TestClient, wanted: list[str]) -> int:
    path = submitted(staff, wanted)
    with counted() as sent:
        assert staff.get(f"{path}/preview/items?metric=online_rate&limit=1000").json()["total"] == len(wanted)
    return len(sent)


def approving(staff: TestClient, wanted: list[str]) -> int:
    path = submitted(staff, wanted)
    seen = previewed(staff, path)["etag"]
    with counted() as sent:
        assert staff.post(f"{path}/approve", headers={"If-Match": seen}).status_code == 200
    return len(sent)


def rebasing(staff: TestClient, wanted: list[str]) -> int:
    path = submitted(staff, wanted)
    published(staff, *(amend(code, promised_limit=15) for code in wanted))
    with counted() as sent:
        assert len(staff.post(f"{path}/rebase", json={}).json()["differences"]) == len(wanted)
    return len(sent)


def returning(staff: TestClient, wanted: list[str]) -> int:
    path = submitted(staff, wanted)
    comments = [{"position": place, "text": "请核对"} for place in range(1, len(wanted) + 1)]
    with counted() as sent:
        assert staff.post(f"{path}/return", json={"reason": "请核对", "comments": comments}).status_code == 200
    return len(sent)


def undoing(staff: TestClient, wanted: list[str]) -> int:
    number = published(staff, *(amend(code, promised_limit=10) for code in wanted))["id"]
    published(staff, *(amend(code, is_online=True) for code in wanted))
    with counted() as sent:
        assert staff.post(f"/v1/change-sets/{number}/undo", json={"reason": "有误"}).status_code == 201
    return len(sent)


@pytest.mark.parametrize("doing", [previewing, walking_the_items, approving, rebasing, returning, undoing])
def test_three_hundred_entries_take_as_many_statements_as_three(
    staff: TestClient, doing: Callable[[TestClient, list[str]], int]
) -> None:
    few = doing(staff, codes(FEW))
    many = doing(staff, codes(MANY, FEW))
    assert many <= few + INSERTS
    assert many <= 100
