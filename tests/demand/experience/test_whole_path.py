"""Over HTTP from the answers of two enterprises to what they met with: the figures follow what is judged."""

from typing import Any

from fastapi.testclient import TestClient

from tests.factories import DIVISION
from tests.jobs.desk import app_of, run_pending

SURVEY = {
    "title": "“一网、一门、一次”改革企业调查",
    "division_code": DIVISION,
    "held_to": "2020-12-08",
    "questionnaire": {"template": "enterprise-2020"},
}
RESPONSES = [
    {"number": "S-001", "answers": {"q10.item": "食品经营许可", "q10.visits": 4, "q8.days": 12}},
    {"number": "S-002", "answers": {"q10.item": "会计师事务所执业许可", "q10.visits": 2}},
]


def made(researcher: TestClient, path: str, body: Any) -> str:
    answer = researcher.post(path, json=body)
    assert answer.status_code in (201, 202), answer.text
    return str(answer.headers.get("Location"))


def met(researcher: TestClient, survey: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By item who met with more visits than promised; and who is apart."""
    body = researcher.get(f"{survey}/experience").json()
    items = {each["item"]["code"]: each["measures"][0]["worse"]["responses"] for each in body["items"]}
    return items, {why: each["responses"] for why, each in body["apart"].items() if each["count"]}


def test_the_figures_follow_the_judgements(researcher: TestClient) -> None:
    survey = made(researcher, "/v1/surveys", SURVEY)
    made(researcher, f"{survey}/responses", RESPONSES)
    made(researcher, f"{survey}/matching-runs", {"semantic": False})
    run_pending(app_of(researcher))
    items, apart = met(researcher, survey)
    assert items.keys() <= {"LICENCE"}
    assert "S-002" in [*apart.get("unmet", ()), *apart.get("to_review", ())]
    judged = [{"demand": 1, "verdict": "confirm", "item": "LICENCE"}, {"demand": 2, "verdict": "unmet"}]
    made(researcher, f"{survey}/judgements", judged)
    assert met(researcher, survey) == ({"LICENCE": ["S-001"]}, {"unmet": ["S-002"]})
    made(researcher, f"{survey}/judgements", {"demand": 2, "verdict": "better", "item": "REGISTRATION"})
    assert met(researcher, survey) == ({"LICENCE": ["S-001"], "REGISTRATION": ["S-002"]}, {})
    made(researcher, f"{survey}/judgements", {"demand": 1, "verdict": "better", "item": "REGISTRATION"})
    assert met(researcher, survey) == ({"REGISTRATION": ["S-001", "S-002"]}, {})
