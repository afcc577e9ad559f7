"""Eight who write and eight who read at the same time, over HTTP: nothing is lost, left out or told twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.catalogue.objects import ITEM
from app.changes.feed.positions import Position, read_position
from app.db import Database
from tests.changes.desk import TODAY, amend
from tests.changes.feed.copies import copied
from tests.factories import department, item, publish
from tests.serving import serving

WRITERS = READERS = 8
DEEDS = 3  # Of each writer.
PAIR = ("HZ-001", "HZ-002")  # Every change set adds the same word to a note of both.
PAGES = (1, 2, 3, 5, 8, 50, 250, 1000)  # Each reader turns pages of another size.

Page = dict[str, Any]


@dataclass(frozen=True)
class Bureau:
    """The service as it is asked by many at once."""

    address: str
    key: str
    done: Event = field(default_factory=Event)

    @contextmanager
    def visit(self) -> Iterator[httpx2.Client]:
        with httpx2.Client(base_url=self.address, headers={"Authorization": self.key}, timeout=60) as client:
            yield client


@pytest.fixture
def bureau(application: FastAPI, database: Database, staff: TestClient) -> Iterator[Bureau]:
    publish(database, department(), *(item(code, process="受理") for code in PAIR))
    with serving(application) as port:
        yield Bureau(f"http://127.0.0.1:{port}", staff.headers["Authorization"])


def notes(client: httpx2.Client) -> dict[str, str]:
    items = client.get("/v1/items?fields=code,process").json()["items"]
    return {each["code"]: each["process"] for each in items}


def add_words(bureau: Bureau, writer: int) -> list[int]:
    """So many times: read both notes, publish each with one more word. Whoever was slower begins again.

    Either the draft already shows another old value than was read, or its approval is refused.
    """
    published: list[int] = []
    with bureau.visit() as client:
        while len(published) < DEEDS:
            word, now = f"{writer}.{len(published)}", notes(client)
            path = client.post("/v1/change-sets", json={"title": "调整", "effective_on": TODAY}).headers["Location"]
            entries = [amend(code, process=f"{now[code]} {word}") for code in PAIR]
            assert client.post(f"{path}/entries", json=entries).status_code == 201
            if old_values(client, path) != now:
                continue
            assert client.post(f"{path}/submit").status_code == 200
            seen = client.get(f"{path}/preview").json()["etag"]
            answer = client.post(f"{path}/approve", headers={"If-Match": seen})
            if answer.status_code == 200:
                published.append(answer.json()["revision"])
            else:
                assert (answer.status_code, answer.json()["type"]) in REFUSED
    return published


# The item is another than was drafted on, or something was published since the preview.
REFUSED = ((409, "/problems/entries-do-not-fit"), (412, "/problems/changed-since-preview"))


def old_values(client: httpx2.Client, path: str) -> dict[str, str]:
    drafted = client.get(f"{path}/entries").json()["items"]
    return {each["code"]: each["changes"][0]["old"] for each in drafted}


def follow(bureau: Bureau, size: int) -> list[Page]:
    """The pages of the feed, until all is written and the end is reached; every list read meanwhile is of one revision."""
    pages: list[Page] = []
    with bureau.visit() as client:
        path = f"/v1/feed?limit={size}&wait=1"
        while True:
            finished = bureau.done.is_set()
            pages.append(client.get(path).json())
            assert len(set(notes(client).values())) == 1
            if finished and not pages[-1]["items"]:
                return pages
            path = pages[-1]["next"]


def at_once(bureau: Bureau) -> tuple[list[int], list[list[Page]]]:
    """The revisions that the writers published, and what each reader read."""
    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(follow, bureau, size) for size in PAGES]
        writers = [pool.submit(add_words, bureau, writer) for writer in range(WRITERS)]
        try:
            published = [number for writer in writers for number in writer.result()]
        finally:
            bureau.done.set()
        return published, [reader.result() for reader in readers]


def test_nothing_is_lost_left_out_or_told_twice(bureau: Bureau, client: TestClient) -> None:
    published, read = at_once(bureau)
    assert sorted(published) == list(range(2, WRITERS * DEEDS + 2))
    whole = client.get("/v1/feed?limit=1000").json()["items"]
    assert [read_position(event["position"]) for event in whole] == [
        *(Position(1, place) for place in (1, 2, 3)),
        *(Position(number, place) for number in sorted(published) for place in (1, 2)),
    ]
    for pages in read:
        assert [event for page in pages for event in page["items"]] == whole
        for page in pages:
            assert all(event["revision"] <= page["revision"] for event in page["items"])
    for content in copied(whole).on(ITEM.name, TODAY).values():
        first, *words = content["process"].split()
        assert (first, sorted(words)) == (
            "受理",
            sorted(f"{w}.{deed}" for w in range(WRITERS) for deed in range(DEEDS)),
        )
