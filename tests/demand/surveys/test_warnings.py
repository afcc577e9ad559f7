"""What doesn't add up, as the survey tells it: nothing is changed because of it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.demand.surveys.desk import SMALL, answered, made, researcher

SIZES = {
    "key": "composition",
    "title": "153 家企业的构成",
    "questions": [
        {
            "key": "size",
            "text": "企业规模",
            "kind": "single",
            "attribute": "size",
            "options": [
                {"code": "1", "label": "小微企业"},
                {"code": "2", "label": "中型企业"},
                {"code": "3", "label": "大型企业"},
            ],
        }
    ],
}
PUBLISHED = [
    {"question": "size", "option": code, "share": share, "base": 153}
    for code, share in (("1", 88.2), ("2", 15.7), ("3", 0.7))
]


@pytest.fixture
def desk(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return researcher(application)


def test_published_shares_of_104_6_per_cent_are_kept_and_told(desk: TestClient) -> None:
    survey = made(desk, questionnaire=SIZES, published=PUBLISHED, design={}, is_synthetic=False)
    body = desk.get(survey).json()
    assert [(each["question"], each["share"]) for each in body["published"]] == [
        ("size", 88.2),
        ("size", 15.7),
        ("size", 0.7),
    ]
    assert [(each["rule"], each["question"]) for each in body["warnings"]] == [("shares-off-100", "size")]
    english = desk.get(survey, headers={"Accept-Language": "en"}).json()["warnings"][0]["message"]
    assert english == "The shares of size add up to 104.6 %, not to 100 %."


def test_planned_against_answered_and_weights_above_the_sample(desk: TestClient) -> None:
    survey = made(desk)
    responses = [{"number": f"S-{place}", **SMALL, "answered_on": "2020-12-01"} for place in range(6)]
    answered(desk, survey, *responses, {"number": "X-1", "answered_on": "2021-01-01"})
    demands = [
        {"text": "养老金网上申办", "weight": 7},
        {"text": "医保网上查询", "weight": 8},
        {"text": "取水许可", "weight": 2, "response": "S-1"},
    ]
    assert desk.post(f"{survey}/demands", json=demands).status_code == 201
    body = desk.get(survey).json()
    strata = {each["key"]: (each["planned"], each["responses"]) for each in body["strata"]}
    assert strata == {"small-a": (5, 6), "small-b": (5, 0), "small-c": (5, 0), "medium": (10, 0), "large": (5, 0)}
    assert body["outside_strata"] == 1
    told = [(each["rule"], each["stratum"], each["demands"]) for each in body["warnings"]]
    assert told == [
        ("more-than-planned", "small-a", []),
        *(("fewer-than-planned", stratum, []) for stratum in ("small-b", "small-c", "medium", "large")),
        ("outside-strata", None, []),
        ("outside-period", None, []),
        ("weight-over-sample", None, [2]),
        ("weight-of-one", None, [3]),
    ]
    small = desk.get(body["strata"][0]["responses_url"]).json()
    assert small["total"] == 6


def test_a_demand_that_was_split_is_not_told_beside_its_parts(desk: TestClient) -> None:
    survey = made(desk, design={"planned": 3})
    desk.post(f"{survey}/demands", json={"text": "养老金和医保", "weight": 6})
    desk.post(f"{survey}/demands/1/split", json={"parts": ["养老金", "医保"]})
    assert [each["demands"] for each in desk.get(survey).json()["warnings"]] == [[2, 3]]
