"""A survey that answers come into, and who works on it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.demand.surveys.desk import made, researcher


@pytest.fixture
def desk(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return researcher(application)


@pytest.fixture
def survey(desk: TestClient) -> str:
    return made(desk)
