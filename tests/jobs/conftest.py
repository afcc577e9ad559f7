"""Jobs that only tests know."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.rules import Caller
from app.db import Database
from app.jobs import work
from app.jobs.work import Run
from tests.jobs.desk import keyed, whose


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """What this process knows to do; what a test adds is forgotten after it."""
    known: dict[str, Run] = {}
    monkeypatch.setattr(work, "RUNS", known)
    monkeypatch.setattr("app.jobs.worker.RUNS", known)
    return known


@pytest.fixture
def editor(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001 - which is emptied afterwards
    return keyed(application, "民政局 李华", "editor")


@pytest.fixture
def somebody(editor: TestClient, database: Database) -> Caller:  # noqa: ARG001 - made by it
    """The editor's account."""
    return whose(database, "民政局 李华")
