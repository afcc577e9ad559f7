"""Walking a list page by page: the pages together are the list, whatever happens in between."""

import base64
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.pages import write_cursor
from tests.factories import START, amend, department, draft, item, publish

# Small letters sort after capitals, a local code is used in two districts, and a code of digits comes first.
CODES = [f"{prefix}-{number:02}" for prefix in ("HZ", "hz", "TH") for number in range(19)] + ["440105.1", "A", "a"]


@pytest.fixture
def sixty(database: Database) -> None:
    drafts = [item(code, name=f"事项{place}", is_online=place % 3 != 0) for place, code in enumerate(CODES)]
    publish(database, department(), *drafts)


def walk(client: TestClient, path: str | None) -> list[dict[str, Any]]:
    pages = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        assert answer.headers.get("Link") == (f'<{pages[-1]["next"]}>; rel="next"' if pages[-1]["next"] else None)
        path = pages[-1]["next"]
    return pages


def codes_of(pages: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for page in pages for each in page["items"]]


@pytest.mark.usefixtures("sixty")
def test_the_pages_together_are_the_list_by_code_point(client: TestClient) -> None:
    pages = walk(client, "/v1/items?limit=7")
    assert codes_of(pages) == sorted(CODES)
    assert [len(page["items"]) for page in pages] == [7] * 8 + [4]
    assert {page["total"] for page in pages} == {60}


@pytest.mark.usefixtures("sixty")
def test_no_page_is_empty_and_the_last_has_no_next(client: TestClient) -> None:
    for limit in (20, 30, 59, 60, 61):
        pages = walk(client, f"/v1/items?limit={limit}")
        assert codes_of(pages) == sorted(CODES)
        assert all(page["items"] for page in pages)


@pytest.mark.usefixtures("sixty")
def test_a_question_is_walked_with_all_its_parts(client: TestClient) -> None:
    query = "is_online=true&within=440100&filter=code LIKE '%-%'&name=事项1&name=事项2&name=事项4&as_of=2026-01-01"
    pages = walk(client, f"/v1/items?{query}&limit=2")
    assert sorted(codes_of(pages)) == ["HZ-01", "HZ-02", "HZ-04"]
    assert {(page["as_of"], page["total"]) for page in pages} == {("2026-01-01", 3)}


@pytest.mark.usefixtures("sixty")
def test_a_walk_is_one_list_though_another_change_set_is_published(client: TestClient, database: Database) -> None:
    before = client.get("/v1/items?limit=1000").json()["items"]
    first = client.get("/v1/items?limit=7").json()
    publish(
        database,
        item("AA-1"),
        item("zz-1"),
        draft("cancel", "TH-18", start=START),
        draft("amend", "HZ-00", {"code": "zz-0"}, start=START),
        amend("hz-18", START, name="改名"),
    )
    pages = [first, *walk(client, first["next"])]
    walked = [each for page in pages for each in page["items"]]
    assert [{**each, "url": ""} for each in walked] == [{**each, "url": ""} for each in before]
    assert {(page["revision"], page["total"], page["known_at"]) for page in pages} == {(1, 60, first["known_at"])}
    assert client.get("/v1/items").json()["total"] == 61


def test_a_local_code_of_two_districts_is_walked_twice(client: TestClient, database: Database) -> None:
    publish(database, department(), item("A-1"), item("A-1", division_code="440106"), item("A-2"))
    assert codes_of(walk(client, "/v1/items?limit=1")) == ["A-1", "A-1", "A-2"]


def cursor_of(client: TestClient, path: str) -> str:
    following: str = client.get(path).json()["next"]
    return parse_qs(urlsplit(following).query)["cursor"][0]


OTHERS = [
    "is_online=true",
    "within=440105",
    "filter=is_online = true",
    "as_of=2025-01-01",
    "known_at=0",
    "known_at=2026-03-01",
]


@pytest.mark.usefixtures("sixty")
def test_a_cursor_of_another_question_is_refused(client: TestClient) -> None:
    cursor = cursor_of(client, "/v1/items?limit=7")
    for other in OTHERS:
        answer = client.get(f"/v1/items?{other}&cursor={cursor}")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-cursor"), other
        assert answer.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.usefixtures("sixty")
def test_a_cursor_carries_the_dates_and_takes_another_limit(client: TestClient) -> None:
    cursor = cursor_of(client, "/v1/items?limit=7&as_of=2026-01-01")
    answer = client.get(f"/v1/items?limit=3&cursor={cursor}").json()
    assert (answer["as_of"], answer["revision"]) == ("2026-01-01", 1)
    assert [each["code"] for each in answer["items"]] == sorted(CODES)[7:10]


@pytest.mark.usefixtures("sixty")
def test_the_same_question_asked_in_another_order_keeps_its_cursor(client: TestClient) -> None:
    cursor = cursor_of(client, "/v1/items?limit=2&name=事项1&name=事项2&name=事项4&is_online=true")
    answer = client.get(f"/v1/items?is_online=true&name=事项4&name=事项2&name=事项1&cursor={cursor}")
    assert [each["code"] for each in answer.json()["items"]] == ["HZ-04"]


GARBAGE = [
    "", "x", "abc", "事项", "e30", "W10", "bnVsbA", "MQ", "////", "%00", "A" * 5000,
    base64.urlsafe_b64encode(b"[" * 1000).decode(),
]  # fmt: skip


@pytest.mark.usefixtures("sixty")
def test_what_is_no_cursor(client: TestClient) -> None:
    for path, garbage in product(["/v1/items", "/v1/departments", "/v1/divisions"], GARBAGE):
        answer = client.get(f"{path}?cursor={garbage}")
        assert answer.status_code == 422, garbage
        assert answer.json()["errors"][0]["parameter"] == "cursor"


FORGED: list[list[object]] = [
    ["2026-03-02", "1", "60", "HZ-01", 2],
    ["2026-03-02", "1", 60, 1, 2],
    ["2026-03-02", "1", 60, "HZ-01", "2"],
    ["2026-03-02", "1", 60, "HZ-01", True],
    ["2026-03-02", "1", 60, "HZ-01", 2**40],
    ["2026-03-02", "1", 60, "HZ-\0", 2],
    ["2026-03-02", "1", 60, {"code": 1}, 2],
    ["2026-03-02", "1", 60, "HZ-01"],
    ["2026-03-02", "1", 60, "HZ-01", 2, 3],
    ["2026-03-02", "99", 60, "HZ-01", 2],
    ["2020-13-40", "1", 60, "HZ-01", 2],
    [None, "1", 60, "HZ-01", 2],
]


@pytest.mark.usefixtures("sixty")
def test_a_forged_cursor_is_refused_and_not_a_failure(client: TestClient) -> None:
    cursor = cursor_of(client, "/v1/items?limit=7")
    question = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    for position in FORGED:
        answer = client.get("/v1/items", params={"cursor": write_cursor(question, position)})
        assert answer.status_code == 422, position
