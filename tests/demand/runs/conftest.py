"""A district with its lists, a survey, and who works with it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from app.demand.runs.matchers import Matchers
from tests.demand.runs.lists import TEXTS, ask_for, publish_lists, researcher_of


@pytest.fixture
def lists(application: FastAPI, database: Database) -> Iterator[Database]:
    """Matchers of other tests are of another catalogue with the same revisions."""
    application.state.matchers = Matchers(database, application.state.settings)
    publish_lists(database)
    yield database
    application.state.matchers.indexes.close()


@pytest.fixture
def survey(lists: Database) -> int:
    return ask_for(lists, *TEXTS)


@pytest.fixture
def researcher(application: FastAPI, lists: Database) -> TestClient:  # noqa: ARG001 - which is emptied afterwards
    return researcher_of(application)
