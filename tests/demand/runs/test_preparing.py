"""The index that is asked for most is made before anybody asks: at the start, after a publication, at midnight."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from app.demand.matching.matcher import Matcher
from app.demand.runs import matchers, preparing
from app.demand.runs.matchers import Matchers
from tests.conftest import NOW
from tests.factories import item, publish
from tests.jobs.desk import until
from tests.statements import counted

pytestmark = pytest.mark.one_database


@pytest.fixture
def made(application: FastAPI, lists: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Of which days and revisions an index was made."""
    scopes: list[object] = []
    build = matchers.build

    def noted(*asked: Any) -> Matcher:
        matcher = build(*asked)
        scopes.append((asked[2].as_of, asked[2].revision))
        return matcher

    monkeypatch.setattr(matchers, "build", noted)
    application.state.matchers = Matchers(lists, application.state.settings)
    return scopes


def test_it_is_made_again_only_for_another_day_or_revision(
    application: FastAPI, client: TestClient, lists: Database, made: list[object]
) -> None:
    state, today = application.state, NOW.date()
    seen = preparing._look(state.matchers, state.clock, None)
    until(lambda: len(made) == 1)
    with counted() as sent:
        assert preparing._look(state.matchers, state.clock, seen) == seen == (1, today)
    assert len(sent) == 1
    publish(lists, item("YL-1", name="养老机构备案"), on=today)
    after = preparing._look(state.matchers, state.clock, seen)
    tomorrow = FrozenClock(NOW + timedelta(days=1))
    preparing._look(state.matchers, tomorrow, after)
    until(lambda: len(made) == 3)
    assert made == [(today, 1), (today, 2), (today + timedelta(days=1), 2)]
    client.post("/v1/match", json={"text": "养老机构备案"})
    assert len(made) == 3


def test_an_empty_or_a_large_catalogue_waits_until_it_is_asked_for(
    application: FastAPI, made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matchers, "MOST_PREPARED", 3)
    assert application.state.matchers.prepare(NOW) is None
    assert made == []


def test_a_service_that_starts_prepares_by_itself(application: FastAPI, made: list[object]) -> None:
    with TestClient(application) as serving:
        until(lambda: made)
        assert serving.post("/v1/match", json={"text": "食品经营许可"}).json()["hits"][0]["code"] == "SP-1"
    assert made == [(NOW.date(), 1)]
