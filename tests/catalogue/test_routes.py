"""Reading items over HTTP."""

from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import department, item, publish


def test_an_item_is_found_by_its_code(database: Database, client: TestClient) -> None:
    publish(database, department(), item("HZ-001", is_online=True, materials=[{"name": "申请表", "necessity": "3"}]))
    answer = client.get("/v1/items/HZ-001").json()
    assert answer["name"] == "养老机构备案"
    assert answer["is_online"] is True
    assert answer["status"] == "1"
    assert answer["deferrable_material_count"] == 1
    assert answer["department_name"] == "海珠区民政局"
    assert answer["valid_to"] is None


def test_a_list_says_its_total_and_its_dates(database: Database, client: TestClient) -> None:
    publish(database, department(), item("HZ-001", is_online=True), item("HZ-002", name="社团登记", is_online=False))
    answer = client.get("/v1/items?is_online=true").json()
    assert [each["code"] for each in answer["items"]] == ["HZ-001"]
    assert (answer["total"], answer["next"], answer["as_of"], answer["revision"]) == (1, None, "2026-03-02", 1)
