"""Refitting the weights at the terminal: what it was fitted to, before and after, and adopting them."""

import re

import pytest

from app.access.rules import OPERATOR
from app.db import Database
from app.demand.runs.judging import Wish, judge
from app.demand.surveys.queries import get_survey
from tests.conftest import NOW
from tests.demand.runs.lists import ask_for
from tests.demand.runs.test_refitting import ASKED, LISTED
from tests.factories import department, item, publish
from tests.test_cli import Shixiang, run, shixiang

__all__ = ["run", "shixiang"]

pytestmark = pytest.mark.one_database


def test_too_few_judgements_are_told(shixiang: Shixiang) -> None:
    answer = shixiang("matching", "refit")
    assert (answer.code, "只有 0 条，至少要 40 条" in answer.err) == (1, True)


def test_what_was_fitted_is_told_listed_and_adopted(shixiang: Shixiang, database: Database) -> None:
    publish(database, department(), *(item(code, name=name) for code, name in LISTED.items()))
    survey = ask_for(database, *ASKED.values())
    with database.write() as connection:
        wishes = [Wish(n, "confirm", code, None, None, None) for n, code in enumerate(ASKED, 1)]
        judge(connection, get_survey(connection, survey), wishes, by=OPERATOR, now=NOW)
    fitted = shixiang("matching", "refit")
    assert (fitted.code, fitted.err) == (0, "")
    assert "用 40 条判断过的诉求拟合，其中 0 条没有对应事项：第 1 组权重。" in fitted.out
    assert "没有对应事项的不到 25 条" in fitted.out
    assert re.search(
        r"R@1：[01]\.\d+ → [01]\.\d+\n {2}R@5：.+\n {2}MRR：.+\n {2}AUROC：None → None\n {2}Brier：", fitted.out
    )
    assert "没有采用。要采用：shixiang matching adopt 1" in fitted.out
    assert "还没有比对用过" in shixiang("matching", "weights").out
    assert "已采用第 1 组权重。" in shixiang("matching", "adopt", "1").out
    assert re.search(r"fitted +│ 40 +│ 2026-03-02 │ 2026-03-02 10:00 │ 是", shixiang("matching", "weights").out)
    assert "没有第 9 组权重" in shixiang("matching", "adopt", "9").err


def test_what_is_worse_is_not_adopted_in_passing(
    shixiang: Shixiang, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(database, department(), *(item(code, name=name) for code, name in LISTED.items()))
    survey = ask_for(database, *ASKED.values())
    with database.write() as connection:
        wishes = [Wish(n, "confirm", code, None, None, None) for n, code in enumerate(ASKED, 1)]
        judge(connection, get_survey(connection, survey), wishes, by=OPERATOR, now=NOW)
    monkeypatch.setattr("app.demand.runs.refitting.Measured.is_worse_than", lambda *_: True)
    assert "比现在的差，没有采用" in shixiang("matching", "refit", "--adopt").out
    monkeypatch.setattr("app.demand.runs.refitting.Measured.is_worse_than", lambda *_: False)
    assert "已采用第 1 组权重。" in shixiang("matching", "refit", "--adopt").out
