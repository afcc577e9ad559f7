"""How often reality was worse than the promise: counted by hand for twelve enterprises."""

import csv
from io import StringIO
from typing import Any

import pytest

from app.demand.experience.rules import VERDICTS
from app.demand.intervals import wilson
from app.demand.surveys.templates import templates
from tests.demand.experience.conftest import Desk, surveyed
from tests.jobs.desk import app_of
from tests.statements import counted

MEASURES = ("visits", "working_days", "fee", "resubmission", "paper")


def told(of: dict[str, Any]) -> dict[str, list[list[str]]]:
    """By measure who met with worse, with the same, with better."""
    return {each["measure"]: [each[verdict]["responses"] for verdict in VERDICTS] for each in of["measures"]}


def left_out(of: dict[str, Any], measure: str) -> dict[str, list[str]]:
    found = next(each for each in of["measures"] if each["measure"] == measure)
    return {why: each["responses"] for why, each in found["not_compared"].items() if each["count"]}


def by_code(body: dict[str, Any]) -> dict[str, Any]:
    return {each["item"]["code"]: each for each in body["items"]}


def test_an_item_whose_promise_is_known(desk: Desk) -> None:
    registration = by_code(desk.asked())["REGISTRATION"]
    assert registration["responses"] == {"count": 4, "responses": ["R-1", "R-2", "R-3", "R-4"]}
    assert told(registration) == {
        "visits": [["R-2", "R-4"], ["R-1"], ["R-3"]],
        "working_days": [["R-2"], ["R-1"], ["R-3"]],
        "fee": [["R-3"], ["R-1", "R-2"], []],
        "resubmission": [["R-2"], ["R-1"], []],
        "paper": [["R-2"], ["R-1", "R-3"], []],
    }
    assert left_out(registration, "working_days") == {"not_answered": ["R-4"]}
    assert left_out(registration, "resubmission") == {"answer_unclear": ["R-3"], "not_answered": ["R-4"]}
    assert [each["promised"] for each in registration["measures"]] == [1, 5, False, False, False]


def test_an_item_that_openly_asks_for_more(desk: Desk) -> None:
    licence = by_code(desk.asked())["LICENCE"]
    assert told(licence) == {
        "visits": [["L-2"], ["L-1"], []],
        "working_days": [[], [], []],
        "fee": [[], ["L-1"], ["L-2"]],
        "resubmission": [[], ["L-1"], ["L-2"]],
        "paper": [[], ["L-1", "L-2"], []],
    }
    assert left_out(licence, "working_days") == {"promise_not_comparable": ["L-1", "L-2"]}
    promise = licence["promise"]
    assert (promise["promised_limit"], promise["promised_limit_unit_label"], promise["working_days"]) == (
        10,
        "自然日",
        None,
    )
    assert promise["fees"][0]["standard"] == "10 元/证"


def test_an_item_that_says_little_is_compared_by_what_it_says(desk: Desk) -> None:
    record = by_code(desk.asked())["RECORD"]
    assert left_out(record, "visits") == left_out(record, "fee") == {"promise_not_stated": ["F-1"]}
    assert left_out(record, "paper") == {"promise_not_stated": ["F-1"]}
    assert told(record)["resubmission"] == [["F-1"], [], []]
    assert record["promise"]["shared_materials"] == [
        {"material": "营业执照", "matter_code": "YJS-1", "matter_name": "养老一件事"}
    ]
    assert (record["judged"]["responses"], record["item"]["department_name"]) == (["F-1"], "海珠区民政局")


def test_the_sum_is_over_all_items_and_says_how_far_chance_goes(desk: Desk) -> None:
    body = desk.asked()
    assert told(body) == {
        "visits": [["L-2", "R-2", "R-4"], ["L-1", "R-1"], ["R-3"]],
        "working_days": [["R-2"], ["R-1"], ["R-3"]],
        "fee": [["R-3"], ["L-1", "R-1", "R-2"], ["L-2"]],
        "resubmission": [["F-1", "R-2"], ["L-1", "R-1"], ["L-2"]],
        "paper": [["R-2"], ["L-1", "L-2", "R-1", "R-3"], []],
    }
    visits = body["measures"][0]
    share, interval = visits["share_worse"], wilson(3, 6)
    assert (visits["compared"], share["numerator"], share["denominator"], share["percent"]) == (6, 3, 6, 50.0)
    assert (share["low"], share["high"]) == interval
    assert (body["responses"], body["about_items"]) == (12, 7)


def test_every_response_about_an_item_is_in_one_part_of_each_measure(desk: Desk) -> None:
    body = desk.asked()
    for of in (body, *body["items"]):
        about = body["about_items"] if of is body else of["responses"]["count"]
        for each in of["measures"]:
            parts = [each[verdict]["count"] for verdict in VERDICTS]
            assert sum(parts) == each["compared"] == each["share_worse"]["denominator"]
            assert sum(parts) + sum(part["count"] for part in each["not_compared"].values()) == about


def test_those_that_are_about_no_item_are_apart(desk: Desk) -> None:
    body = desk.asked()
    assert {why: each["responses"] for why, each in body["apart"].items()} == {
        "no_item_named": ["N-1"],
        "to_review": ["N-2"],
        "unmet": ["N-3"],
        "several_items": ["N-4"],
        "not_in_run": ["N-5"],
    }
    assert body["about_items"] + sum(each["count"] for each in body["apart"].values()) == body["responses"]


def test_promises_are_those_of_the_last_day_of_the_survey_unless_another_day_is_asked_for(desk: Desk) -> None:
    body, later = desk.asked(), desk.asked("as_of=2024-06-30")
    assert (body["as_of"], body["run"]["id"], later["as_of"]) == ("2020-12-08", desk.run, "2024-06-30")
    registration = by_code(later)["REGISTRATION"]
    assert told(registration)["visits"] == [[], ["R-2"], ["R-1", "R-3", "R-4"]]
    assert told(registration)["working_days"] == [["R-1", "R-2", "R-3"], [], []]
    assert "as_of=2024-06-30" in registration["item"]["url"]


def test_what_was_not_known_then_is_not_compared(desk: Desk) -> None:
    """At the first revision the registration was not yet amended; before it there was nothing."""
    early = by_code(desk.asked("as_of=2024-06-30&known_at=1"))["REGISTRATION"]
    assert early["promise"]["visits"] == 1
    nothing = desk.asked("known_at=0")
    assert (nothing["revision"], nothing["items"], nothing["about_items"]) == (0, [], 0)
    assert nothing["apart"]["to_review"]["count"] == 10


def test_one_item_alone(desk: Desk) -> None:
    body = desk.asked("item=LICENCE")
    assert (list(by_code(body)), body["about_items"]) == (["LICENCE"], 2)
    assert told(body) == told(by_code(body)["LICENCE"])


def test_as_a_table_the_sum_comes_first(desk: Desk) -> None:
    answer = desk.client.get(f"/v1/surveys/{desk.survey}/experience?format=csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(MEASURES) * 4
    assert [row["item_code"] for row in rows[::5]] == ["", "REGISTRATION", "LICENCE", "RECORD"]
    names = ("measure", "compared", "worse", "equal", "better", "not_answered", "promise_not_stated", "worse_percent")
    assert [rows[0][name] for name in names] == ["visits", "6", "3", "2", "1", "0", "1", "50.0"]
    assert (rows[0]["worse_responses"], rows[5]["promised"], rows[0]["as_of"]) == ("L-2|R-2|R-4", "1", "2020-12-08")


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("run=999", (404, "matching-run-not-found")),
        ("item=NONE", (422, "malformed")),
        ("as_of=2020-13-01", (422, "malformed")),
        ("known_at=99", (422, "malformed")),
        ("runs=1", (422, "unknown-parameter")),
    ],
)
def test_what_cannot_be_asked(desk: Desk, query: str, refusal: tuple[int, str]) -> None:
    assert desk.refused(query)[:2] == refusal


def test_a_survey_has_to_be_matched_and_to_ask_for_the_item(desk: Desk) -> None:
    short = {"key": "short", "title": "短问卷", "questions": [{"key": "a", "text": "建议", "kind": "text"}]}
    item = {"key": "b", "text": "办的事项", "kind": "text", "measures": "item"}
    with app_of(desk.client).state.database.write() as connection:
        unmatched = surveyed(connection)
        nothing = surveyed(connection, questionnaire=short)
        no_measure = surveyed(connection, questionnaire={**short, "questions": [item]})
    status, kind, detail = desk.refused("", unmatched)
    assert (status, kind) == (409, "not-matched")
    assert f"POST /v1/surveys/{unmatched}/matching-runs" in detail
    assert desk.refused("", nothing)[:2] == (409, "nothing-measured")
    assert "跑动" in desk.refused("", no_measure)[2]


def test_what_is_compared_and_how_is_said(desk: Desk) -> None:
    caveats = desk.asked()["caveats"]
    assert len(caveats) == len(MEASURES)
    assert "自然日的不折算" in caveats[1]
    assert all(templates()["enterprise-2020"].measuring(measure) for measure in MEASURES)  # type: ignore[arg-type]


def test_it_takes_as_many_statements_for_one_item_as_for_all(desk: Desk) -> None:
    def statements(query: str) -> int:
        with counted() as sent:
            desk.asked(query)
        return len(sent)

    assert statements("known_at=0") < statements("") == statements("as_of=2024-06-30") <= 16
