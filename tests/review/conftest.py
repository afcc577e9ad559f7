"""A bureau where a second person has to approve, on the database of the tests."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.conftest import NOW
from tests.review.people import Bureau


@pytest.fixture(scope="session")
def strict_application(database_url: str) -> Iterator[FastAPI]:
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW))
    yield app
    app.state.database.close()


@pytest.fixture
def bureau(strict_application: FastAPI, database: Database) -> Bureau:
    """Where FOUR_EYES is on, as it comes; its clock can be moved."""
    strict_application.state.clock = FrozenClock(NOW)
    return Bureau(strict_application, database)


@pytest.fixture
def editor(bureau: Bureau) -> TestClient:
    return bureau.editor("民政局 李娜")


@pytest.fixture
def reviewer(bureau: Bureau) -> TestClient:
    return bureau.somebody("审批局 赵强", "reviewer")
