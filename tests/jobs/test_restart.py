"""A server that is killed during a job: after the next start the job is taken up again, and nothing is there twice."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select

from app.access.service import NewKey, create_key
from app.audit.log import verify
from app.changes.models import change_set, entry
from app.db import Database
from app.imports.models import import_run
from app.jobs.models import job_file
from seed import load
from tests.conftest import NOW
from tests.databases import ROOT, migrate
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, publish
from tests.imports.uploads import COLUMNS, csv_file
from tests.jobs.desk import until

ROWS = 6_000


@pytest.fixture
def url(database_kind: str, new_database: Callable[[str], str]) -> str:
    url = new_database(database_kind)
    migrate(url)
    return url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    load.reference(database)
    publish(database, department())
    yield database
    database.close()


@contextmanager
def serving(url: str, at: datetime, key: str) -> Iterator[httpx2.Client]:
    """A server of its own, killed without a word at the end; its clock stands still."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", "--port", str(port)]
    environment = {**os.environ, "DATABASE_URL": url, "FROZEN_CLOCK": at.isoformat(), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--log-level", "critical"], cwd=ROOT, env=environment)
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            until(lambda: answers(client))
            yield client
    finally:
        process.kill()
        process.wait()


def answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx2.TransportError:
        return False


def rows_of(database: Database) -> list[int]:
    with database.read() as connection:
        counted = (select(func.count()).select_from(each) for each in (import_run, change_set, entry, job_file))
        return [connection.execute(count).scalar_one() for count in counted]


def test_a_killed_import_is_taken_up_again(url: str, database: Database) -> None:
    with database.write() as connection:
        key = create_key(connection, NewKey("审批局 王敏"), NOW)
    before = rows_of(database)
    rows = ([f"HZ-{n:05}", f"事项{n}", DIVISION, CIVIL_AFFAIRS] for n in range(ROWS))
    with serving(url, NOW, key) as client:
        form = {"dry_run": "false", "background": "true"}
        answer = client.post("/v1/imports", files={"file": ("items.csv", csv_file(COLUMNS, *rows))}, data=form)
        path = answer.headers["Location"]
        until(lambda: client.get(path).json()["status"] != "queued")
        time.sleep(0.2)
    whole = [before[0] + 1, before[1] + 1, before[2] + ROWS, 0]
    assert rows_of(database) in ([*before[:3], 1], whole)
    with serving(url, NOW + timedelta(minutes=2), key) as client:
        job = until(lambda: (body := client.get(path).json())["ended_at"] and body)
    assert (job["status"], job["done"], job["problem"]) == ("done", ROWS, None)
    assert rows_of(database) == whole
    with database.read() as connection:
        assert verify(connection) == []
