"""Surveys of which no response is known: what was printed is told, and what was not is not made up."""

import pytest

from app.demand.intervals import wilson
from tests.demand.tabulation.conftest import Desk


def test_shares_without_counts_stay_shares(desk: Desk) -> None:
    body = desk.tabulation("question=q1", desk.published)
    (everybody,) = body["values"]
    assert (body["basis"], everybody["responses"], everybody["answered"], everybody["unanswered"]) == (
        "published",
        None,
        153,
        None,
    )
    assert [each["respondents"] for each in everybody["options"]] == [None, None, None]
    small = everybody["options"][0]
    assert small["share_of_respondents"] == {
        "numerator": None,
        "denominator": 153,
        "value": pytest.approx(0.882),
        "percent": 88.2,
        "low": None,
        "high": None,
    }
    assert (small["published_percent"], small["responses_url"]) == (88.2, None)
    assert [everybody[f"{name}_url"] for name in ("responses", "answered", "unanswered")] == [None, None, None]
    assert any("合计 104.6%" in note for note in body["notes"])


def test_counts_have_intervals(desk: Desk) -> None:
    (everybody,) = desk.tabulation("question=q4", desk.published)["values"]
    used = everybody["options"][0]["share_of_respondents"]
    assert (used["numerator"], used["denominator"], used["percent"]) == (8, 10, 80.0)
    assert (used["low"], used["high"]) == wilson(8, 10)


def test_an_option_that_was_not_printed_is_not_nobody(desk: Desk) -> None:
    (everybody,) = desk.tabulation("question=q15", desk.published)["values"]
    fourth = everybody["options"][3]
    assert (fourth["respondents"], fourth["share_of_respondents"]["value"]) == (None, None)
    assert everybody["answers"] is None
    assert everybody["options"][0]["share_of_answers"]["value"] is None


def test_totals_are_not_broken_down(desk: Desk) -> None:
    answer = desk.client.get(f"/v1/surveys/{desk.published}/tabulation?question=q4&by=size")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "only-published")
    assert "请去掉 by" in answer.json()["detail"]


def test_of_a_question_that_was_not_printed_there_is_nobody(desk: Desk) -> None:
    body = desk.tabulation("question=q5", desk.published)
    assert (body["basis"], body["values"][0]["responses"], body["values"][0]["answered"]) == ("responses", 0, 0)
    assert desk.tabulation("question=q5&by=size", desk.published)["values"] == []


def test_more_than_answered_is_told_as_it_was_printed_without_an_interval(desk: Desk) -> None:
    body = desk.tabulation("question=q6", desk.published)
    most = body["values"][0]["options"][0]["share_of_respondents"]
    assert (most["numerator"], most["denominator"], most["percent"], most["low"]) == (12, 10, 120.0, None)
    assert any("12 多于基数 10" in note for note in body["notes"])


def test_in_english_where_that_is_asked_for(desk: Desk) -> None:
    url = f"/v1/surveys/{desk.published}/tabulation?question=q15"
    notes = desk.client.get(url, headers={"Accept-Language": "en"}).json()["notes"]
    assert notes[0].startswith("Several options may be chosen")
