"""Correcting a response, redacting what was written in one."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.access import passwords
from app.audit import log
from app.db import Database
from app.demand.surveys.models import answer, demand
from tests.demand.surveys.desk import (
    ANSWERS,
    ONE,
    SMALL,
    answered,
    corrected,
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


def test_a_correction_says_the_whole_and_the_log_keeps_a_hash(
    desk: TestClient, survey: str, database: Database
) -> None:
    answered(desk, survey, ONE)
    body = corrected(desk, survey, size="2", zone=None, answers={**ANSWERS, "q4": "2", "q12": None}).json()
    assert (body["size"], body["stratum"], body["answers"]["q4"]) == ("2", "medium", "2")
    assert "q12" not in body["answers"]
    with database.read() as connection:
        kept = log.entries(connection, {"action": "survey.correct-response"}, 0, 10)
    assert len(kept) == 1
    details = kept[0].details
    assert (details["response"], details["changed"]) == ("S-001", ["stratum", "size", "zone", "q4", "q12"])
    assert len(details["before"]) == 64


def test_a_correction_that_changes_nothing_is_not_told(desk: TestClient, survey: str, database: Database) -> None:
    answered(desk, survey, ONE)
    assert corrected(desk, survey).status_code == 200
    with database.read() as connection:
        assert log.entries(connection, {"action": "survey.correct-response"}, 0, 10) == []


def test_nobody_overwrites_a_correction_unseen(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    path = f"{survey}/responses/S-001"
    read = desk.get(path).headers["ETag"]
    assert desk.put(path, json=SMALL).status_code == 428
    assert desk.put(path, json=SMALL, headers={"If-Match": read}).status_code == 200
    late = desk.put(path, json=SMALL, headers={"If-Match": read})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/response-changed")


def test_a_wrong_correction_changes_nothing(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    before = response(desk, survey)
    assert faults(corrected(desk, survey, answers={"q4": "7"})) == [("/answers/q4", "unknown-option", None)]
    assert response(desk, survey) == before


def test_a_demand_follows_its_answer(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE, {"number": "S-002", **SMALL})
    corrected(desk, survey, answers={**ANSWERS, "q10.item": "食品经营许可证变更"})
    corrected(desk, survey, "S-002", answers={"q10.item": "取水许可"})
    assert [each[:2] for each in demands(desk, survey)] == [(1, "食品经营许可证变更"), (2, "取水许可")]
    corrected(desk, survey, answers={})
    assert [each[:2] for each in demands(desk, survey)] == [(2, "取水许可")]


def test_a_demand_that_was_split_does_not_follow(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    parts = {"parts": ["食品经营许可证", "营业执照延续"]}
    assert desk.post(f"{survey}/demands/1/split", json=parts).status_code == 201
    refused = corrected(desk, survey, answers={"q10.item": "别的"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/demand-in-use")
    assert response(desk, survey)["answers"]["q10.item"] == "食品经营许可证延续"
    assert corrected(desk, survey, answers={**ANSWERS, "q4": "2"}).status_code == 200


def test_what_somebody_wrote_is_redacted_for_good(desk: TestClient, survey: str, database: Database) -> None:
    answered(desk, survey, ONE)
    body = desk.post(f"{survey}/responses/S-001/redact", json={"question": "q18", "reason": "写了经办人姓名"}).json()
    assert (body["redacted"], body["still_said_in"]) == (["q18"], [])
    assert "q18" not in body["answers"]
    with database.read() as connection:
        row = connection.execute(select(answer.c.text, answer.c.is_redacted).where(answer.c.question == "q18")).one()
        kept = log.entries(connection, {"action": "survey.redact-answer"}, 0, 10)[0]
    assert tuple(row) == (None, True)
    assert passwords.verify('["希望早点能在网上办"]', kept.details["hashes"][0])
    assert "希望" not in str(kept.details)
    again = desk.post(f"{survey}/responses/S-001/redact", json={"question": "q18", "reason": "再来"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nothing-to-redact")


def test_what_was_redacted_stays_so_through_a_correction(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    for question in ("q18", "q15"):
        desk.post(f"{survey}/responses/S-001/redact", json={"question": question, "reason": "写了姓名"})
    body = response(desk, survey)
    assert body["answers"]["q15"] == ["1", "6"]
    answers = {**body["answers"], "q4": "2"}
    assert corrected(desk, survey, answers=answers).json()["redacted"] == ["q15", "q18"]
    anew = corrected(desk, survey, answers={**answers, "q18": "没有困难"}).json()
    assert (anew["redacted"], anew["answers"]["q18"]) == (["q15"], "没有困难")


def test_demands_that_still_say_it_are_named(desk: TestClient, survey: str, database: Database) -> None:
    answered(desk, survey, ONE)
    refused = desk.post(
        f"{survey}/responses/S-001/redact", json={"question": "q10.item", "reason": "写了食品经营许可证延续"}
    )
    assert faults(refused) == [("/reason", "repeats-the-text", None)]
    numbered = desk.post(f"{survey}/responses/S-001/redact", json={"question": "q10.item", "reason": "13812345678"})
    assert faults(numbered) == [("/reason", "mobile-number", None)]
    body = desk.post(f"{survey}/responses/S-001/redact", json={"question": "q10.item", "reason": "写了姓名"}).json()
    assert body["still_said_in"] == [1]
    with database.write() as connection:
        connection.execute(update(demand).values(text=None, is_redacted=True, text_hash="redacted:1"))
    assert response(desk, survey)["redacted"] == ["q10.item"]
    assert demands(desk, survey) == [(1, None, "q10.item", "S-001")]
    assert corrected(desk, survey, answers={"q4": "1"}).status_code == 200
    assert demands(desk, survey) == [(1, None, "q10.item", "S-001")]


def test_a_redacted_demand_that_is_asked_for_anew_is_not_counted_twice(
    desk: TestClient, survey: str, database: Database
) -> None:
    answered(desk, survey, ONE)
    desk.post(f"{survey}/responses/S-001/redact", json={"question": "q10.item", "reason": "写了姓名"})
    with database.write() as connection:
        connection.execute(update(demand).values(text=None, is_redacted=True, text_hash="redacted:1"))
    assert corrected(desk, survey, answers={"q10.item": "公共场所卫生许可"}).status_code == 200
    assert demands(desk, survey) == [(1, "公共场所卫生许可", "q10.item", "S-001")]
