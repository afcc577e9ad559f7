"""Taking over the list above: what is claimed, what is not and why, what is ours alone."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import EDITION
from app.db import Database
from tests.factories import amend, department, draft, item, publish
from tests.lists.conformity.kept import CITY, FROM, a_list, basic, city_list, edition

PENSION, CLINIC, FUNERAL, LOTTERY = "000111001000", "000123004000", "000111018000", "000111099000"
LOCAL, TYPO = "440111001000", "000111777000"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-001", name="养老机构设立许可", catalog_code=PENSION),
        item("HZ-002", name="诊所备案", catalog_code=CLINIC),
        item("HZ-003", name="户外广告设置许可", catalog_code=LOCAL),
        item("HZ-004", name="未赋码事项"),
        city_list("gz-licensing"),
        a_list("hz-licensing", "licensing", upper_list_code="gz-licensing"),
        a_list("hz-own", "own"),
        replace(city_list("gd-licensing"), until=FROM),
        a_list("hz-lost", "licensing", upper_list_code="gd-licensing"),
    )
    above = [
        basic(PENSION, "养老机构设立许可", supervising_department="市民政局", basis="《老年人权益保障法》"),
        basic(CLINIC, "诊所备案"),
        basic(FUNERAL, "殡葬设施审批"),
        basic(LOTTERY, "彩票代销"),
    ]
    unclaimed = [
        {"catalog_code": FUNERAL, "reason": "由市级直接实施"},
        {"catalog_code": PENSION, "reason": "机构尚未设立"},
        {"catalog_code": TYPO, "reason": "本区没有"},
    ]
    publish(
        database,
        edition("gz-2024", "gz-licensing", *above, division_code=CITY, document_number="穗府办〔2024〕1号"),
        edition("hz-2024", "hz-licensing", "HZ-001", "HZ-003", "HZ-004", unclaimed=unclaimed),
    )


def taken(client: TestClient, code: str = "hz-licensing", **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/lists/{code}/take-over", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def states(answer: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(row["state"], row["catalog_code"]) for row in answer["items"]]


def test_every_entry_of_both_lists_stands_on_one_side(client: TestClient) -> None:
    found = taken(client)
    assert states(found) == [
        ("claimed", PENSION),
        ("unclaimed", FUNERAL),
        ("unexplained", CLINIC),
        ("unexplained", LOTTERY),
        ("extra", LOCAL),
        ("unknown", None),
    ]
    claimed, unclaimed, *_ = found["items"]
    assert claimed["upper"] == {
        "edition": "gz-2024",
        "supervising_department": "市民政局",
        "implementing_body": None,
        "basis": "《老年人权益保障法》",
    }
    assert [(each["code"], each["name"]) for each in claimed["ours"]] == [("HZ-001", "养老机构设立许可")]
    assert client.get(claimed["ours"][0]["url"]).json()["catalog_code"] == PENSION
    assert unclaimed["reason"] == "由市级直接实施"
    assert found["items"][-1]["name"] == "未赋码事项"
    assert found["upper"]["editions"][0]["document_number"] == "穗府办〔2024〕1号"
    assert found["ours"]["editions"][0]["entries"] == 3


def test_the_rate_counts_entries_and_every_number_leads_to_its_rows(client: TestClient) -> None:
    found = taken(client)
    coverage = found["catalogue_coverage"]
    assert (coverage["numerator"], coverage["denominator"], coverage["percent"]) == (1, 4, 25.0)
    assert client.get(coverage["denominator_url"]).json()["total"] == 4
    for state, counted in found["counts"].items():
        rows = client.get(counted["url"]).json()
        assert {row["state"] for row in rows["items"]} <= {state}
        assert rows["total"] == counted["count"]


def test_what_contradicts_itself_is_told(client: TestClient) -> None:
    told = [(each["rule"], each["catalog_code"]) for each in taken(client)["contradictions"]]
    assert told == [("claimed-and-unclaimed", PENSION), ("not-in-upper-list", TYPO)]


def test_an_entry_claims_by_its_own_basic_code_before_that_of_its_item(client: TestClient, database: Database) -> None:
    """The item may have got another one meanwhile; what the document says stays."""
    publish(database, amend("HZ-001", date(2025, 1, 1), catalog_code=LOTTERY))
    assert ("claimed", LOTTERY) in states(taken(client))
    assert ("claimed", PENSION) in states(taken(client, as_of="2024-12-31"))
    entries = [{"code": "HZ-001", "catalog_code": PENSION}, {"code": "HZ-002", "catalog_code": CLINIC}]
    publish(database, draft("amend", "hz-2024", {"entries": entries}, kind=EDITION, start=date(2025, 6, 1)))
    assert [code for state, code in states(taken(client)) if state == "claimed"] == [PENSION, CLINIC]


def test_pages_are_one_walk(client: TestClient) -> None:
    first = taken(client, limit=4)
    second = client.get(first["next"]).json()
    assert states(first) + states(second) == states(taken(client))
    assert (first["total"], second["total"], second["next"]) == (6, 6, None)


def test_without_an_edition_above_there_is_no_rate(client: TestClient) -> None:
    coverage = taken(client, as_of="2023-12-31")["catalogue_coverage"]
    assert (coverage["denominator"], coverage["value"], coverage["percent"]) == (0, None, None)


def test_what_cannot_be_compared(client: TestClient) -> None:
    """A list that there is not, one without a list above, and one whose list above has ended."""
    for code, status, problem in (
        ("hz-none", 404, "object-not-found"),
        ("hz-own", 409, "no-upper-list"),
        ("hz-lost", 409, "no-upper-list"),
    ):
        answer = client.get(f"/v1/lists/{code}/take-over")
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
        assert code in answer.json()["detail"]
