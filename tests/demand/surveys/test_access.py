"""Who may see surveys, and who may write them."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.service import NewKey, create_key
from app.db import Database
from tests.clients import Client
from tests.conftest import NOW
from tests.demand.surveys.desk import ONE, SURVEY, answered, made, researcher

pytestmark = pytest.mark.one_database


@pytest.fixture
def survey(application: FastAPI, database: Database) -> str:  # noqa: ARG001
    desk = researcher(application)
    survey = made(desk)
    answered(desk, survey, ONE)
    return survey


@pytest.fixture
def reading(application: FastAPI, database: Database) -> TestClient:
    """A researcher's key that only reads."""
    with database.write() as connection:
        key = create_key(connection, NewKey("大屏", "researcher", scope="read"), NOW)
    return Client(application, headers={"Authorization": f"Bearer {key}"})


def test_a_key_that_only_reads_sees_surveys_and_writes_none(reading: TestClient, survey: str) -> None:
    for path in ("/v1/surveys", survey, f"{survey}/responses", f"{survey}/responses/S-001", f"{survey}/demands/1"):
        assert reading.get(path).status_code == 200, path
        assert reading.head(path).status_code == 200, path
    for method, path, body in (
        ("POST", "/v1/surveys", SURVEY),
        ("PATCH", survey, {"title": "改名"}),
        ("POST", f"{survey}/responses", ONE),
        ("PUT", f"{survey}/responses/S-001", {}),
        ("POST", f"{survey}/demands", {"text": "取水许可"}),
        ("POST", f"{survey}/demands/1/split", {"parts": ["一", "二"]}),
        ("POST", f"{survey}/responses/S-001/redact", {"question": "q18", "reason": "写了姓名"}),
    ):
        refused = reading.request(method, path, json=body)
        assert (refused.status_code, refused.json()["permission"]) == (403, "survey"), path
        assert refused.json()["detail"] == "这个令牌只能读，不能使用调查数据。"


def test_it_says_of_itself_what_it_may(reading: TestClient) -> None:
    me = reading.get("/v1/me").json()
    assert (me["scope"], me["permissions"]) == ("read", ["read", "survey"])


def test_surveys_are_never_public_but_what_they_are_made_of_is(client: TestClient, survey: str) -> None:
    for path in ("/v1/surveys", survey, f"{survey}/responses", f"{survey}/demands"):
        assert client.get(path).status_code == 401, path
    for path in ("/v1/questionnaires", "/v1/questionnaires/enterprise-2020", "/v1/industries"):
        assert client.get(path).status_code == 200, path


def test_what_surveys_are_made_of(client: TestClient) -> None:
    page = client.get("/v1/industries").json()
    assert (page["total"], page["standard"]) == (117, "GB/T 4754-2017")
    assert page["items"][:2] == [
        {"code": "A", "section": "A", "name": "农、林、牧、渔业", "level": "section"},
        {"code": "01", "section": "A", "name": "农业", "level": "division"},
    ]
    listed = client.get("/v1/questionnaires").json()
    assert "enterprise-2020" in [each["key"] for each in listed["items"]]
    unknown = client.get("/v1/questionnaires/enterprise")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/questionnaire-not-found")
    tag = client.get("/v1/industries").headers["ETag"]
    assert client.get("/v1/industries", headers={"If-None-Match": tag}).status_code == 304
