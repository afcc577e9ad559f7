"""The demonstration as it is delivered, with people who work on it."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rich.console import Console

from app.access.service import NewKey, create_key
from app.main import create_app
from app.settings import Settings
from seed import load
from tests.conftest import AFTER_THE_DEMO
from tests.databases import migrate
from tests.e2e.people import with_token


@pytest.fixture(scope="package")
def district(database_kind: str, new_database: Callable[[str], str]) -> Iterator[FastAPI]:
    """With four eyes. What one test publishes is there for the next."""
    url = new_database(database_kind)
    migrate(url)
    app = create_app(Settings(database_url=url, frozen_clock=AFTER_THE_DEMO))
    load.reference(app.state.database)
    load.demo(app.state.database, progress=Console(quiet=True))
    yield app
    app.state.database.close()


@pytest.fixture(scope="package")
def admin(district: FastAPI) -> TestClient:
    with district.state.database.write() as connection:
        return with_token(district, create_key(connection, NewKey("系统管理员"), AFTER_THE_DEMO))
