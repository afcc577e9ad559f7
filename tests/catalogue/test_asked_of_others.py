"""What a filter may ask that an item does not say itself: whether others bear its name, whether it is of its main item."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import amend, department, draft, item, publish

OTHER = "11440106MB2C9012XA"


def codes(client: TestClient, condition: str, **moment: str) -> list[str]:
    answer = client.get("/v1/items", params={"filter": condition, **moment})
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


class TestSharesName:
    """部门内是否重名."""

    @pytest.fixture(autouse=True)
    def bureau(self, database: Database) -> None:
        publish(
            database,
            department(),
            department(OTHER, name="天河区民政局"),
            item("HZ-001", name="公墓审批"),
            item("HZ-002", name="公墓审批"),
            item("HZ-003", name="公墓审批（变更）"),
            item("TH-001", name="公墓审批", department_code=OTHER),
        )

    def test_two_items_of_a_department(self, client: TestClient) -> None:
        assert codes(client, "shares_name = true") == ["HZ-001", "HZ-002"]
        assert codes(client, "NOT 部门内是否重名 = true") == ["HZ-003", "TH-001"]

    def test_not_when_one_is_called_otherwise(self, database: Database, client: TestClient) -> None:
        publish(database, amend("HZ-002", date(2026, 3, 2), name="骨灰堂审批"), on=date(2026, 3, 2))
        assert codes(client, "shares_name = true") == []
        assert codes(client, "shares_name = true", as_of="2026-03-01") == ["HZ-001", "HZ-002"]
        assert codes(client, "shares_name = true", known_at="1") == ["HZ-001", "HZ-002"]

    def test_not_with_one_that_is_gone(self, database: Database, client: TestClient) -> None:
        publish(database, draft("cancel", "HZ-002", start=date(2026, 3, 2)), on=date(2026, 3, 2))
        assert codes(client, "shares_name = true") == []


def test_whether_an_item_is_of_its_main_item(database: Database, client: TestClient) -> None:
    own = "000111001002"
    publish(
        database,
        department(),
        item("A", catalog_code=own, parent_code="000111001000"),
        item("B", name="B", catalog_code=own, parent_code="000111002000"),
        item("C", name="C", catalog_code=own, parent_code="主项 17"),
        item("D", name="D", catalog_code=own),
    )
    assert codes(client, "is_of_its_main_item = true") == ["A"]
    assert codes(client, "is_of_its_main_item = false") == ["B"]
    assert codes(client, "is_of_its_main_item IS NULL") == ["C", "D"]
