"""Waiting for the next publication: answered at once when it comes, and in nobody's way until then."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool

from app.db import Database
from tests.factories import START, amend, department, item, publish
from tests.jobs.desk import until
from tests.serving import serving
from tests.statements import counted
from tests.test_downloads import Reader, threads

WAITING = 50
SOON = 12  # Seconds within which whatever doesn't wait is answered, on a busy machine too.


@pytest.fixture
def catalogue(database: Database) -> Database:
    publish(database, department(), item("HZ-001"))
    return database


def asked(port: int, query: str) -> httpx2.Response:
    return httpx2.get(f"http://127.0.0.1:{port}/v1/feed?{query}", timeout=90)


@pytest.mark.parametrize("query", ["after=1-2&wait=60", "after=1-2&wait=60&object=item&format=ndjson"])
def test_whoever_waits_is_answered_on_publication(application: FastAPI, catalogue: Database, query: str) -> None:
    with serving(application) as port, ThreadPoolExecutor(1) as pool:
        waiting, begun = pool.submit(asked, port, query), time.monotonic()
        time.sleep(0.6)
        assert not waiting.done()
        publish(catalogue, amend("HZ-001", START, is_online=True))
        answer = waiting.result()
    assert time.monotonic() - begun < 30
    assert (answer.status_code, answer.text.count('"position":"2-1"')) == (200, 1 + ("format" not in query))


def test_what_is_there_already_is_not_waited_for(client: TestClient, catalogue: Database) -> None:
    begun = time.monotonic()
    assert len(client.get("/v1/feed?wait=60").json()["items"]) == 2
    publish(catalogue, amend("HZ-001", START, is_online=True))
    assert len(client.get("/v1/feed?wait=60&after=1-2").json()["items"]) == 1
    assert time.monotonic() - begun < SOON


@pytest.mark.usefixtures("catalogue")
def test_when_the_time_is_up_the_answer_is_empty_and_leads_on(client: TestClient) -> None:
    begun = time.monotonic()
    page = client.get("/v1/feed?wait=1&after=1-2").json()
    assert page == {"items": [], "position": "1-2", "next": "/v1/feed?after=1-2&wait=1", "revision": 1}
    assert 1 <= time.monotonic() - begun < 1 + SOON


def test_what_is_of_another_type_is_waited_past(client: TestClient, catalogue: Database) -> None:
    publish(catalogue, amend("HZ-001", START, is_online=True))
    page = client.get("/v1/feed?wait=1&after=1-2&object=department").json()
    assert (page["items"], page["position"], page["revision"]) == ([], "1-2", 2)


@pytest.mark.usefixtures("catalogue")
def test_a_client_that_has_the_answer_waits_for_another(client: TestClient) -> None:
    path = "/v1/feed?wait=1&after=1-2"
    tag = client.get(path).headers["ETag"]
    begun = time.monotonic()
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert time.monotonic() - begun >= 1


def test_fifty_who_wait_hold_no_thread_and_no_connection_and_ask_as_one(
    application: FastAPI, catalogue: Database
) -> None:
    pool = catalogue.engine.pool
    assert isinstance(pool, QueuePool)
    waiting = [Reader(application, "/v1/feed?after=1-2&wait=60") for _ in range(WAITING)]
    others = [Reader(application, path) for path in ("/healthz", "/v1/items", "/v1/items/HZ-001", "/v1/feed")]

    async def everybody() -> tuple[int, int]:
        async with anyio.create_task_group() as readers:
            for reader in waiting:
                readers.start_soon(reader.read)
            await anyio.sleep(1)
            with counted() as sent:
                await anyio.sleep(1)
            with anyio.fail_after(SOON):
                for reader in others:
                    await reader.read()
            borrowed = anyio.to_thread.current_default_thread_limiter().borrowed_tokens
            held = pool.checkedout() + int(borrowed)
            await anyio.to_thread.run_sync(publish, catalogue, amend("HZ-001", START, is_online=True))
            with anyio.fail_after(SOON * 4):
                for reader in waiting:
                    await reader.stopped.wait()
        return held, looks(sent)

    held, glances = anyio.run(everybody)
    assert held <= 2  # the one glance of all
    assert 0 < glances <= 8
    assert [reader.status for reader in others] == [200] * 4
    for reader in waiting:
        (event,) = json.loads(reader.taken[1]["body"])["items"]
        assert event["position"] == "2-1"


@pytest.mark.usefixtures("catalogue")
def test_whoever_goes_away_is_waited_for_no_longer(application: FastAPI) -> None:
    with serving(application) as port:
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(f"http://127.0.0.1:{port}/v1/feed?after=1-2&wait=60", timeout=1)
        until(nobody_looks)


def nobody_looks() -> bool:
    """For as long as four looks would take."""
    with counted() as sent:
        time.sleep(1)
    return looks(sent) == 0


def looks(sent: Sequence[str]) -> int:
    """How often the newest revision was asked for."""
    return sum("revision" in statement for statement in sent)


@pytest.mark.usefixtures("catalogue")
def test_a_server_that_ends_keeps_nobody_waiting(application: FastAPI) -> None:
    with ThreadPoolExecutor(3) as pool:
        with serving(application) as port:
            waiting = [pool.submit(asked, port, "after=1-2&wait=60") for _ in range(3)]
            time.sleep(0.6)
            begun = time.monotonic()
        assert time.monotonic() - begun < 4 * SOON
        assert [each.result().json()["items"] for each in waiting] == [[]] * 3


def test_there_are_fewer_threads_than_may_wait() -> None:
    """Else the fifty above would show nothing."""
    assert anyio.run(threads) < WAITING
