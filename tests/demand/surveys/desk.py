"""A survey of enterprises and those who work on it, over HTTP."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.jobs.desk import keyed

ZONES = ["经济技术开发区", "宿城经济开发区", "宿豫高新技术开发区"]
STRATA = [
    {"key": f"small-{letter}", "label": f"小微·{zone}", "planned": 5, "size": ["1"], "zone": [zone]}
    for letter, zone in zip("abc", ZONES, strict=True)
]
DESIGN = {
    "method": "分层、分组随机抽样",
    "zones": ZONES,
    "planned": 30,
    "strata": [
        *STRATA,
        {"key": "medium", "label": "中型企业", "planned": 10, "size": ["2"]},
        {"key": "large", "label": "大型企业", "planned": 5, "size": ["3"]},
    ],
}
SURVEY = {
    "title": "“一网、一门、一次”改革企业调查",
    "division_code": "440105",
    "area": "宿迁市三个企业密集地区",
    "held_from": "2020-11-20",
    "held_to": "2020-12-12",
    "is_synthetic": True,
    "design": DESIGN,
    "questionnaire": {"template": "enterprise-2020"},
}
SMALL = {"size": "小微企业", "zone": ZONES[0], "industry": "C13", "ownership": "私营企业"}
ANSWERS = {
    "q4": "1",
    "q8.days": 12,
    "q10.item": "食品经营许可证延续",
    "q10.visits": 3,
    "q12": "2",
    "q15": ["1", {"choice": "6", "text": "晚上也能办"}],
    "q18": "希望早点能在网上办",
}
ONE: dict[str, Any] = {"number": "S-001", **SMALL, "answered_on": "2020-12-08", "answers": ANSWERS}


def researcher(app: FastAPI) -> TestClient:
    return keyed(app, "研究员 周", "researcher")


def made(client: TestClient, **stated: Any) -> str:
    """The address of a new survey."""
    answer = client.post("/v1/surveys", json={**SURVEY, **stated})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def answered(client: TestClient, survey: str, *responses: dict[str, Any]) -> None:
    answer = client.post(f"{survey}/responses", json=list(responses))
    assert answer.status_code == 201, answer.text


def faults(answer: Response) -> list[tuple[str, str, str | None]]:
    """Where, which rule, what is meant."""
    assert answer.status_code in (409, 422), answer.text
    return [(each["pointer"], each["rule"], each.get("suggestion")) for each in answer.json()["errors"]]


def response(desk: TestClient, survey: str, number: str = "S-001") -> dict[str, Any]:
    body: dict[str, Any] = desk.get(f"{survey}/responses/{number}").json()
    return body


def demands(desk: TestClient, survey: str) -> list[tuple[int, str | None, str | None, str | None]]:
    items = desk.get(f"{survey}/demands").json()["items"]
    return [(each["number"], each["text"], each["question"], each["response"]) for each in items]


def corrected(desk: TestClient, survey: str, number: str = "S-001", **stated: Any) -> Any:
    path = f"{survey}/responses/{number}"
    body = {**SMALL, "answered_on": "2020-12-08", "answers": ANSWERS, **stated}
    return desk.put(path, json=body, headers={"If-Match": desk.get(path).headers["ETag"]})
