"""A file that is being downloaded: what it holds while its client reads, and that others are answered meanwhile."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool
from starlette.types import Message

from app import downloads, engines
from app.db import Database
from app.engines import MOST_DOWNLOADS
from tests.factories import department, item, publish

KINDS = ("csv", "ndjson", "xlsx")


@pytest.fixture
def pool(database: Database, monkeypatch: pytest.MonkeyPatch) -> QueuePool:
    """The connections of a catalogue whose files have several pieces."""
    monkeypatch.setattr("app.catalogue.walk.ROWS_AT_ONCE", 1)
    publish(database, department(), *(item(f"HZ-{n}") for n in range(1, 5)))
    assert isinstance(database.engine.pool, QueuePool)
    return database.engine.pool


class Reader:
    """A client that takes `pieces` messages of an answer and then no more, until it goes away."""

    def __init__(self, application: FastAPI, path: str, pieces: int = 2**31) -> None:
        self.application, self.path, self.pieces = application, path, pieces
        self.taken: list[Message] = []
        self.stopped, self.gone = anyio.Event(), anyio.Event()
        self._asked: Iterator[Message] = iter([{"type": "http.request", "body": b""}])

    async def read(self) -> None:
        await self.application(scope(self.path), self._receive, self._send)
        self.stopped.set()

    async def _receive(self) -> Message:
        if message := next(self._asked, None):
            return message
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.taken.append(message)
        if len(self.taken) >= self.pieces:
            self.stopped.set()
            await anyio.sleep_forever()

    @property
    def status(self) -> int:
        return int(self.taken[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.taken[0]["headers"]}

    @property
    def whole(self) -> bool:
        return not self.taken[-1].get("more_body", False)


def scope(path: str) -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_client_that_goes_away_leaves_no_connection(application: FastAPI, pool: QueuePool, kind: str) -> None:
    async def leave_midway() -> int:
        reader = Reader(application, f"/v1/items?format={kind}", pieces=3)
        async with anyio.create_task_group() as readers:
            readers.start_soon(reader.read)
            await reader.stopped.wait()
            held = pool.checkedout()
            reader.gone.set()
        return held

    assert (anyio.run(leave_midway), pool.checkedout()) == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_takes_nothing_for_too_long_gets_no_more(
    application: FastAPI, client: TestClient, pool: QueuePool, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """And does not get the end of the file, by which it knows that the file is not whole."""
    monkeypatch.setattr(downloads, "PATIENCE", 0.05)
    reader = Reader(application, f"/v1/items?format={kind}", pieces=2)
    anyio.run(reader.read)
    assert (reader.status, reader.whole, pool.checkedout()) == (200, False, 0)
    assert client.get(f"/v1/items?format={kind}").status_code == 200


READ_MEANWHILE = [
    ("/healthz", 200),
    ("/readyz", 200),
    ("/v1/items/HZ-1", 200),
    ("/v1/items/HZ-404", 404),
    ("/v1/items?limit=1", 200),
    ("/v1/metric-values?metric=online_rate", 200),
]


@pytest.mark.parametrize("kind", KINDS)
def test_slow_readers_keep_nobody_else_waiting(application: FastAPI, pool: QueuePool, kind: str) -> None:
    """More than there may be: each keeps a connection, and the last are refused before the first byte."""
    path = f"/v1/items?format={kind}"
    slow = [Reader(application, path, pieces=3) for _ in range(MOST_DOWNLOADS)]
    more = [Reader(application, path) for _ in range(3)]
    others = [Reader(application, other) for other, _ in READ_MEANWHILE]

    async def everybody_reads() -> int:
        async with anyio.create_task_group() as readers:
            for reader in slow:
                readers.start_soon(reader.read)
            for reader in slow:
                await reader.stopped.wait()
            with anyio.fail_after(10):
                for reader in (*more, *others):
                    await reader.read()
            held = pool.checkedout()
            for reader in slow:
                reader.gone.set()
        return held

    held = anyio.run(everybody_reads)
    assert held == (0 if kind == "xlsx" else MOST_DOWNLOADS)
    assert {reader.status for reader in slow} == {200}
    assert [reader.status for reader in others] == [status for _, status in READ_MEANWHILE]
    for reader in more:
        assert (reader.status, reader.headers["retry-after"]) == (503, "5")
        assert json.loads(reader.taken[1]["body"])["type"] == "/problems/too-many-downloads"


def test_files_are_given_again_once_the_slow_ones_are_gone(client: TestClient, pool: QueuePool) -> None:
    for _ in range(MOST_DOWNLOADS + 1):
        assert client.get("/v1/items?format=xlsx").status_code == 200
    assert pool.checkedout() == 0


def test_a_file_that_cannot_be_written_gives_back_its_turn(client: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-1", process="长" * 40_000))
    for _ in range(MOST_DOWNLOADS + 1):
        assert client.get("/v1/items?format=xlsx").status_code == 409


def test_the_event_loop_never_waits_for_a_connection() -> None:
    """Of an embedded database there is one for each thread, each writer between two threads, each download, and it."""
    assert anyio.run(threads) <= engines.MOST_THREADS
    assert engines.MOST_THREADS + engines.MOST_WRITERS + engines.MOST_DOWNLOADS < engines.MOST_EMBEDDED


async def threads() -> float:
    return anyio.to_thread.current_default_thread_limiter().total_tokens


def test_without_a_connection_the_service_is_busy_not_broken(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.engine.pool, "_timeout", 0.01)
    with ExitStack() as held:
        for _ in range(engines.MOST_EMBEDDED if database.embedded else engines.MOST_SERVED):
            held.enter_context(database.read())
        answer = client.get("/v1/metric-values?metric=online_rate")
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (503, "/problems/busy", "5")
