"""Lists over HTTP: what is in force on a day, every edition, the entries with their items, and what changed."""

from datetime import date
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.catalogue.objects import EDITION
from app.db import Database
from app.lists.editions.rules import Entry, difference
from tests.factories import CIVIL_AFFAIRS, draft, publish
from tests.lists.editions.lists import LATER, edition, fill, kept

DAY = {"as_of": "2024-06-30"}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """Since 2025 HZ-003 has the code SP-003 and another name."""
    fill(database)
    renamed = {"code": "SP-003", "name": "慈善组织认定和公开募捐资格审核"}
    publish(database, draft("amend", "HZ-003", renamed, start=date(2025, 1, 1)))


def test_lists_say_how_much_of_them_is_in_force(client: TestClient) -> None:
    found = client.get("/v1/lists", params=DAY).json()
    counted = [(e["code"], e["edition_count"], e["entry_count"], e["item_count"]) for e in found["items"]]
    assert counted == [("deficiency", 1, 1, 1), ("licensing", 1, 2, 2)]
    for each in found["items"]:
        assert client.get(each["items_url"]).json()["total"] == each["item_count"]
        assert client.get(each["entries_url"]).json()["total"] == each["entry_count"]
        assert client.get(each["editions_url"]).json()["total"] == each["edition_count"]
    before = client.get("/v1/lists", params={"as_of": "2021-01-01", "list_kind": "行政许可事项清单"}).json()["items"]
    assert [(each["code"], each["entry_count"], each["item_count"]) for each in before] == [("licensing", 0, 0)]


def test_lists_come_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/lists?limit=1&within=440100").json()
    second = client.get(first["next"]).json()
    assert [each["code"] for page in (first, second) for each in page["items"]] == ["deficiency", "licensing"]
    assert (first["total"], second["next"]) == (2, None)
    assert client.get("/v1/lists?within=440106").json()["total"] == 0


def test_a_cancelled_item_is_an_entry_and_no_item(client: TestClient, database: Database) -> None:
    publish(database, draft("cancel", "HZ-002", start=date(2025, 1, 1)))
    found = client.get("/v1/lists/licensing", params={"as_of": "2025-06-30"}).json()
    assert (found["entry_count"], found["item_count"], client.get(found["items_url"]).json()["total"]) == (2, 1, 1)
    gone = client.get(found["entries_url"]).json()["items"][0]
    assert (gone["code"], gone["name"], gone["item"]) == ("HZ-002", "社会团体成立登记", None)


def test_a_list_shows_what_is_in_force(client: TestClient, database: Database) -> None:
    found = client.get("/v1/lists/licensing", params={"as_of": "2023-12-31"}).json()
    (held,) = found["editions"]
    assert (held["code"], held["document_number"]) == ("licensing-2022", "海府〔2022〕1号")
    assert (held["valid_from"], held["valid_to"]) == ("2022-01-01", "2024-01-01")
    assert [e["code"] for e in client.get(held["entries_url"]).json()["items"]] == ["HZ-001", "HZ-002"]
    publish(database, draft("amend", "licensing-2022", {"note": "勘误"}, kind=EDITION, start=date(2023, 1, 1)))
    (held,) = client.get("/v1/lists/licensing", params={"as_of": "2023-12-31"}).json()["editions"]
    assert (held["note"], held["valid_from"]) == ("勘误", "2022-01-01"), "an erratum is no edition of its own"


def test_editions_are_listed_whatever_the_day(client: TestClient, database: Database) -> None:
    ends = draft("cancel", "licensing-2024", kind=EDITION, start=LATER)
    publish(database, ends, edition("licensing-2027", "HZ-004", start=LATER))
    found = client.get("/v1/lists/licensing/editions", params=DAY).json()
    said = [(each["code"], each["is_in_force"], each["valid_to"]) for each in found["items"]]
    assert said == [
        ("licensing-2022", False, "2024-01-01"),
        ("licensing-2024", True, "2027-01-01"),
        ("licensing-2027", False, None),
    ]
    assert client.get("/v1/lists/licensing/editions", params={**DAY, "known_at": 2}).json()["total"] == 2
    coming = client.get(found["items"][2]["url"]).json()
    assert (coming["code"], coming["entry_count"], coming["unclaimed"]) == ("licensing-2027", 1, [])


def test_an_entry_stands_beside_its_item_of_the_day(client: TestClient) -> None:
    entries = client.get("/v1/lists/licensing/entries?as_of=2025-06-30").json()["items"]
    assert [(each["edition"], each["position"], each["code"]) for each in entries] == [
        ("licensing-2024", 1, "HZ-002"),
        ("licensing-2024", 2, "HZ-003"),
    ]
    assert entries[1]["name"] == "慈善组织认定"
    item = entries[1]["item"]
    assert (item["code"], item["name"]) == ("SP-003", "慈善组织认定和公开募捐资格审核")
    assert (item["department_code"], item["department_name"]) == (CIVIL_AFFAIRS, "海珠区民政局")
    assert client.get(item["url"]).json()["code"] == "SP-003"


def test_entries_of_one_edition_come_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/lists/licensing/entries?edition=licensing-2022&limit=1").json()
    second = client.get(first["next"]).json()
    assert [each["code"] for page in (first, second) for each in page["items"]] == ["HZ-001", "HZ-002"]
    assert (first["total"], second["next"]) == (2, None)


def test_entries_as_files(client: TestClient) -> None:
    text = client.get("/v1/lists/licensing/entries?format=csv&as_of=2025-06-30").text.splitlines()
    assert text[0] == (
        "\ufeff序号,事项编码,基本编码,事项名称,主管部门,实施机关,设定和实施依据,备注,版本编码,现事项编码,现事项名称,现实施部门"
    )
    assert text[2] == "2,HZ-003,,慈善组织认定,,,,,licensing-2024,SP-003,慈善组织认定和公开募捐资格审核,海珠区民政局"
    book = load_workbook(BytesIO(client.get("/v1/lists/licensing/entries?format=xlsx&as_of=2025-06-30").content))
    rows = [[cell.value for cell in row] for row in book["条目"].iter_rows()]
    assert (len(rows), rows[1][:2]) == (3, [1, "HZ-002"])
    empty = client.get("/v1/lists/licensing/entries?format=csv&as_of=2021-01-01")
    assert (empty.status_code, len(empty.text.splitlines())) == (200, 1)


DIFFERENCES: tuple[tuple[dict[str, str], list[str], list[str], int], ...] = (
    ({"from": "2023-01-01", "to": "2025-01-01"}, ["HZ-003"], ["HZ-001"], 1),
    ({"from": "licensing-2022", "to": "licensing-2024"}, ["HZ-003"], ["HZ-001"], 1),
    ({"from": "licensing-2024", "to": "2023-01-01"}, ["HZ-001"], ["HZ-003"], 1),
    ({"from": "2021-01-01"}, ["HZ-002", "HZ-003"], [], 0),
)


def test_what_changed(client: TestClient) -> None:
    for asked, added, removed, kept_count in DIFFERENCES:
        found = client.get("/v1/lists/licensing/diff", params=asked).json()
        assert ([e["code"] for e in found["added"]], [e["code"] for e in found["removed"]]) == (added, removed)
        totals = {"added": len(added), "removed": len(removed), "kept": kept_count, "renamed": 0}
        assert found["totals"] == totals


def test_what_is_listed_in_two_sections_is_counted_in_both() -> None:
    twice = [Entry("upper-1", place, {"catalog_code": "000111001000"}, None) for place in (1, 2)]
    for before, after, counted in ((twice, twice, (0, 0, 2)), (twice, twice[:1], (0, 1, 1))):
        found = difference(before, after)
        assert (len(found.added), len(found.removed), len(found.kept)) == counted


def test_an_item_under_another_code_and_name_is_the_same(client: TestClient, database: Database) -> None:
    publish(database, kept("other"), edition("o-1", "HZ-003", start=date(2024, 1, 1), until=LATER, of="other"))
    again = edition("o-2", start=LATER, of="other", entries=[{"code": "SP-003", "name": "慈善组织公开募捐资格审核"}])
    publish(database, again)
    found = client.get("/v1/lists/other/diff?from=o-1&to=o-2").json()
    assert found["totals"] == {"added": 0, "removed": 0, "kept": 1, "renamed": 1}
    (renamed,) = found["renamed"]
    assert [renamed[side]["name"] for side in ("before", "after")] == ["慈善组织认定", "慈善组织公开募捐资格审核"]


def test_what_there_is_not_is_told_with_what_there_is(client: TestClient) -> None:
    for path, status, said in (
        ("/v1/lists/licencing", 404, "是否为 licensing？"),
        ("/v1/lists/licensing?as_of=2019-01-01", 404, "2020-01-01"),
        ("/v1/lists/licensing/editions/licensing-2023", 404, "是否为 licensing-202"),
        ("/v1/lists/licensing/entries?edition=licensing-2023", 422, "是否为 licensing-202"),
        ("/v1/lists/licensing/diff?from=licensing-22", 422, "是否为 licensing-202"),
        ("/v1/lists/licensing/diff?from=2024-02-30", 422, "from"),
        ("/v1/lists?list_kind=licence", 422, "licensing"),
        ("/v1/lists?within=440199", 422, "440199"),
    ):
        answer = client.get(path)
        assert answer.status_code == status, answer.text
        assert said in answer.json()["detail"]
