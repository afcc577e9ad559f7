"""A district with its lists, a survey, and who works with it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.demand.runs.lists import TEXTS, ask_for, publish_lists, researcher_of


@pytest.fixture
def lists(database: Database) -> Database:
    publish_lists(database)
    return database


@pytest.fixture
def survey(lists: Database) -> int:
    return ask_for(lists, *TEXTS)


@pytest.fixture
def researcher(application: FastAPI, lists: Database) -> TestClient:  # noqa: ARG001 - which is emptied afterwards
    return researcher_of(application)
