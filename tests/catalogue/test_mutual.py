"""Where both sides of an agreement are in the catalogue, both have to say so."""

from collections.abc import Mapping
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import literal, select

from app.catalogue.mutual import has_items, one_sided, unanswered
from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT
from app.catalogue.versions import Asked
from app.changes.rules import Draft
from app.db import Database
from tests.factories import DIVISION, department, draft, item, publish
from tests.plans import plan

TIANHE, LIWAN = "440106", "440103"
BUREAU = "11440106MB2C9012XA"
FROM = date(2024, 1, 1)
ONE_SIDED = "is_in_one_sided_agreement = true"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """Haizhu and Tianhe are in the catalogue, Liwan is not."""
    publish(
        database,
        department(),
        department(BUREAU, name="天河区政务服务和数据管理局", division_code=TIANHE),
        *(item(f"HZ-00{number}", catalog_code=f"00011170{number}000") for number in (1, 2, 3)),
        item("HZ-004"),
        item("TH-001", division_code=TIANHE, department_code=BUREAU, catalog_code="000111701000"),
        item("TH-009", division_code=TIANHE, department_code=BUREAU, catalog_code="000111709000"),
    )


def agreement(code: str, ours: str, theirs: str, *entries: Mapping[str, str], start: date = FROM) -> Draft:
    content = {"name": code, "division_code": ours, "partner_division_code": theirs, "entries": list(entries)}
    return draft("create", code, content, kind=AGREEMENT, start=start)


def found(client: TestClient, day: str = "2025-01-01") -> list[str]:
    answer = client.get("/v1/items", params={"filter": ONE_SIDED, "as_of": day})
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


def ours(code: str, **stated: str) -> dict[str, str]:
    return {"code": code, **stated}


def test_an_agreement_of_one_side_is_found_until_the_other_says_so_too(client: TestClient, database: Database) -> None:
    named = (ours("HZ-001"), ours("HZ-002"), ours("HZ-003", partner_code="TH-009"), ours("HZ-004"))
    publish(database, agreement("hz-th", DIVISION, TIANHE, *named))
    assert found(client, "2023-12-31") == []
    assert found(client) == ["HZ-001", "HZ-002", "HZ-003", "HZ-004"]
    publish(database, agreement("th-hz", TIANHE, DIVISION, {"code": "TH-001"}, start=date(2024, 7, 1)))
    assert found(client, "2024-06-30") == ["HZ-001", "HZ-002", "HZ-003", "HZ-004"]
    assert found(client) == ["HZ-002", "HZ-003"], "nobody knows what HZ-004 corresponds to"
    more = {"entries": [{"code": "TH-001"}, {"code": "TH-009"}]}
    publish(database, draft("amend", "th-hz", more, kind=AGREEMENT, start=date(2024, 9, 1)))
    assert found(client) == ["HZ-002"]


def test_an_item_of_the_partner_without_a_basic_code_may_be_the_counterpart(
    client: TestClient, database: Database
) -> None:
    publish(database, item("TH-005", division_code=TIANHE, department_code=BUREAU))
    publish(database, agreement("hz-th", DIVISION, TIANHE, ours("HZ-002")))
    publish(database, agreement("th-hz", TIANHE, DIVISION, {"code": "TH-005", "partner_code": "HZ-003"}))
    assert found(client) == ["HZ-002", "TH-005"], "it is said to be another"
    publish(database, draft("amend", "th-hz", {"entries": [{"code": "TH-005"}]}, kind=AGREEMENT, start=FROM))
    assert found(client) == []


def test_a_partner_outside_the_catalogue_is_not_asked(client: TestClient, database: Database) -> None:
    publish(database, agreement("hz-lw", DIVISION, LIWAN, ours("HZ-001")))
    assert found(client) == []


def test_the_code_of_the_partner_goes_before_the_basic_code(client: TestClient, database: Database) -> None:
    """Theirs is known by any code that it was named by, or that it has on the day."""
    publish(database, agreement("hz-th", DIVISION, TIANHE, ours("HZ-001", partner_code="TH-010")))
    publish(database, agreement("th-hz", TIANHE, DIVISION, {"code": "TH-001"}, {"code": "TH-009"}))
    assert found(client) == ["HZ-001", "TH-009"]
    publish(database, draft("amend", "TH-009", {"code": "TH-010"}, start=date(2024, 6, 1)))
    assert (found(client, "2024-05-31"), found(client)) == (["HZ-001", "TH-009"], [])


def test_whether_a_partner_is_there_is_asked_of_its_items_alone(database: Database) -> None:
    asked, place = Asked(latest=True), named_item.c.position
    here = select(has_items(asked, literal(TIANHE)))
    for statement in (here, one_sided(asked, place), unanswered(asked, place, (DIVISION, TIANHE))):
        steps = plan(database, statement.params(moment_as_of=FROM))
        assert [each for each in steps if each.startswith("SCAN item")] == []
