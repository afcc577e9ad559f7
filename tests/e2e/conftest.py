"""The demonstration as it is delivered, with people who work on it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.service import NewKey, create_key
from app.main import create_app
from app.settings import Settings
from tests.conftest import AFTER_THE_DEMO, NewDatabase
from tests.e2e.people import with_token


@pytest.fixture(scope="package")
def district(database_kind: str, demo_url: str, new_database: NewDatabase) -> Iterator[FastAPI]:
    """With four eyes. What one test publishes is there for the next."""
    app = create_app(Settings(database_url=new_database(database_kind, demo_url), frozen_clock=AFTER_THE_DEMO))
    yield app
    app.state.database.close()


@pytest.fixture(scope="package")
def admin(district: FastAPI) -> TestClient:
    with district.state.database.write() as connection:
        return with_token(district, create_key(connection, NewKey("系统管理员"), AFTER_THE_DEMO))
