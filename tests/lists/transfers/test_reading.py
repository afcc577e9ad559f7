"""GET /v1/transfers and what it leads to: batches, totals, one batch, the hand-overs of an item, the rate."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import TRANSFER
from app.db import Database
from tests.factories import draft, publish
from tests.lists.transfers.desk import BUREAU, CIVIL, HOUSING, MOVED, ON, REGISTRATION, hand_over, published

LATER = "2026-06-01"


@pytest.fixture(autouse=True)
def batches(staff: TestClient) -> None:
    """Two items on April 1st, one of housing on June 1st."""
    published(staff, hand_over(staff, REGISTRATION, "HZ-003", batch=1, document_number="海编办〔2026〕3号"))
    published(staff, staff.post("/v1/transfers/HZ-transfer-1/close", params={"effective_on": "2026-05-01"}))
    second: dict[str, Any] = {"code": "HZ-transfer-2", "name": "第二批划转事项", "batch": 2}
    published(staff, hand_over(staff, "HZ-004", on=LATER, **second))


def test_batches_in_force_and_what_they_come_to(client: TestClient) -> None:
    told = client.get(f"/v1/transfers?as_of={LATER}").json()
    assert [
        (each["code"], each["handed_over_on"], each["entry_count"], each["department_count"], each["is_closed"])
        for each in told["items"]
    ] == [("HZ-transfer-1", ON, 2, 2, True), ("HZ-transfer-2", LATER, 1, 1, None)]
    assert told["items"][0]["department_name"] == "海珠区行政审批局"
    assert (told["total"], told["next"]) == (2, None)
    totals = told["totals"]
    assert (totals["batches"], totals["departments"], totals["items"]) == (2, 2, 3)
    assert client.get(totals["items_url"]).json()["total"] == 3
    assert client.get(f"/v1/transfers?as_of={ON}").json()["totals"]["items"] == 2
    assert client.get(f"/v1/transfers?as_of={LATER}&within=440106").json()["totals"]["batches"] == 0
    page = client.get(f"/v1/transfers?as_of={LATER}&limit=1").json()
    assert [each["code"] for each in client.get(page["next"]).json()["items"]] == ["HZ-transfer-2"]


def test_what_is_cancelled_since_was_handed_over_all_the_same(client: TestClient, database: Database) -> None:
    publish(database, draft("cancel", "HZ-003", start=date.fromisoformat(LATER)))
    told = client.get(f"/v1/transfers/HZ-transfer-1?as_of={LATER}").json()
    assert [each["item"] and each["item"]["code"] for each in told["entries"]] == [MOVED, None]
    assert (told["entry_count"], told["item_count"]) == (2, 1)
    (listed,) = (
        each for each in client.get(f"/v1/transfers?as_of={LATER}").json()["items"] if each["code"] == told["code"]
    )
    for batch in (told, listed):
        items = client.get(batch["items_url"]).json()
        assert (items["total"], [each["code"] for each in items["items"]]) == (batch["item_count"], [MOVED])
    totals = client.get(f"/v1/transfers?as_of={LATER}").json()["totals"]
    assert totals["items"] == client.get(totals["items_url"]).json()["total"] == 2


def test_what_joins_an_open_batch_has_a_day_of_its_own(client: TestClient, database: Database) -> None:
    day = date(2026, 7, 1)
    entries = [
        {"code": code, "from_department_code": giver} for code, giver in (("HZ-002", CIVIL), ("HZ-004", HOUSING))
    ]
    joining = draft("amend", "HZ-transfer-2", {"entries": entries}, kind=TRANSFER, start=day)
    publish(database, draft("transfer", "HZ-002", {"department_code": BUREAU}, start=day), joining)
    told = client.get("/v1/transfers/HZ-transfer-2?as_of=2026-08-01").json()
    assert told["handed_over_on"] == LATER
    assert [(each["code"], each["handed_over_on"]) for each in told["entries"]] == [
        ("HZ-002", "2026-07-01"),
        ("HZ-004", LATER),
    ]


def test_a_batch_that_is_not_there(client: TestClient) -> None:
    early = client.get(f"/v1/transfers/HZ-transfer-2?as_of={ON}")
    assert early.status_code == 404
    assert early.json()["detail"] == f"{ON} 没有划转批次 HZ-transfer-2：它从 {LATER} 起有效。"
    assert "没有编码为 X-9 的划转批次" in client.get("/v1/transfers/X-9").json()["detail"]


def test_the_hand_overs_of_an_item(staff: TestClient, client: TestClient) -> None:
    back: dict[str, Any] = {"code": "HZ-transfer-3", "name": "第三批", "department_code": CIVIL}
    published(staff, hand_over(staff, MOVED, on=LATER, **back))
    told = client.get(f"/v1/items/{REGISTRATION}/transfers?as_of={LATER}").json()
    assert [
        (each["batch_code"], each["handed_over_on"], each["code"], each["from_department_code"], each["is_closed"])
        for each in told["items"]
    ] == [("HZ-transfer-1", ON, REGISTRATION, CIVIL, True), ("HZ-transfer-3", LATER, MOVED, BUREAU, None)]
    assert told["items"][0]["supervising_department_name"] == "海珠区民政局"
    assert told["items"][1]["to_department_name"] == "海珠区民政局"
    assert client.get(told["items"][0]["url"]).status_code == 200
    assert client.get("/v1/items/HZ-003/transfers?as_of=2026-03-31").json()["items"] == []
    assert client.get("/v1/items/HZ-009/transfers").status_code == 404


def test_a_batch_is_closed_once(staff: TestClient) -> None:
    again = staff.post("/v1/transfers/HZ-transfer-1/close", params={"effective_on": LATER})
    assert (again.status_code, again.json()["errors"][0]["rule"]) == (422, "unchanged")
    assert staff.post("/v1/transfers/X-9/close").status_code == 404


def test_the_rate_counts_licences_only(client: TestClient) -> None:
    """Two of three by April; what is no licence is in neither."""
    told = client.get(f"/v1/metric-values?metric=transfer_rate&as_of={ON}").json()["values"][0]
    assert (told["numerator"], told["denominator"], told["unknown"], told["percent"]) == (2, 3, 0, 66.67)
    assert client.get(told["numerator_url"]).json()["total"] == 2
    early = client.get(f"/v1/metric-values?metric=transfer_rate&as_of={ON}&known_at=1").json()["values"][0]
    assert (early["unknown"], early["denominator"], early["percent"]) == (3, 3, None), "no batch was known"
