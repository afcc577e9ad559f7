"""That no item meets a demand holds as far as somebody looked: what came, or was there before, has to be judged."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.changes.rules import Draft
from app.clock import FrozenClock
from app.db import Database
from tests.conftest import NOW
from tests.demand.runs.lists import ask_for, judge, results, run
from tests.factories import amend, draft, item, publish

JUNE = date(2026, 6, 1)
ACCOUNTANTS = item("KJ-1", name="会计师事务所执业许可", start=JUNE)


@pytest.fixture
def survey(lists: Database) -> int:
    return ask_for(lists, "会计师事务所执业许可")


@pytest.fixture
def march(researcher: TestClient, survey: int) -> str:
    """A run over the list of March, of which a person judged that nothing in it meets the demand."""
    path = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": number_of(path)})
    assert said(researcher, path) == ("unmet", "judgement", None)
    return path


def number_of(path: str) -> int:
    return int(path.rsplit("/", 1)[1])


def in_june(lists: Database, clock: FrozenClock, change: Draft) -> None:
    """It is June, and the list has changed."""
    publish(lists, change, on=JUNE)
    clock.at = NOW.replace(month=6)


def said(researcher: TestClient, path: str) -> tuple[str, str, str | None]:
    """What counts of the demand, who decided it, and why it is to be reviewed."""
    (one,) = results(researcher, path)
    return one["outcome"], one["decided_by"], one["reason"]


def report(researcher: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    """Why the demand is to be reviewed, with its address."""
    survey = path.split("/")[3]
    answer = researcher.get(f"/v1/surveys/{survey}/report", params={"run": number_of(path), **asked})
    found: dict[str, Any] = answer.json()["review"]
    return found


def test_an_item_that_came_is_to_be_judged_and_what_was_judged_of_the_old_list_stays(
    researcher: TestClient, survey: int, march: str, lists: Database, clock: FrozenClock
) -> None:
    in_june(lists, clock, ACCOUNTANTS)
    june = run(researcher, survey)
    assert said(researcher, june) == ("review", "judgement", "item-not-judged")
    assert said(researcher, march) == ("unmet", "judgement", None)
    (reason,) = report(researcher, june)["reasons"]
    assert (reason["reason"], reason["label"]) == (
        "item-not-judged", "比对排在第一的事项不在人工判定“没有”时看的清单里",
    )  # fmt: skip
    (listed,) = researcher.get(reason["demands_url"]).json()["items"]
    assert (listed["judgement"]["verdict"], listed["judgement"]["as_of"]) == ("unmet", "2026-03-02")
    of_june = {"demand": 1, "run": number_of(june)}
    judge(researcher, survey, {**of_june, "verdict": "confirm", "item": "KJ-1"})
    assert said(researcher, june) == ("met_online_unknown", "judgement", None)
    judge(researcher, survey, {**of_june, "verdict": "unmet"})
    assert said(researcher, june) == ("unmet", "judgement", None)


def test_an_item_that_was_rejected_since_is_not_to_be_judged_again(
    researcher: TestClient, survey: int, march: str, lists: Database, clock: FrozenClock
) -> None:
    assert said(researcher, march)[0] == "unmet"
    in_june(lists, clock, ACCOUNTANTS)
    june = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "reject", "item": "KJ-1", "run": number_of(june)})
    assert said(researcher, june) == ("unmet", "judgement", None)


def test_what_is_judged_of_one_list_takes_nothing_from_what_was_judged_of_another(
    researcher: TestClient, survey: int, march: str, lists: Database, clock: FrozenClock
) -> None:
    """That nothing in March's list meets it stays true when an item comes in June, and is no objection to that."""
    in_june(lists, clock, ACCOUNTANTS)
    june = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "KJ-1", "run": number_of(june)})
    assert said(researcher, march) == ("unmet", "judgement", None)
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": number_of(march)})
    assert said(researcher, june) == ("met_online_unknown", "judgement", None)
    assert said(researcher, march) == ("unmet", "judgement", None)


def test_whoever_judged_of_the_very_list_is_believed_though_the_run_was_of_another(
    researcher: TestClient, survey: int, march: str, lists: Database, clock: FrozenClock
) -> None:
    in_june(lists, clock, item("KJ-2", name="户外招牌设置备案", start=JUNE))
    today = {"as_of": clock.at.date().isoformat(), "known_at": 2}
    assert [each["reason"] for each in report(researcher, march, **today)["reasons"]] == ["list-not-searched"]
    judge(researcher, survey, {"demand": 1, "verdict": "unmet"})
    assert report(researcher, march, **today)["reasons"] == []


def test_an_item_that_got_another_name_was_not_read_before(
    researcher: TestClient, survey: int, march: str, lists: Database, clock: FrozenClock
) -> None:
    in_june(lists, clock, amend("GS-2", JUNE, name="会计师事务所执业许可"))
    (reason,) = report(researcher, march, as_of=str(JUNE), known_at=2)["reasons"]
    assert reason["reason"] == "list-not-searched"
    assert said(researcher, run(researcher, survey)) == ("review", "judgement", "item-not-judged")


def test_items_that_came_change_nothing_where_the_run_puts_one_first_that_the_judge_saw(
    researcher: TestClient, lists: Database, clock: FrozenClock
) -> None:
    survey = ask_for(lists, "食品生产许可")
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": number_of(run(researcher, survey))})
    in_june(lists, clock, ACCOUNTANTS)
    assert said(researcher, run(researcher, survey)) == ("unmet", "judgement", None)


def test_an_item_that_a_correction_put_into_the_list_was_not_there_to_be_judged(
    researcher: TestClient, survey: int, march: str, lists: Database
) -> None:
    """Of the same day, as it was known then and is known now."""
    publish(lists, item("KJ-1", name="会计师事务所执业许可"), on=NOW.date())
    assert said(researcher, march) == ("unmet", "judgement", None)
    assert said(researcher, run(researcher, survey)) == ("review", "judgement", "item-not-judged")


def test_on_a_day_whose_list_had_an_item_that_the_run_never_saw_nobody_knows(
    researcher: TestClient, survey: int, march: str, lists: Database
) -> None:
    """It was abolished before anybody looked."""
    publish(lists, draft("cancel", "GS-2", start=date(2026, 3, 1)), on=date(2026, 3, 2))
    now = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": number_of(now)})
    assert [each["reason"] for each in report(researcher, now)["reasons"]] == []
    before = report(researcher, now, as_of=str(date(2026, 3, 1) - timedelta(days=1)))
    assert [(each["reason"], each["demands"]) for each in before["reasons"]] == [("list-not-searched", 1)]
    assert said(researcher, march) == ("unmet", "judgement", None)
