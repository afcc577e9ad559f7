"""Taking responses in, seeing them, finding them."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db import Database
from app.demand.surveys.models import answer, demand
from tests.demand.surveys.desk import (
    ANSWERS,
    ONE,
    SMALL,
    ZONES,
    answered,
    demands,
    faults,
    made,
    researcher,
    response,
)


@pytest.fixture
def desk(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return researcher(application)


@pytest.fixture
def survey(desk: TestClient) -> str:
    return made(desk)


def test_a_response_is_kept_as_codes_and_shown_with_their_names(desk: TestClient, survey: str) -> None:
    added = desk.post(f"{survey}/responses", json=ONE)
    assert (added.status_code, added.headers["Location"]) == (201, f"{survey}/responses/S-001")
    assert added.json()["responses"] == 1
    assert added.json()["demands"] == 1
    body = response(desk, survey)
    shown = {
        name: body[name] for name in ("stratum", "size", "size_label", "industry", "industry_label", "ownership_label")
    }
    assert shown == {
        "stratum": "small-a",
        "size": "1",
        "size_label": "小微企业",
        "industry": "C13",
        "industry_label": "农副食品加工业",
        "ownership_label": "私营企业",
    }
    assert body["answers"] == {**ANSWERS, "q8.days": 12.0, "q10.visits": 3.0}
    assert (body["answered_on"], body["redacted"], body["import_id"]) == ("2020-12-08", [], None)


def test_what_is_asked_for_becomes_a_demand(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE, {"number": "S-002", **SMALL, "answers": {"q10.item": "公共场所卫生许可"}})
    assert demands(desk, survey) == [
        (1, "食品经营许可证延续", "q10.item", "S-001"),
        (2, "公共场所卫生许可", "q10.item", "S-002"),
    ]


def test_all_or_none(desk: TestClient, survey: str, database: Database) -> None:
    wrong = [
        ONE,
        {
            "number": "S-002",
            "size": "9",
            "industry": "98",
            "zone": "西",
            "answers": {"q4": "3", "q15": ["1", "2", "3", "4"]},
        },
        {"number": "S-003", "stratum": "medium", "size": "1"},
        {"number": "S-001"},
    ]
    refused = desk.post(f"{survey}/responses", json=wrong)
    assert refused.json()["type"] == "/problems/responses-refused"
    assert faults(refused) == [
        ("/1/size", "unknown-code", None),
        ("/1/industry", "unknown-industry", None),
        ("/1/zone", "unknown-zone", None),
        ("/1/answers/q4", "unknown-option", None),
        ("/1/answers/q15", "too-many-options", None),
        ("/2/stratum", "breaks-stratum", None),
        ("/3/number", "repeated", None),
    ]
    assert refused.json()["detail"].startswith("有 7 处问题，什么都没有写入：企业规模“9”不对")
    assert desk.get(f"{survey}/responses").json()["total"] == 0
    with database.read() as connection:
        assert connection.execute(select(answer.c.id)).all() == []
        assert connection.execute(select(demand.c.id)).all() == []


def test_a_number_is_taken_once(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    again = desk.post(f"{survey}/responses", json=[{"number": "S-002"}, ONE])
    assert (again.status_code, again.json()["type"]) == (409, "/problems/response-exists")
    assert faults(again) == [("/1/number", "response-exists", None)]
    assert faults(desk.post(f"{survey}/responses", json=ONE)) == [("/number", "response-exists", None)]
    assert desk.get(f"{survey}/responses").json()["total"] == 1
    answered(desk, made(desk), ONE)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        ({"phone": "13800138000"}, ("/phone", "personal-data", None)),
        ({"联系人": "张三"}, ("/联系人", "personal-data", None)),
        ({"number": "宿迁某某食品有限公司"}, ("/number", "string_pattern_mismatch", None)),
        ({"answers": {"q18": "请打 13800138000"}}, ("/answers/q18", "mobile-number", None)),
        ({"answers": {"q18": "好" * 5000}}, ("/answers/q18", "text-too-long", None)),
        ({"answers": {"q10.item": "！！……"}}, ("/answers/q10.item", "no-words", None)),
        ({"answers": {"q19": "1"}}, ("/answers/q19", "unknown-question", "q1")),
        ({"industry": "D13"}, ("/industry", "industry-of-another-section", "C13")),
        ({"stratum": "small-b"}, ("/stratum", "breaks-stratum", "small-a")),
        ({"answered_on": "去年"}, ("/answered_on", "date_from_datetime_parsing", None)),
        ({"indsutry": "C"}, ("/indsutry", "extra_forbidden", "industry")),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(
    desk: TestClient, survey: str, stated: dict[str, Any], wrong: tuple[str, str, str | None]
) -> None:
    refused = desk.post(f"{survey}/responses", json={**ONE, **stated})
    assert faults(refused) == [wrong]
    assert "13800138000" not in refused.text


@pytest.mark.one_database
def test_a_respondent_in_two_strata_is_refused(desk: TestClient) -> None:
    strata = [{"key": "small", "label": "小微", "size": ["1"]}, {"key": "food", "label": "食品", "industry": ["C13"]}]
    survey = made(desk, design={"zones": ZONES, "strata": strata})
    refused = desk.post(f"{survey}/responses", json=ONE)
    assert faults(refused) == [("/stratum", "two-strata", None)]
    assert "small（小微）、food（食品）" in refused.json()["detail"]
    answered(desk, survey, {**ONE, "stratum": "food"})


def test_responses_are_found_by_what_they_are_and_what_they_answered(desk: TestClient, survey: str) -> None:
    answered(
        desk,
        survey,
        ONE,
        {"number": "S-002", **SMALL, "industry": "1411", "answers": {"q4": "2", "q12": "1"}},
        {"number": "M-001", "size": "2", "industry": "C"},
        {"number": "M-002", "size": "2", "industry": "A01", "answers": {"q12": "2"}},
    )

    def numbers(query: str) -> list[str]:
        return [each["number"] for each in desk.get(f"{survey}/responses?{query}").json()["items"]]

    assert numbers("size=2") == numbers("size=中型企业") == ["M-001", "M-002"]
    assert numbers("industry=C") == ["S-001", "S-002", "M-001"]
    assert numbers("industry=C13") == numbers("industry=13") == ["S-001"]
    assert numbers("industry=14") == ["S-002"]
    assert numbers("question=q12") == ["S-001", "S-002", "M-002"]
    assert numbers("question=q12&option=2&size=1") == ["S-001"]
    assert numbers(f"zone={ZONES[0]}&ownership=3") == ["S-001", "S-002"]
    page = desk.get(f"{survey}/responses?industry=C&limit=2").json()
    assert (page["total"], len(page["items"])) == (3, 2)
    assert [each["number"] for each in desk.get(page["next"]).json()["items"]] == ["M-001"]


def test_responses_are_found_by_what_they_leave_open(desk: TestClient, survey: str) -> None:
    answered(
        desk,
        survey,
        ONE,
        {"number": "M-001", "size": "2", "industry": "C", "answers": {"q12": "1"}},
        {"number": "M-002", "size": "2"},
        {"number": "X-001", "ownership": "1", "answers": {"q12": "2"}},
    )

    def numbers(query: str) -> list[str]:
        return [each["number"] for each in desk.get(f"{survey}/responses?{query}").json()["items"]]

    assert numbers("unanswered=q12") == ["M-002"]
    assert numbers("unanswered=q1") == numbers("unanswered=size") == numbers("not_stated=size") == ["X-001"]
    assert numbers("question=q1&option=中型企业") == numbers("size=2") == ["M-001", "M-002"]
    assert numbers("question=industry") == numbers("question=q2&option=C") == ["S-001", "M-001"]
    assert numbers("not_stated=ownership&not_stated=industry") == ["M-002"]
    assert numbers("not_stated=size&question=q12&option=2") == ["X-001"]
    page = desk.get(f"{survey}/responses?not_stated=zone&not_stated=ownership&unanswered=q4&limit=1").json()
    assert (page["total"], [each["number"] for each in page["items"]]) == (2, ["M-001"])
    assert [each["number"] for each in desk.get(page["next"]).json()["items"]] == ["M-002"]


@pytest.mark.one_database
@pytest.mark.parametrize("query", ["size=1&not_stated=size", "question=q12&unanswered=q12", "size=1&unanswered=q1"])
def test_nobody_both_says_and_leaves_open_the_same(desk: TestClient, survey: str, query: str) -> None:
    answered(desk, survey, ONE, {"number": "M-001"})
    assert desk.get(f"{survey}/responses?{query}").json()["total"] == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "parameter", "rule"),
    [
        ("size=9", "size", "unknown-code"),
        ("industry=98", "industry", "unknown-industry"),
        ("question=q99", "question", "unknown-question"),
        ("unanswered=q99", "unanswered", "unknown-question"),
        ("unanswered=q8", "unanswered", "question-has-parts"),
        ("question=q4&option=9", "option", "unknown-option"),
        ("question=q18&option=1", "option", "unknown-option"),
        ("question=q1&option=9", "option", "unknown-code"),
        ("option=1", "option", "option-of-no-question"),
        ("not_stated=region", "not_stated", "literal_error"),
    ],
)
def test_nobody_can_be_found_by_what_is_not_there(
    desk: TestClient, survey: str, query: str, parameter: str, rule: str
) -> None:
    refused = desk.get(f"{survey}/responses?{query}")
    (told,) = refused.json()["errors"]
    assert (refused.status_code, told["parameter"], told["rule"]) == (422, parameter, rule)


def test_hundreds_come_at_once_and_five_thousand_at_most(desk: TestClient, survey: str) -> None:
    many = [
        {"number": f"S-{place}", **SMALL, "answers": {"q4": "1", "q10.item": f"第 {place} 件事"}}
        for place in range(300)
    ]
    added = desk.post(f"{survey}/responses", json=many).json()
    assert (added["responses"], added["demands"]) == (300, 300)
    assert demands(desk, survey)[49][:2] == (50, "第 49 件事")
    too_many = desk.post(f"{survey}/responses", json=[{"number": f"T-{place}"} for place in range(5001)])
    assert (too_many.status_code, too_many.json()["errors"][0]["rule"]) == (422, "too_long")
    assert desk.post(f"{survey}/responses", json=[]).status_code == 422
