"""A new edition as a change set: entries or a filter, the edition before it ended, everything wrong told at once."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.db import Database
from tests.changes.desk import decided, opened
from tests.factories import DIVISION, department, item, publish
from tests.lists.editions.lists import LATER, edition, fill, kept

START, TIANHE = "2026-07-01", "11440106007482532A4000111001000"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    fill(database)


def new(staff: TestClient, of: str = "licensing", **said: Any) -> Response:
    query: dict[str, Any] = {"effective_on": said.pop("effective_on", START)}
    query |= {key: said.pop(key) for key in ("change_set", "until", "retroactive") if key in said}
    body = {"code": f"{of}-2026", "name": "2026 年版", "document_number": "海府〔2026〕9号"} | said
    return staff.post(f"/v1/lists/{of}/editions", json=body, params=query)


def entries(*codes: str) -> dict[str, Any]:
    return {"entries": [{"code": code} for code in codes]}


def new_values(entry: dict[str, Any]) -> dict[str, Any]:
    return {each["field"]: each["new"] for each in entry["changes"]}


def faults(answer: Response) -> list[tuple[str | None, str, str | None]]:
    return [(each.get("pointer"), each["rule"], each.get("suggestion")) for each in answer.json()["errors"]]


def test_the_edition_before_it_ends_as_it_begins(staff: TestClient) -> None:
    answer = new(staff, **entries("HZ-002", "HZ-003", "HZ-004"))
    assert answer.status_code == 202, answer.text
    drafted = answer.json()
    assert [(each["kind"], each["code"], each["effective_on"]) for each in drafted["entries"]] == [
        ("cancel", "licensing-2024", START),
        ("create", "licensing-2026", START),
    ]
    assert (drafted["title"], drafted["entry_count"]) == ("海珠区行政许可事项清单：2026 年版", 3)
    assert "licensing-2024（海府〔2024〕1号）从 2026-07-01 起停止，原定长期有效" in drafted["told"][0].replace(
        " 从", "从"
    )
    assert staff.get(drafted["url"]).json()["document_number"] == "海府〔2026〕9号"
    assert decided(staff, drafted["url"]).status_code == 200
    found = staff.get("/v1/lists/licensing/editions?as_of=2026-07-01").json()["items"]
    assert [(each["code"], each["valid_to"]) for each in found][1:] == [
        ("licensing-2024", START),
        ("licensing-2026", None),
    ]
    assert found[2]["division_code"] == DIVISION


def test_a_filter_is_frozen(staff: TestClient, database: Database) -> None:
    """In the division of the list; who supervises is carried over from the edition before; later changes are not seen."""
    supervised = edition(
        "own-1", start=date(2025, 1, 1), of="own", entries=[{"code": "HZ-003", "supervising_department": "民政局"}]
    )
    publish(database, kept("own", list_kind="own"), supervised, item(TIANHE, division_code="440106", task_type="01"))
    publish(database, item("HZ-006"))
    asked = {"filter": "task_type = '01' AND code <> 'HZ-001'"}
    drafted = new(staff, "own", **asked).json()
    assert drafted["entry_count"] == 3
    assert "另有 1 个事项没有填条件所问的内容" in drafted["told"][1], "HZ-006"
    content = new_values(drafted["entries"][1])
    assert content["filter"] == asked["filter"]
    assert content["entries"][:2] == [
        {"code": "HZ-002", "name": "社会团体成立登记"},
        {"code": "HZ-003", "name": "慈善组织认定", "supervising_department": "民政局"},
    ]
    assert decided(staff, drafted["url"]).status_code == 200
    publish(database, item("HZ-005", task_type="01"))
    assert staff.get("/v1/lists/own?as_of=2026-07-01").json()["item_count"] == 3


def test_an_item_of_another_division_is_told(staff: TestClient, database: Database) -> None:
    publish(database, item(TIANHE, division_code="440106"))
    told = new(staff, **entries("HZ-001", TIANHE)).json()["told"]
    assert f"1 个事项不是本区划（440105）的，这样不能发布：{TIANHE}（440106）" in told[1]


def test_all_that_is_wrong_with_entries_is_told_at_once(staff: TestClient) -> None:
    listed = [
        {"code": "HZ-002"},
        {"code": "HZ-20", "name": "殡葬服务许可"},
        {"name": "慈善组织认定"},
        {"code": "HZ-002"},
    ]
    answer = new(staff, entries=listed)
    assert answer.status_code == 422
    assert faults(answer) == [
        ("/entries/1/code", "unknown-item", "HZ-004"),
        ("/entries/2/code", "entry-without-code", "HZ-003"),
        ("/entries/3/code", "item-twice", None),
    ]
    assert "什么都没有写入" in answer.json()["detail"]


REFUSED: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"filter": "is_online = true", **entries("HZ-001")}, 422, "entries-or-filter"),
    ({}, 422, "entries-or-filter"),
    ({"filter": "name = '没有这个'"}, 422, "filter-finds"),
    ({"filter": "A_CONTAINS(lists, ('licencing'))"}, 422, "unknown-list"),
    ({"of": "deficiency", **entries("HZ-002", "HZ-001")}, 422, "item-in-two-batches"),
    ({"code": "licensing-2022", **entries("HZ-001")}, 409, "edition-exists"),
    ({"effective_on": "2024-01-01", "retroactive": True, **entries("HZ-001")}, 409, "edition-planned"),
    ({"until": START, **entries("HZ-001")}, 422, "misfit"),
    ({"of": "upper", "filter": "is_online = true"}, 422, "filter-of-items"),
    ({"of": "upper", "entries": [{"name": "无编码"}]}, 422, "entry-without-code"),
    ({"of": "upper", "entries": [{"code": "HZ-001", "catalog_code": "000111001000"}]}, 422, "code-of-item"),
    *(({"issued_on": day, **entries("HZ-001")}, 422, "date_parsing") for day in (0, "0", 86400, True)),
    ({"effective_on": "86400", **entries("HZ-001")}, 422, "date_parsing"),
)


def test_what_is_refused(staff: TestClient, database: Database) -> None:
    """Of days also numbers, which would be read as seconds since 1970."""
    publish(database, kept("upper", entries_of="basic_items"))
    for said, status, rule in REFUSED:
        answer = new(staff, **said)
        assert (answer.status_code, faults(answer)[0][1]) == (status, rule), answer.text


def test_before_a_planned_edition_one_has_to_end(staff: TestClient, database: Database) -> None:
    publish(database, edition("b-1", "HZ-001", start=LATER, of="own"), kept("own"))
    answer = new(staff, "own", **entries("HZ-001"))
    assert (answer.status_code, faults(answer)[0][1]) == (409, "edition-planned")
    assert "until=2027-01-01" in answer.json()["detail"]
    assert new(staff, "own", until="2027-01-01", **entries("HZ-001")).status_code == 202
    path = opened(staff, START)
    cancel = {"object": "edition", "kind": "cancel", "code": "b-1", "effective_on": "2027-01-01"}
    assert staff.post(f"{path}/entries", json=cancel).status_code == 201
    assert new(staff, "own", change_set=path.rsplit("/", 1)[1], **entries("HZ-001")).status_code == 202
    assert decided(staff, path).status_code == 200
    found = staff.get("/v1/lists/own/editions?as_of=2027-01-01").json()["items"]
    assert [(each["code"], each["valid_to"]) for each in found] == [("own-2026", None)]


def test_it_goes_into_a_change_set_that_creates_its_items(staff: TestClient) -> None:
    path = opened(staff, START)
    new_item = {"name": "公开募捐资格", "division_code": DIVISION, "department_code": "11440100007482532A"}
    staff.post(f"{path}/entries", json={"kind": "create", "code": "HZ-010", "content": new_item})
    answer = new(staff, change_set=path.rsplit("/", 1)[1], **entries("HZ-002", "HZ-003", "HZ-010"))
    assert answer.status_code == 202, answer.text
    assert decided(staff, path).status_code == 200
    assert staff.get("/v1/lists/licensing?as_of=2026-07-01").json()["item_count"] == 3


def test_a_batch_is_added_beside_the_others(staff: TestClient, database: Database) -> None:
    publish(database, department("11440100MB2C0001XR", name="海珠区审批局"))
    listed_already = new(staff, "deficiency", filter="code IN ('HZ-001', 'HZ-002')")
    assert faults(listed_already) == [("/filter", "item-in-two-batches", None)]
    assert "条件找到的事项 HZ-001 已经在 deficiency-1 这一批里" in listed_already.json()["detail"]
    drafted = new(staff, "deficiency", batch=2, **entries("HZ-002")).json()
    assert ([each["kind"] for each in drafted["entries"]], drafted["told"]) == (["create"], [])
    assert decided(staff, drafted["url"]).status_code == 200
    assert staff.get("/v1/lists/deficiency?as_of=2026-07-01").json()["edition_count"] == 2
    path = opened(staff, START)
    staff.post(f"{path}/entries", json={"object": "edition", "kind": "cancel", "code": "deficiency-1"})
    instead = new(staff, "deficiency", code="d-3", change_set=path.rsplit("/", 1)[1], **entries("HZ-001"))
    assert instead.status_code == 202, "the batch that names it ends in the same change set"
