"""Asking for jobs, doing them at once or by a worker, and waiting until they have ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.access.models import account
from app.access.rules import Caller, Role
from app.access.service import NewKey, acting, create_key
from app.db import Database, Record
from app.jobs.models import job
from app.jobs.service import enqueue
from app.jobs.worker import Worker
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import TESTER

PATIENCE = 60  # Seconds: a busy machine is slow, not wrong.


def worker_of(app: FastAPI) -> Worker:
    return Worker(app.state.database, app.state.clock, app.state.settings)


def app_of(client: TestClient) -> FastAPI:
    app: Any = client.app
    assert isinstance(app, FastAPI)
    return app


def run_pending(app: FastAPI) -> int:
    """Do what waits, here and now; how many jobs that were."""
    worker, count = worker_of(app), 0
    while worker.run_next():
        count += 1
    return count


def done(staff: TestClient, path: str) -> dict[str, Any]:
    """The job after everything that waited was done."""
    run_pending(app_of(staff))
    body: dict[str, Any] = staff.get(path).json()
    return body


@contextmanager
def working(app: FastAPI) -> Iterator[Worker]:
    """Meanwhile a worker takes jobs, as in a process that serves."""
    worker = worker_of(app)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def keyed(app: FastAPI, name: str, role: Role = "admin") -> TestClient:
    """Somebody with a key of their own."""
    with app.state.database.write() as connection:
        key = create_key(connection, NewKey(name, role), NOW)
    return Client(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


def whose(database: Database, name: str) -> Caller:
    """The account of that name."""
    with database.read() as connection:
        number = connection.execute(select(account.c.id).where(account.c.name == name)).scalar_one()
        return acting(connection, number)


def asked(database: Database, kind: str, by: Caller = TESTER, **parameters: object) -> int:
    with database.write() as connection:
        return enqueue(connection, kind, parameters, by=by, now=NOW)


def kept(database: Database, number: int) -> Record:
    with database.read() as connection:
        return connection.execute(select(job).where(job.c.id == number)).one()


def until(true: Callable[[], Any]) -> Any:
    """What it finally gives that is true."""
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


def ended(staff: httpx2.Client, path: str) -> dict[str, Any]:
    """The job once it is neither queued nor running."""

    def look() -> dict[str, Any] | None:
        body: dict[str, Any] = staff.get(path).json()
        return body if body["status"] in ("done", "failed", "cancelled") else None

    found: dict[str, Any] = until(look)
    return found
