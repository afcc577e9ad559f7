"""A district with its lists, a survey, and who works with it."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from app.demand.matching import thesaurus_files
from app.demand.runs import methods, refitting
from tests.demand.runs.lists import TEXTS, ask_for, publish_lists, researcher_of


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesaurus of a few rows: the shipped one is read in a moment, but not hundreds of times."""
    folder = tmp_path_factory.mktemp("thesaurus")
    rows = (
        "terms\tphrases\tscope\tnote\tadded_by\n开饭店|饭店执照\t食品经营许可\t\t\t王敏\n关张\t公司注销登记\t\t\t王敏\n"
    )
    (folder / "own.tsv").write_text(rows, "utf-8")
    unmet = (
        "terms\tkind\tgranted_by\tnote\tadded_by\n"
        "注册税务师\t\t税务师协会\t\t王敏\n不接电话\tnot-a-request\t12345热线\t服务意见\t王敏\n"
        "物业资质\tabolished\t\t\t王敏\n比特币\tforbidden\t\t\t王敏\n"
    )
    (folder / "elsewhere.tsv").write_text(unmet, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def few_synonyms(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thesaurus_files, "SHIPPED", tables)


@pytest.fixture(autouse=True)
def words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the semantic extra is installed or not."""
    for module in (methods, refitting):
        monkeypatch.setattr(module, "installed_encoder", lambda: None)


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
