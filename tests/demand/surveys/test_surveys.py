"""Making surveys and editing them."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.access.people import told
from tests.demand.surveys.desk import DESIGN, ONE, SMALL, STRATA, SURVEY, ZONES, answered, faults, made, researcher

YES_NO = [{"code": "1", "label": "是"}, {"code": "2", "label": "否"}]


@pytest.fixture
def desk(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return researcher(application)


def questionnaire(desk: TestClient) -> dict[str, Any]:
    body: dict[str, Any] = desk.get("/v1/questionnaires/enterprise-2020").json()
    return body


def patched(desk: TestClient, survey: str, **stated: Any) -> Any:
    return desk.patch(survey, json=stated, headers={"If-Match": desk.get(survey).headers["ETag"]})


def test_a_survey_is_made_from_a_questionnaire_that_is_shipped(desk: TestClient, database: Database) -> None:
    answer = desk.post("/v1/surveys", json=SURVEY)
    body = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert len(body["questionnaire"]["questions"]) == 18
    assert body["questionnaire"] == questionnaire(desk)
    assert (body["planned"], body["responses"], body["demands"]) == (30, 0, 0)
    assert (body["held_from"], body["by"], body["warnings"]) == ("2020-11-20", "研究员 周", [])
    assert desk.get(body["url"]).json() == body
    unmatched = {"report_url", "experience_url"}
    answers = {name: desk.get(body[name]).status_code for name in body if name.endswith("_url")}
    assert answers == {name: 409 if name in unmatched else 200 for name in answers}
    assert [each[1:] for each in told(database, about=f"survey/{body['id']}")] == [
        ("survey.create", f"survey/{body['id']}", "done")
    ]


def test_a_questionnaire_may_be_given_in_full(desk: TestClient) -> None:
    asked = {
        "key": "own",
        "title": "自己的问卷",
        "questions": [{"key": "a", "text": "办过吗", "kind": "single", "options": YES_NO}],
    }
    survey = made(desk, questionnaire=asked)
    assert desk.get(survey).json()["questionnaire"] == asked


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        ({"questionnaire": {"template": "enterprise-2021"}}, ("/questionnaire/template", "unknown-questionnaire", "enterprise-2020")),
        ({"questionnaire": {"key": "own", "title": "问卷", "questions": [{"key": "a", "text": "办过吗", "kind": "single"}]}}, ("/questionnaire/questions/0/options", "too-few-options", None)),
        ({"division_code": "999999"}, ("/division_code", "unknown-division", None)),
        ({"held_to": "2020-11-01"}, ("/held_to", "period-reversed", None)),
        ({"design": {"strata": [{"key": "a", "label": "甲", "zone": ["西"]}]}}, ("/design/strata/0/zone/0", "unknown-zone", None)),
        ({"contact": "13800138000"}, ("/contact", "extra_forbidden", None)),
        ({"published": [{"question": "q5", "option": "9", "share": 3}]}, ("/published/0/option", "unknown-option", None)),
        ({"published": [{"question": "q18", "option": "1", "share": 3}]}, ("/published/0/question", "no-choice", None)),
        ({"published": [{"question": "q55", "option": "1", "share": 3}]}, ("/published/0/question", "unknown-question", "q5")),
        ({"published": [{"question": "q5", "option": "1"}]}, ("/published/0/respondents", "missing", None)),
        ({"published": [{"question": "q5", "option": "1", "share": 104.6}]}, ("/published/0/share", "less_than_equal", None)),
        ({"published": [{"question": "q5", "option": "1", "share": 3}, {"question": "q5", "option": "1", "share": 4}]}, ("/published/1/option", "repeated", None)),
    ],
)  # fmt: skip
def test_a_survey_that_makes_no_sense_is_refused_at_the_place(
    desk: TestClient, stated: dict[str, Any], wrong: tuple[str, str, str | None]
) -> None:
    assert faults(desk.post("/v1/surveys", json={**SURVEY, **stated})) == [wrong]
    assert desk.get("/v1/surveys").json()["total"] == 0


def test_surveys_are_listed_by_division_with_what_there_is_of_each(desk: TestClient) -> None:
    first, second = made(desk), made(desk, division_code="110101", title="东城区企业调查")
    answered(desk, first, ONE, {"number": "S-002", **SMALL})
    page = desk.get("/v1/surveys?limit=1").json()
    assert [each["url"] for each in page["items"]] == [first]
    assert (page["total"], page["items"][0]["responses"], page["items"][0]["demands"]) == (2, 2, 1)
    assert [each["url"] for each in desk.get(page["next"]).json()["items"]] == [second]
    assert [each["url"] for each in desk.get("/v1/surveys?within=440000").json()["items"]] == [first]
    assert desk.get("/v1/surveys?within=44").status_code == 422


def test_an_edit_names_the_version_that_was_read(desk: TestClient) -> None:
    survey = made(desk)
    assert desk.patch(survey, json={"title": "改名"}).status_code == 428
    assert patched(desk, survey, title="改名", source=None).json()["version"] == 2
    late = desk.patch(survey, json={"title": "又改名"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/survey-changed")
    assert desk.get(survey).json()["title"] == "改名"


def test_what_says_the_same_is_no_edit(desk: TestClient) -> None:
    survey = made(desk)
    same = patched(desk, survey, title=SURVEY["title"], design=DESIGN, questionnaire=questionnaire(desk))
    assert (same.status_code, same.json()["version"]) == (200, 1)


def test_what_is_not_given_stays_and_null_takes_away(desk: TestClient) -> None:
    survey = made(desk)
    body = patched(desk, survey, area=None, about="只问办过的").json()
    assert (body["area"], body["about"], body["title"]) == (None, "只问办过的", SURVEY["title"])
    assert patched(desk, survey, title=None).status_code == 422
    assert patched(desk, survey, design=None).status_code == 422


def test_questions_that_were_answered_keep_their_meaning(desk: TestClient, database: Database) -> None:
    survey = made(desk)
    answered(desk, survey, ONE)
    asked = questionnaire(desk)
    by_key = {each["key"]: each for each in asked["questions"]}
    by_key["q12"]["options"][1]["label"] = "要重复提交"
    by_key["q4"]["text"] = "是否办理过"
    by_key["q8"]["parts"][0]["unit"] = "天"
    by_key["q1"]["options"][0]["label"] = "小型企业"
    by_key["q5"]["text"] = "还没有人答，可以改"
    asked["questions"] = [each for each in asked["questions"] if each["key"] not in ("q18", "q17")]
    refused = patched(desk, survey, questionnaire=asked)
    assert refused.json()["type"] == "/problems/questions-answered"
    assert sorted(faults(refused)) == [
        ("/questionnaire/questions", "question-answered", None),
        ("/questionnaire/questions/0/options", "question-answered", None),
        ("/questionnaire/questions/11/options", "question-answered", None),
        ("/questionnaire/questions/3/text", "question-answered", None),
        ("/questionnaire/questions/7/parts/0/unit", "question-answered", None),
    ]
    assert desk.get(survey).json()["questionnaire"] == questionnaire(desk)
    assert told(database, about=survey.removeprefix("/v1/").replace("surveys", "survey"))[-1][3] == "refused"


def test_options_are_added_and_marks_are_changed_after_answers(desk: TestClient) -> None:
    survey = made(desk)
    answered(desk, survey, ONE)
    asked = questionnaire(desk)
    by_key = {each["key"]: each for each in asked["questions"]}
    by_key["q12"]["options"].append({"code": "4", "label": "不清楚"})
    by_key["q18"]["asks"] = True
    by_key["q5"]["text"] = "总的来说满意吗"
    assert patched(desk, survey, questionnaire=asked).status_code == 200
    assert desk.get(survey).json()["questionnaire"] == asked


def test_a_design_may_not_drop_what_responses_are_in(desk: TestClient) -> None:
    survey = made(desk)
    answered(desk, survey, ONE, {"number": "M-001", "size": "2"})
    other = {"zones": ZONES[1:], "strata": [{"key": "all", "label": "全部"}]}
    assert sorted(faults(patched(desk, survey, design=other))) == [
        ("/design/strata", "unknown-stratum", None),
        ("/design/zones", "zone-in-use", None),
    ]
    broken = {**DESIGN, "strata": [*STRATA, {"key": "medium", "label": "大型", "size": ["3"]}]}
    assert faults(patched(desk, survey, design=broken)) == [("/design/strata", "breaks-stratum", None)]


def test_responses_outside_come_into_the_stratum_that_they_meet_now(desk: TestClient) -> None:
    survey = made(desk, design={"zones": ZONES, "strata": STRATA})
    answered(desk, survey, {"number": "M-001", "size": "2"}, {"number": "M-002", "size": "2"}, {"number": "X-001"})
    assert desk.get(survey).json()["outside_strata"] == 3
    body = patched(desk, survey, design=DESIGN).json()
    assert {each["key"]: each["responses"] for each in body["strata"] if each["responses"]} == {"medium": 2}
    assert body["outside_strata"] == 1
    assert [each["number"] for each in desk.get(f"{survey}/responses?stratum=medium").json()["items"]] == [
        "M-001",
        "M-002",
    ]


def test_a_survey_that_is_not_there(desk: TestClient) -> None:
    for path in ("", "/responses", "/demands", "/responses/S-001", "/demands/1"):
        answer = desk.get(f"/v1/surveys/77{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/survey-not-found")
