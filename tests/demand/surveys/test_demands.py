"""Taking demands in, seeing them, splitting one."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.db import Database
from app.demand.matching.text import text_hash
from app.demand.surveys.models import demand
from tests.access.people import told
from tests.demand.surveys.desk import ONE, answered, faults, made, researcher

PENSIONS = {"text": "养老金、医保、住房公积金能在网上申办、查询和转移", "weight": 6}


@pytest.fixture
def desk(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return researcher(application)


@pytest.fixture
def survey(desk: TestClient) -> str:
    return made(desk)


def numbers(desk: TestClient, survey: str, query: str = "") -> list[int]:
    return [each["number"] for each in desk.get(f"{survey}/demands?{query}").json()["items"]]


def test_a_demand_has_words_and_a_weight(desk: TestClient, survey: str, database: Database) -> None:
    answered(desk, survey, {"number": "S-001"})
    added = desk.post(f"{survey}/demands", json=PENSIONS)
    assert (added.status_code, added.headers["Location"]) == (201, f"{survey}/demands/1")
    one = {"text": " 想办 取水许可 ", "question": "q18", "response": "S-001"}
    added = desk.post(f"{survey}/demands", json=[one, {"text": "Food licence 续期"}])
    assert added.json() | {"demands_url": ""} == {"demands": 2, "first": 2, "last": 3, "demands_url": ""}
    body = desk.get(f"{survey}/demands/2").json()
    assert (body["text"], body["weight"], body["question"], body["response"]) == ("想办 取水许可", 1, "q18", "S-001")
    assert desk.get(f"{survey}/demands/1").json()["weight"] == 6
    counted = desk.get(survey).json()
    assert (counted["demands"], counted["demand_weight"]) == (3, 8)
    with database.read() as connection:
        kept = connection.execute(select(demand.c.text_hash).where(demand.c.number == 2)).scalar_one()
    assert kept == text_hash("想办取水许可")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        ({"text": ""}, ("/text", "empty-text", None)),
        ({"text": " \n "}, ("/text", "empty-text", None)),
        ({"text": "……！？"}, ("/text", "no-words", None)),
        ({"text": "办" * 5000}, ("/text", "text-too-long", None)),
        ({"text": "找王经理 13800138000"}, ("/text", "mobile-number", None)),
        ({"text": None}, ("/text", "string_type", None)),
        ({"weight": 0}, ("/weight", "weight-not-positive", None)),
        ({"weight": -3}, ("/weight", "weight-not-positive", None)),
        ({"weight": 2.5}, ("/weight", "int_type", None)),
        ({"weight": "很多"}, ("/weight", "int_type", None)),
        ({"weight": True}, ("/weight", "int_type", None)),
        ({"weight": 10**9}, ("/weight", "weight-too-large", None)),
        ({"question": "q8"}, ("/question", "question-has-parts", "q8.days")),
        ({"question": "q88"}, ("/question", "unknown-question", "q18")),
        ({"response": "S-009"}, ("/response", "unknown-response", None)),
        ({"response": "S-\0"}, ("/response", "string_pattern_mismatch", None)),
        ({"texts": "办证"}, ("/texts", "extra_forbidden", "text")),
    ],
)
def test_a_demand_that_is_none_is_refused_at_the_place(
    desk: TestClient, survey: str, stated: dict[str, Any], wrong: tuple[str, str, str | None]
) -> None:
    one = {"text": "办证", **stated}
    assert faults(desk.post(f"{survey}/demands", json=one)) == [wrong]
    pointer, rule, near = wrong
    assert faults(desk.post(f"{survey}/demands", json=[PENSIONS, one])) == [(f"/1{pointer}", rule, near)]
    assert desk.get(survey).json()["demands"] == 0


@pytest.mark.one_database
def test_the_limit_is_named_in_the_message(desk: TestClient, survey: str) -> None:
    assert desk.post(f"{survey}/demands", json={"text": "办" * 5000}).json()["detail"] == (
        "有 1 处问题，什么都没有写入：有 5000 个字符，最多 2000 个。请缩短，或分成几条。"
    )


@pytest.mark.one_database
@pytest.mark.parametrize("text", ["Renew the food licence", "办 food 许可証", "①食品②卫生", "办" * 2000])
def test_any_script_is_taken(desk: TestClient, survey: str, text: str) -> None:
    assert desk.post(f"{survey}/demands", json={"text": text}).status_code == 201
    assert desk.get(f"{survey}/demands/1").json()["text"] == text


def test_demands_are_found_by_words_question_and_response(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    desk.post(f"{survey}/demands", json=[PENSIONS, {"text": "100%_网上办", "question": "q18", "response": "S-001"}])
    assert numbers(desk, survey) == [1, 2, 3]
    assert numbers(desk, survey, "q=网上 公积金") == [2]
    assert numbers(desk, survey, "q=%25_") == [3]
    assert numbers(desk, survey, "question=q10.item") == [1]
    assert numbers(desk, survey, "response=S-001") == [1, 3]
    page = desk.get(f"{survey}/demands?response=S-001&limit=1").json()
    assert page["total"] == 2
    assert [each["number"] for each in desk.get(page["next"]).json()["items"]] == [3]
    assert desk.get(f"{survey}/demands?response=S-009").status_code == 404


def test_a_demand_for_several_things_is_split_and_stays(desk: TestClient, survey: str, database: Database) -> None:
    answered(desk, survey, ONE)
    desk.post(f"{survey}/demands", json=PENSIONS | {"question": "q18", "response": "S-001"})
    parts = ["养老金网上申办", "医保网上查询", "住房公积金转移"]
    answer = desk.post(f"{survey}/demands/2/split", json={"parts": parts})
    body = answer.json()
    assert (answer.status_code, body["is_split"], body["parts"], body["text"]) == (
        201,
        True,
        [3, 4, 5],
        PENSIONS["text"],
    )
    made_of = [
        (each["text"], each["weight"], each["question"], each["response"], each["part_of"]) for each in body["items"]
    ]
    assert made_of == [(part, 6, "q18", "S-001", 2) for part in parts]
    assert numbers(desk, survey, "split=true") == [2]
    assert numbers(desk, survey, "split=false") == [1, 3, 4, 5]
    assert desk.get(survey).json()["demand_weight"] == 19
    about = survey.removeprefix("/v1/").replace("surveys", "survey")
    assert ("survey.split-demand", "done") in [(each[1], each[3]) for each in told(database, about=about)]


def test_a_part_may_be_split_further_but_nothing_twice(desk: TestClient, survey: str) -> None:
    desk.post(f"{survey}/demands", json=PENSIONS)
    desk.post(f"{survey}/demands/1/split", json={"parts": ["养老金", "医保和公积金"]})
    again = desk.post(f"{survey}/demands/1/split", json={"parts": ["养老金", "医保"]})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/demand-split")
    assert desk.post(f"{survey}/demands/3/split", json={"parts": ["医保", "公积金"]}).json()["parts"] == [4, 5]


def test_what_was_redacted_cannot_be_split(desk: TestClient, survey: str, database: Database) -> None:
    desk.post(f"{survey}/demands", json=PENSIONS)
    with database.write() as connection:
        connection.execute(update(demand).values(text=None, is_redacted=True, text_hash="redacted:1"))
    refused = desk.post(f"{survey}/demands/1/split", json={"parts": ["养老金", "医保"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/demand-redacted")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ([], [("/parts", "too-few-parts", None)]),
        (["养老金"], [("/parts", "too-few-parts", None)]),
        (["养老金", "。"], [("/parts/1", "no-words", None)]),
        (["养老金", "养老金！"], [("/parts/1", "repeated", None)]),
    ],
)
def test_parts_are_demands_each_of_its_own(
    desk: TestClient, survey: str, parts: list[str], wrong: list[tuple[str, str, str | None]]
) -> None:
    desk.post(f"{survey}/demands", json=PENSIONS)
    assert faults(desk.post(f"{survey}/demands/1/split", json={"parts": parts})) == wrong
    assert numbers(desk, survey) == [1]
    assert desk.get(f"{survey}/demands/1").json()["is_split"] is False
