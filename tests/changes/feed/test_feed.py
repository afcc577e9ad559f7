"""The feed over HTTP: what an event says, where a page ends, and what is refused."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.changes.feed import events
from app.changes.models import entry
from app.changes.publish import take_revision
from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import act, amend, published
from tests.changes.feed.copies import copied, walked
from tests.factories import START, department, draft, item, publish
from tests.factories import amend as amended
from tests.statements import counted


@pytest.fixture
def history(database: Database) -> Database:
    """Four change sets: a department with two items, an amendment, a suspension planned ahead, a cancellation."""
    publish(database, department(), item("HZ-001"), item("HZ-002"))
    publish(database, amended("HZ-001", START, is_online=True))
    publish(database, draft("suspend", "HZ-001", start=START.replace(year=2027)))
    publish(database, draft("cancel", "HZ-002", start=START.replace(year=2026, month=3)))
    return database


def told(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/v1/feed?{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.mark.usefixtures("history")
def test_an_event_says_what_changed_and_what_is_then_known(client: TestClient) -> None:
    (event,) = told(client, "after=2-0&limit=1")["items"]
    versions, number = event.pop("versions"), event.pop("id")
    assert event == {
        "position": "2-1",
        "revision": 2,
        "published_at": "2026-03-01T09:00:00+08:00",
        "change_set": {"number": event["change_set"]["number"], "title": "测试变更", "document_number": None},
        "object": "item",
        "kind": "amend",
        "code": "HZ-001",
        "effective_on": "2020-01-01",
        "until": None,
        "changes": [
            {
                "field": "is_online",
                "label": "是否网办",
                "old": None,
                "new": True,
                "old_label": None,
                "new_label": "是",
            }
        ],
        "predecessors": [],
    }
    assert number == told(client, "limit=2")["items"][1]["id"]
    (version,) = versions
    assert (version["valid_from"], version["valid_to"], version["content"]["is_online"]) == ("2020-01-01", None, True)


@pytest.mark.usefixtures("history")
def test_cancellations_suspensions_and_plans_are_events_too(client: TestClient) -> None:
    items = told(client)["items"]
    assert [(event["position"], event["kind"], event["code"]) for event in items[3:]] == [
        ("2-1", "amend", "HZ-001"),
        ("3-1", "suspend", "HZ-001"),
        ("4-1", "cancel", "HZ-002"),
    ]
    assert [(v["valid_from"], v["content"]["status"]) for v in items[4]["versions"]] == [
        ("2020-01-01", "1"),
        ("2027-01-01", "2"),
    ]
    assert [(v["valid_from"], v["valid_to"]) for v in items[5]["versions"]] == [("2020-01-01", "2026-03-01")]


@pytest.mark.usefixtures("history")
def test_what_never_was_has_no_versions(client: TestClient, database: Database) -> None:
    """An item that is cancelled on its very first day."""
    publish(database, draft("cancel", "HZ-001", start=START))
    (event,) = told(client, "after=4-1")["items"]
    assert (event["kind"], event["versions"]) == ("cancel", [])
    assert event["id"] not in copied(walked(client, "/v1/feed")).objects


@pytest.mark.usefixtures("history")
def test_pages_follow_each_other_and_the_end_is_a_place_to_go_on_from(client: TestClient, database: Database) -> None:
    first = told(client, "limit=4")
    assert (first["position"], first["next"], first["revision"]) == ("2-1", "/v1/feed?after=2-1&limit=4", 4)
    second = client.get(first["next"]).json()
    assert [event["position"] for event in second["items"]] == ["3-1", "4-1"]
    end = client.get(second["next"]).json()
    assert end == {"items": [], "position": "4-1", "next": "/v1/feed?after=4-1&limit=4", "revision": 4}
    publish(database, amended("HZ-001", START, is_online=False))
    assert [event["position"] for event in client.get(end["next"]).json()["items"]] == ["5-1"]


@pytest.mark.usefixtures("history")
def test_one_type_of_objects_alone(client: TestClient) -> None:
    page = told(client, "object=department&wait=0")
    assert [event["object"] for event in page["items"]] == ["department"]
    assert page["next"] == "/v1/feed?after=1-1&object=department"
    assert told(client, "object=window")["items"] == []


@pytest.mark.usefixtures("history")
def test_definitions_of_metrics_take_a_revision_and_make_no_event(
    client: TestClient, database: Database, clock: FrozenClock
) -> None:
    before = walked(client, "/v1/feed")
    with database.write() as connection:
        take_revision(connection, clock)
    assert walked(client, "/v1/feed") == before
    page = told(client, "after=4-1")
    assert (page["items"], page["position"], page["revision"]) == ([], "4-1", 5)
    publish(database, amended("HZ-001", START, is_online=False))
    assert [event["position"] for event in told(client, "after=4-1")["items"]] == ["6-1"]
    assert told(client, "after=5-0")["position"] == "6-1"


def test_what_is_not_published_is_not_told(staff: TestClient, history: Database) -> None:
    before = walked(staff, "/v1/feed")
    path = staff.post("/v1/change-sets", json={"title": "草稿", "effective_on": "2026-03-02"}).headers["Location"]
    assert staff.post(f"{path}/entries", json=amend("HZ-001", promised_limit=5)).status_code == 201
    assert staff.get(f"{path}/preview").status_code == 200
    assert walked(staff, "/v1/feed") == before
    with history.read() as connection:
        assert len(connection.execute(select(entry.c.id)).all()) == len(before) + 1


def test_an_object_that_came_from_others_names_them_with_their_codes_of_then(
    client: TestClient, history: Database
) -> None:
    """By the predecessors that its entry has, and the codes on the day before the change, whatever they were later."""
    ids = {event["code"]: event["id"] for event in walked(client, "/v1/feed")}
    publish(history, item("HZ-003", start=START.replace(year=2026)))
    with history.write() as connection:
        coming = update(entry).where(entry.c.code == "HZ-003")
        connection.execute(coming.values(predecessors=[ids["HZ-001"], ids["HZ-002"]]))
    publish(history, draft("amend", "HZ-001", {"code": "HZ-009"}, start=START.replace(year=2026)))
    (event, _) = told(client, "after=4-1")["items"]
    assert event["predecessors"] == [
        {"id": ids["HZ-001"], "code": "HZ-001"},
        {"id": ids["HZ-002"], "code": "HZ-002"},
    ]


@pytest.mark.usefixtures("history")
def test_a_page_that_grows_too_long_ends_early_and_nothing_is_left_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(client)["items"]
    monkeypatch.setattr(events, "AT_ONCE", 2)
    monkeypatch.setattr(events, "ENOUGH", 1)
    assert len(told(client)["items"]) == 2
    assert walked(client, "/v1/feed") == whole


@pytest.mark.usefixtures("history")
def test_as_lines_it_is_all_that_follows(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(client)["items"]
    monkeypatch.setattr(events, "AT_ONCE", 4)
    answer = client.get("/v1/feed?format=ndjson")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert 'filename="feed-after-0-0.ndjson"' in answer.headers["Content-Disposition"]
    assert [client.get(f"/v1/feed?after={e['position']}&format=ndjson").text for e in whole] == [
        "".join(answer.text.splitlines(keepends=True)[place:]) for place in range(1, len(whole) + 1)
    ]
    assert copied(map(json.loads, answer.text.splitlines())).objects == copied(whole).objects
    assert client.get("/v1/feed?format=ndjson&limit=5").text.count("\n") == 5
    assert client.get("/v1/feed", headers={"Accept": "application/x-ndjson"}).content == answer.content
    assert client.head("/v1/feed?format=ndjson").headers["ETag"] == answer.headers["ETag"]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "rule", "words"),
    [
        ("after=5-0", "in-the-future", "目录现在是第 4 版"),
        ("after=9999999999-1", "not-a-position", "形如 30-12"),
        ("after=4", "not-a-position", "形如 30-12"),
        ("after=-1-1", "not-a-position", "形如 30-12"),
        ("after=", "not-a-position", "形如 30-12"),
        ("after=４-1", "not-a-position", "形如 30-12"),
        ("after=4-1&after=4-1", "repeated-parameter", "只能给一个值"),
        ("limit=0", "limit", "1 到 1000"),
        ("limit=1001", "limit", "1 到 1000"),
        ("format=ndjson&limit=0", "limit", "1 以上"),
        ("format=csv", "unknown-format", "ndjson"),
        ("wait=-1", "greater_than_equal", "wait 不能小于 0"),
        ("wait=61", "less_than_equal", "wait 不能大于 60"),
        ("wait=soon", "int_parsing", "wait 应为整数"),
        ("object=licence", "literal_error", "object 只能是"),
        ("since=4-1", "unknown-parameter", "可用"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_words(client: TestClient, query: str, rule: str, words: str) -> None:
    answer = client.get(f"/v1/feed?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
    assert words in answer.json()["detail"]


def test_before_anything_is_published_it_is_empty(client: TestClient) -> None:
    assert told(client) == {"items": [], "position": "0-0", "next": "/v1/feed?after=0-0", "revision": 0}
    assert told(client, "after=0-0") == told(client)
    assert client.get("/v1/feed?after=1-0").status_code == 422


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("path", ["/v1/feed?limit=2", "/v1/feed?format=ndjson", "/v1/feed/dump"])
def test_an_answer_is_kept_until_something_is_published(staff: TestClient, path: str) -> None:
    tag = staff.get(path).headers["ETag"]
    assert staff.get(path, headers={"If-None-Match": tag}).status_code == 304
    published(staff, act("cancel", "HZ-001", "2026-03-02"))
    assert staff.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_two_hundred_events_take_as_many_statements_as_three(
    client: TestClient, application: FastAPI, database: Database
) -> None:
    publish(database, department(), *(item(f"HZ-{n:03}") for n in range(200)))
    taken = {}
    for limit in (4, 200):
        with counted() as sent:
            assert len(told(client, f"after=1-1&limit={limit}")["items"]) == min(limit, 200)
        taken[limit] = len(sent)
    assert taken[4] == taken[200] <= 6
    assert application.state.database.engine.pool.checkedout() == 0
