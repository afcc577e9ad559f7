"""A dump to begin with: whole, of one revision, with the position from which the feed goes on."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool

from app.changes.feed import dump
from app.changes.publish import take_revision
from app.clock import FrozenClock
from app.db import Database
from tests.changes.feed.copies import Copy, copied, walked
from tests.factories import START, amend, department, draft, item, publish

PATH = "/v1/feed/dump"


@pytest.fixture
def history(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A department and a few items, one of them ended; read two rows at a time."""
    monkeypatch.setattr(dump, "ROWS_AT_ONCE", 2)
    publish(database, department(), *(item(f"HZ-{n}") for n in range(5)))
    publish(database, amend("HZ-1", START.replace(year=2026), is_online=True))
    publish(database, draft("cancel", "HZ-2", start=START.replace(year=2026)))
    return database


def lines(client: TestClient, query: str = "") -> list[str]:
    answer = client.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    return answer.text.splitlines()


@pytest.mark.usefixtures("history")
def test_it_says_where_it_stands_and_how_many_objects_it_has(client: TestClient) -> None:
    head, *objects, end = map(json.loads, lines(client))
    assert head == {"position": "3-1", "revision": 3, "published_at": "2026-03-01T09:00:00+08:00"}
    assert end == {"objects": 6}
    assert [each["object"] for each in objects] == ["department", *["item"] * 5]
    assert [len(each["versions"]) for each in objects] == [1, 1, 2, 1, 1, 1]
    assert objects[3]["versions"][0]["valid_to"] == "2026-01-01"


def test_with_the_feed_from_its_position_it_is_the_feed_from_the_beginning(
    client: TestClient, history: Database
) -> None:
    copy = Copy()
    copy.load(lines(client))
    assert copy.objects == copied(walked(client, "/v1/feed")).objects
    publish(history, amend("HZ-1", START.replace(year=2026), is_online=False), item("HZ-9"))
    publish(history, draft("cancel", "HZ-0", start=START))
    more = walked(client, f"/v1/feed?after={copy.position}&limit=1")
    assert [event["position"] for event in more] == ["4-1", "4-2", "5-1"]
    for event in more:
        copy.apply(event)
    assert copy.objects == copied(walked(client, "/v1/feed")).objects


def test_definitions_of_metrics_move_its_revision_and_not_its_position(
    client: TestClient, history: Database, clock: FrozenClock
) -> None:
    with history.write() as connection:
        take_revision(connection, clock)
    head = json.loads(lines(client)[0])
    assert (head["position"], head["revision"]) == ("3-1", 4)


@pytest.mark.usefixtures("history")
def test_one_type_of_objects_alone(client: TestClient) -> None:
    head, department_line, end = map(json.loads, lines(client, "object=department"))
    assert (head["position"], department_line["object"], end) == ("3-1", "department", {"objects": 1})


def test_what_is_published_while_it_is_written_stands_in_the_feed_alone(history: Database, clock: FrozenClock) -> None:
    """Settled before the first byte; read afterwards."""
    with history.read() as connection:
        settled = dump.taken(connection, clock.now())
    publish(history, amend("HZ-1", START.replace(year=2026), is_online=False), item("HZ-9"))
    copy = Copy()
    copy.load(b"".join(settled.body(history)).decode().splitlines())
    with history.read() as connection:
        now = dump.taken(connection, clock.now())
    assert (str(copy.position), len(copy.objects), str(now.position)) == ("3-1", 6, "4-2")
    versions = [known for _, known in copy.objects.values() if known[0]["content"]["code"] == "HZ-1"]
    assert [version["content"]["is_online"] for version in versions[0]] == [None, True]


def test_an_empty_catalogue_has_an_empty_dump(client: TestClient) -> None:
    assert list(map(json.loads, lines(client))) == [
        {"position": "0-0", "revision": 0, "published_at": None},
        {"objects": 0},
    ]


def test_a_file_that_was_cut_off_is_noticed(client: TestClient, history: Database) -> None:
    whole = lines(client)
    with pytest.raises(AssertionError):
        Copy().load(whole[:-1])
    assert isinstance(history.engine.pool, QueuePool)
    assert history.engine.pool.checkedout() == 0


@pytest.mark.usefixtures("history")
def test_head_reads_nothing(client: TestClient) -> None:
    head = client.head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert 'filename="feed-dump-3-1.ndjson"' in head.headers["Content-Disposition"]
