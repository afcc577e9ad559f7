"""A server that is killed while it publishes: after a restart all of it is there, or none of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

import httpx2
import pytest
from sqlalchemy import func, select

from app.access.rules import OPERATOR
from app.access.service import NewKey, create_key
from app.audit.log import verify
from app.catalogue.moments import revision
from app.catalogue.objects import ITEM, OPEN_REVISION
from app.changes import queries, service
from app.changes.service import Cover
from app.clock import SHANGHAI
from app.db import Database
from seed import load
from tests.databases import ROOT, migrate
from tests.factories import START, amend, department, item, publish
from tests.jobs.desk import ended

DAY, NOON = date(2026, 3, 1), datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
STARTED = 60


@dataclass
class Waiting:
    """A catalogue in which a change set of so many entries waits for its approval."""

    url: str
    key: str
    number: int
    size: int
    online: bool = True  # What it makes of the items, which so far are not, or say nothing.

    @property
    def path(self) -> str:
        return f"/v1/change-sets/{self.number}"


def codes(size: int) -> list[str]:
    return [f"HZ-{place:05}" for place in range(size)]


def waiting(url: str, size: int) -> Waiting:
    migrate(url)
    database = Database(url)
    load.reference(database)
    publish(database, department(), *(item(code) for code in codes(size)), on=DAY)
    with database.write() as connection:
        key = create_key(connection, NewKey("审核人 李伟", "reviewer"), NOON)
    number = drafted(database, size, online=True)
    database.close()
    return Waiting(url, key, number, size)


def drafted(database: Database, size: int, *, online: bool) -> int:
    drafts = (amend(code, START, is_online=online) for code in codes(size))
    with database.write() as connection:
        number = service.create(connection, Cover("调整网办", START), by=OPERATOR, now=NOON)
        service.add(connection, number, drafts, by=OPERATOR, now=NOON)
        service.submit(connection, number, by=OPERATOR, now=NOON)
    return number


def the_next(held: Waiting) -> Waiting:
    """A change set that turns all of it round."""
    database = Database(held.url)
    number = drafted(database, held.size, online=not held.online)
    database.close()
    return replace(held, number=number, online=not held.online)


@contextmanager
def serving(held: Waiting) -> Iterator[tuple[httpx2.Client, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    surroundings = os.environ | {"DATABASE_URL": held.url, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL) as server:
        headers = {"Authorization": f"Bearer {held.key}"}
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=300) as client:
                ready(client)
                yield client, server
        finally:
            server.kill()


def ready(client: httpx2.Client) -> None:
    until = time.monotonic() + STARTED
    while time.monotonic() < until:
        with suppress(httpx2.TransportError):
            if client.get("/readyz").status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail("The server did not start.")


def approve(client: httpx2.Client, held: Waiting, tag: str) -> int | None:
    """The status of the answer; None where the server died on the way."""
    with suppress(httpx2.TransportError):
        return client.post(f"{held.path}/approve", headers={"If-Match": tag}).status_code
    return None


def seen(client: httpx2.Client, held: Waiting) -> str:
    """The tag of the preview, which is the work of a job."""
    job = client.post(f"{held.path}/preview").headers["Location"]
    found: str = ended(client, job)["result"]["etag"]
    return found


def killed_at(held: Waiting, delay: float) -> int | None:
    with serving(held) as (client, server), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(approve, client, held, seen(client, held))
        time.sleep(delay)
        server.send_signal(signal.SIGKILL)
        server.wait()
        return answer.result()


def is_published(held: Waiting) -> bool:
    """Whether all of it was written; anything between all and nothing fails here."""
    database = Database(held.url)
    with database.read() as connection:
        held_now = ITEM.table.c.is_online == held.online, ITEM.table.c.superseded_in == OPEN_REVISION
        written = connection.execute(select(func.count()).where(*held_now)).scalar_one()
        last = connection.execute(select(func.max(revision.c.number))).scalar_one()
        status = queries.get_change_set(connection, held.number).status
        assert verify(connection) == []
    database.close()
    assert (written, last, status) in ((0, last, "submitted"), (held.size, last, "published"))
    return bool(written)


def check_after_restart(held: Waiting, *, published: bool) -> None:
    """The service goes on: it says of the items what it says of itself, and publishes what was not published."""
    with serving(held) as (client, _):
        before = client.get("/readyz").json()["revision"]
        answer = client.get("/v1/items", params={"is_online": str(held.online).lower(), "limit": 1})
        assert answer.json()["total"] == (held.size if published else 0)
        if not published:
            assert approve(client, held, seen(client, held)) == 200
            assert client.get("/readyz").json()["revision"] == before + 1
        told = client.get(held.path).json()["history"]
        assert [each["action"] for each in told] == ["create", "add", "submit", "approve"]
        assert all(count == held.size for count in told_by_the_feed(client)[1:])
    assert is_published(held)


def told_by_the_feed(client: httpx2.Client) -> list[int]:
    """How many events there are of each revision."""
    with client.stream("GET", "/v1/feed", params={"format": "ndjson"}) as answer:
        told = Counter(json.loads(line)["revision"] for line in answer.iter_lines())
    return [told[number] for number in sorted(told)]


@contextmanager
def timed() -> Iterator[list[float]]:
    taken: list[float] = []
    begun = time.monotonic()
    yield taken
    taken.append(time.monotonic() - begun)


def how_long(url: str, size: int) -> float:
    """What the approval takes where nobody kills the server."""
    held = waiting(url, size)
    with serving(held) as (client, _):
        tag = seen(client, held)
        with timed() as taken:
            assert approve(client, held, tag) == 200
    return taken[0]


def test_killed_in_the_middle_of_an_approval(database_kind: str, new_database: Callable[[str], str]) -> None:
    size = 500
    whole = how_long(new_database(database_kind), size)
    held = waiting(new_database(database_kind), size)
    killed_at(held, whole / 2)
    check_after_restart(held, published=is_published(held))


@pytest.mark.long
def test_killed_ten_times_in_large_approvals(database_kind: str, new_database: Callable[[str], str]) -> None:
    """At ten moments of approvals of 20,000 entries, from the beginning to the end of each."""
    size, times = 20_000, 10
    whole = how_long(new_database(database_kind), size)
    held, outcomes = waiting(new_database(database_kind), size), []
    for turn in range(times):
        killed_at(held, whole * (turn + 0.5) / times)
        outcomes.append(is_published(held))
        if outcomes[-1]:
            held = the_next(held)
    check_after_restart(held, published=False)
    assert not all(outcomes), "it was never killed before it was done"
