"""Where an item comes from and what came of it, by the day and as it was known."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.catalogue import lineage
from app.catalogue.lineage import Lineage
from app.catalogue.objects import ITEM
from app.changes.entries import as_drafts
from app.changes.rules import Draft
from app.changes.schemas import NewEntry
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish
from tests.statements import counted

MARKET = "11440105MB2D12345X"
SPLIT, MERGED, MOVED = date(2024, 7, 1), date(2025, 3, 1), date(2025, 9, 1)


def act(day: date, **entry: Any) -> list[Draft]:
    return as_drafts(NewEntry.model_validate(entry), day, "")


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """社会团体登记 is split, two are merged, one is taken over and one transferred."""
    publish(database, department(), department(MARKET, name="海珠区行政审批局"), on=date(2024, 1, 2))
    publish(database, item("HZ-001", name="社会团体登记"), item("HZ-002", name="社会团体年检"), on=date(2024, 1, 3))
    parts = [{"code": "HZ-011", "content": {"name": "社会团体成立登记"}}, {"code": "HZ-012"}]
    publish(database, *act(SPLIT, kind="split", code="HZ-001", into=parts), on=date(2024, 6, 3))
    publish(database, *act(MERGED, kind="merge", code="HZ-020", **{"from": ["HZ-012", "HZ-002"]}), on=MERGED)
    moved = {"department_code": MARKET, "code": "SP-011"}
    publish(database, *act(MOVED, kind="transfer", code="HZ-011", content=moved), on=MOVED)
    taken = {"department_code": CIVIL_AFFAIRS, "name": "社会团体成立初审"}
    publish(database, *act(MOVED, kind="take_over", code="JD-001", **{"from": ["SP-011"]}, content=taken), on=MOVED)


def told(client: TestClient, code: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}/lineage?{query}")
    assert answer.status_code == 200, answer.text
    Lineage.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def relatives(answer: dict[str, Any], side: str) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["code"], each["since"]) for each in answer[side]]


def test_one_step_each_way(client: TestClient) -> None:
    answer = told(client, "HZ-012")
    assert (answer["code"], answer["name"], answer["revision"]) == ("HZ-012", "社会团体登记", 6)
    assert relatives(answer, "predecessors") == [("split", "HZ-001", "2024-07-01")]
    assert relatives(answer, "successors") == [("merge", "HZ-020", "2025-03-01")]
    (whole,) = answer["predecessors"]
    assert (whole["name"], whole["department_code"], whole["department_name"]) == (
        "社会团体登记",
        CIVIL_AFFAIRS,
        "海珠区民政局",
    )
    merged = told(client, "HZ-020")
    assert relatives(merged, "predecessors") == [("merge", "HZ-012", "2025-03-01"), ("merge", "HZ-002", "2025-03-01")]


def test_links_lead_to_what_held_then_and_further_on(client: TestClient) -> None:
    answer = told(client, "HZ-012")
    for each in answer["predecessors"] + answer["successors"]:
        then = client.get(each["url"]).json()
        assert (then["id"], then["code"], then["name"]) == (each["id"], each["code"], each["name"])
        assert client.get(each["lineage_url"]).json()["id"] == each["id"]
    further = client.get(answer["successors"][0]["lineage_url"]).json()
    assert relatives(further, "predecessors")[0] == ("merge", "HZ-012", "2025-03-01")


def test_on_a_day_before_nothing_had_come_of_it(client: TestClient) -> None:
    day_before = told(client, "HZ-001", "as_of=2024-06-30")
    assert (day_before["successors"], day_before["as_of"]) == ([], "2024-06-30")
    assert len(told(client, "HZ-001", "as_of=2024-07-01")["successors"]) == 2


def test_it_is_told_as_it_was_known(client: TestClient) -> None:
    assert told(client, "HZ-001", "known_at=2")["successors"] == []
    known = told(client, "HZ-001", "known_at=3")
    assert [each["code"] for each in known["successors"]] == ["HZ-011", "HZ-012"]
    assert all("known_at=3" in each["url"] for each in known["successors"])
    assert client.get("/v1/items/HZ-001?known_at=2").status_code == 200
    assert client.get("/v1/items/HZ-001?known_at=3").json()["successor_codes"] == ["HZ-011", "HZ-012"]


def test_a_transfer_is_part_of_it(client: TestClient) -> None:
    (transfer,) = told(client, "HZ-011")["transfers"]
    old, new = transfer["from"], transfer["to"]
    assert transfer["since"] == "2025-09-01"
    assert (old["code"], old["department_name"]) == ("HZ-011", "海珠区民政局")
    assert (new["code"], new["department_name"]) == ("SP-011", "海珠区行政审批局")
    assert client.get(old["url"]).json()["code"] == "HZ-011"
    assert told(client, "HZ-011", "as_of=2025-08-31")["transfers"] == []


def test_what_is_taken_over_stands_beside_what_goes_on(client: TestClient) -> None:
    answer = told(client, "SP-011")
    assert relatives(answer, "successors") == [("take_over", "JD-001", "2025-09-01")]
    assert relatives(told(client, "JD-001"), "predecessors") == [("take_over", "SP-011", "2025-09-01")]
    assert client.get("/v1/items/SP-011").status_code == 200


def test_what_was_only_cancelled_names_nobody(client: TestClient, database: Database) -> None:
    publish(database, draft("cancel", "SP-011", start=date(2026, 1, 1)), on=date(2026, 1, 1))
    gone = client.get("/v1/items/SP-011")
    assert (gone.status_code, "successor_codes" in gone.json()) == (410, False)
    assert "已取消。" in gone.json()["detail"]


def test_successors_are_named_by_the_code_they_have(client: TestClient) -> None:
    """HZ-011 has become SP-011 since it was split off."""
    assert client.get("/v1/items/HZ-001").json()["successor_codes"] == ["SP-011", "HZ-012"]
    assert client.get("/v1/items/HZ-001?as_of=2024-12-31").json()["successor_codes"] == ["HZ-011", "HZ-012"]


def test_many_successors_are_counted_in_the_sentence(client: TestClient, database: Database) -> None:
    parts = [{"code": f"HZ-{n}"} for n in range(100, 112)]
    publish(database, *act(date(2026, 1, 1), kind="split", code="HZ-020", into=parts), on=date(2026, 1, 1))
    problem = client.get("/v1/items/HZ-020").json()
    assert len(problem["successor_codes"]) == 12
    assert "HZ-109 等 12 个事项。" in problem["detail"]


def test_what_a_revision_learned_may_be_turned_back(client: TestClient, database: Database) -> None:
    later = publish(database, amend("HZ-020", date(2026, 1, 1), is_online=True), on=date(2026, 1, 1))
    with database.write() as connection:
        lineage.turn_back(connection, 3, select(ITEM.table.c.id), later)
    assert told(client, "HZ-001")["successors"] == []
    assert relatives(told(client, "HZ-012"), "successors") == [("merge", "HZ-020", "2025-03-01")]
    assert len(told(client, "HZ-001", f"known_at={later - 1}")["successors"]) == 2


def test_an_item_nobody_knows_has_no_lineage(client: TestClient) -> None:
    assert client.get("/v1/items/HZ-404/lineage").status_code == 404
    assert client.get("/v1/items/HZ-001/lineage?division_code=440106").status_code == 404
    assert client.get("/v1/items/HZ-001/lineage?day=2024-01-01").status_code == 422


def test_it_takes_a_few_statements_and_is_not_sent_twice(client: TestClient) -> None:
    with counted() as sent:
        answer = client.get("/v1/items/HZ-012/lineage")
    assert len(sent) <= 5, sent
    again = client.get("/v1/items/HZ-012/lineage", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
