"""Matching by meaning: vectors of items are made once and kept, those of demands never; without a model it says so."""

from collections.abc import Sequence

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.db import Database
from app.demand.matching.semantic import Vectors
from app.demand.runs import methods
from app.demand.runs.matchers import Matchers
from app.demand.runs.models import text_vector
from tests.conftest import NOW
from tests.demand.runs.lists import LISTED, ask_for, codes, results, run
from tests.factories import DIVISION, item, publish

ASKED, ELSEWHERE = "想开一家鲜卤坊", "烟草专卖零售许可证核发"


class Letters:
    """A model for which texts are alike that have the same characters, and 鲜卤坊 is 食品经营."""

    model = "letters 1"

    def __init__(self) -> None:
        self.read: list[str] = []

    def items(self, texts: Sequence[str]) -> Vectors:
        return self.demands(texts)

    def demands(self, texts: Sequence[str]) -> Vectors:
        self.read += texts
        vectors = np.full((len(texts), 97), 0.01, np.float32)
        for row, text in enumerate(texts):
            for character in text.replace("鲜卤坊", "食品经营许可"):
                vectors[row, ord(character) % 97] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


pytestmark = pytest.mark.usefixtures("lists", "letters")


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    model = Letters()
    monkeypatch.setattr(methods, "installed_encoder", lambda: model)
    return model


def vectors(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(text_vector)).scalar_one()


@pytest.mark.one_database
def test_what_shares_no_word_is_found_by_meaning(client: TestClient) -> None:
    said = client.post("/v1/match", json={"text": ASKED, "within": DIVISION}).json()
    assert (said["semantic"], said["semantic_model"], said["semantic_note"]) == (True, "letters 1", None)
    assert codes(said["hits"])[0] == "SP-1"
    assert said["hits"][0]["reasons"]["cosine"] > 0
    off = client.post("/v1/match", json={"text": ASKED, "within": DIVISION, "semantic": False}).json()
    assert (off["semantic"], off["semantic_note"]) == (False, "这次没有用语义比对：已关掉。")


def test_texts_of_items_are_read_once_and_what_people_ask_is_not_kept(
    application: FastAPI, client: TestClient, letters: Letters, lists: Database
) -> None:
    client.post("/v1/match", json={"text": ASKED})
    kept = vectors(lists)
    assert kept > 0
    assert ASKED in letters.read
    application.state.matchers = Matchers(lists, application.state.settings)
    letters.read.clear()
    client.post("/v1/match", json={"text": f"{ASKED}吗"})
    assert set(letters.read) == {*LISTED.values(), ELSEWHERE, f"{ASKED}吗"}  # Names that stand for demands.
    assert vectors(lists) == kept
    publish(lists, item("YL-1", name="养老机构备案"), on=NOW.date())
    client.post("/v1/match", json={"text": ASKED})
    assert vectors(lists) == kept + 1


@pytest.mark.one_database
def test_a_run_records_its_model_and_is_repeated_with_it(
    researcher: TestClient, lists: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = ask_for(lists, ASKED, "renewal of a food licence")
    with_model, without = run(researcher, survey), run(researcher, survey, semantic=False)
    assert [researcher.get(each).json()["semantic_model"] for each in (with_model, without)] == ["letters 1", None]
    assert [results(researcher, each)[1]["why_not_matched"] is None for each in (with_model, without)] == [True, False]
    assert researcher.get(f"{with_model}/verify").json()["agrees"] is True
    differs = researcher.get(f"{with_model}/compare?with={without.rsplit('/', 1)[1]}").json()["differs_in"]
    assert [each["what"] for each in differs] == ["semantic_model"]
    monkeypatch.setattr(methods, "installed_encoder", lambda: None)
    said = researcher.get(f"{with_model}/verify").json()
    assert (said["agrees"], "letters 1" in said["note"]) == (None, True)


@pytest.mark.one_database
def test_an_operator_can_switch_it_off(application: FastAPI, letters: Letters, lists: Database) -> None:
    off = application.state.settings.model_copy(update={"semantic_matching": False})
    with lists.read() as connection:
        for asked in (None, True, False):
            assert methods.method_now(connection, off, semantic=asked).semantic == "switched-off"
    assert letters.read == []


@pytest.mark.one_database
def test_where_it_is_not_installed_the_answer_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "installed_encoder", lambda: None)
    said = client.post("/v1/match", json={"text": ASKED, "semantic": True}).json()
    assert (said["semantic"], said["semantic_model"]) == (False, None)
    assert "没有安装语义扩展" in said["semantic_note"]
    english = client.post("/v1/match", json={"text": ASKED}, headers={"Accept-Language": "en"}).json()
    assert english["semantic_note"] == "Meaning was not compared: the semantic extra is not installed."
