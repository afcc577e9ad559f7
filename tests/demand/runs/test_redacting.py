"""The words of a demand go for good; what was found and judged of it stays, so that no figure moves."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select

from app.audit.models import audit_entry
from app.catalogue.divisions import division
from app.db import Database, metadata
from app.demand.matching.text import text_hash
from app.demand.runs.models import judgement
from app.demand.surveys.models import answer, demand
from tests.demand.runs.lists import ask_for, judge, results, run
from tests.demand.written import a_demand, a_response, row

WORDS = "张三 13800000000 想办食品经营许可证，另外还要办施工许可证"
REASON = {"reason": "写了个人姓名和电话"}


@pytest.fixture
def survey(lists: Database) -> int:
    return ask_for(lists, WORDS, "公司注销")


def redact(researcher: TestClient, survey: int, number: int = 1, status: int = 200, **said: str) -> dict[str, Any]:
    answer = researcher.post(f"/v1/surveys/{survey}/demands/{number}/redact", json={**REASON, **said})
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def everything(connection: Connection) -> str:
    """All that is kept, but for the divisions of the country."""
    kept = [connection.execute(select(table)).all() for table in metadata.sorted_tables if table is not division]
    return str(kept)


def test_the_words_and_their_hash_are_nowhere_any_more(researcher: TestClient, survey: int, lists: Database) -> None:
    path = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "note": f"{WORDS[:2]}没有说清"})
    before = results(researcher, path)
    redact(researcher, survey)
    with lists.read() as connection:
        kept = everything(connection)
    assert "食品经营许可" in kept
    assert [said for said in ("张三", "13800000000", "另外还要办", text_hash(WORDS)) if said in kept] == []
    redacted, other = results(researcher, path)
    assert (redacted["text"], redacted["parts"]) == (None, [])
    assert [hit["code"] for hit in redacted["hits"]] == [hit["code"] for hit in before[0]["hits"]]
    assert [hit["reasons"] for hit in redacted["hits"]] == [None] * len(redacted["hits"])
    assert other == before[1]


def test_what_was_judged_of_it_still_counts(researcher: TestClient, survey: int) -> None:
    path = run(researcher, survey)
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "SP-1"})
    before = researcher.get(path).json()["outcomes"]
    redact(researcher, survey)
    assert researcher.get(path).json()["outcomes"] == before
    assert results(researcher, path)[0]["met_by"]["code"] == "SP-1"
    again = run(researcher, survey)
    first = results(researcher, again)[0]
    assert (first["zone"], first["outcome"], first["why_not_matched"]) == (
        "review", "met_online", "诉求的文字已隐去，不能再比对。",
    )  # fmt: skip


def test_other_demands_of_the_same_words_are_named_and_keep_their_judgements(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    other = ask_for(lists, f"{WORDS}。")
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "SP-1"})
    judge(researcher, other, {"demand": 1, "verdict": "confirm", "item": "JZ-1"})
    mine, theirs = run(researcher, survey), run(researcher, other)
    assert redact(researcher, survey)["same_words"] == [{"survey": other, "demand": 1}]
    for path in (mine, theirs):
        assert results(researcher, path)[0]["met_by"]["code"] == "JZ-1"
    with lists.read() as connection:
        of_mine = select(demand.c.id).where(demand.c.survey_id == survey, demand.c.number == 1).scalar_subquery()
        hashes = connection.execute(select(judgement.c.text_hash).where(judgement.c.demand_id == of_mine)).scalars()
        assert all(each.startswith("redacted:") for each in hashes)


def test_the_answer_it_was_taken_from_loses_the_same_words(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    with lists.write() as connection:
        enterprise = a_response(connection, survey, "E-1")
        usual = {"response_id": enterprise, "choice": "", "is_redacted": False}
        row(connection, answer, question="q10.item", text=WORDS, **usual)
        row(connection, answer, question="q18", text="窗口态度很好", **usual)
        a_demand(connection, survey, 3, WORDS, text_hash=text_hash(WORDS), response_id=enterprise, question="q10.item")
    assert redact(researcher, survey, 3)["same_words"] == [{"survey": survey, "demand": 1}]
    with lists.read() as connection:
        kept = connection.execute(select(answer.c.question, answer.c.text, answer.c.is_redacted)).all()
    assert sorted(map(tuple, kept)) == [("q10.item", None, True), ("q18", "窗口态度很好", False)]


@pytest.mark.parametrize("question", ["q18", None])
def test_an_answer_of_which_it_is_one_of_several_loses_them_too(
    researcher: TestClient, survey: int, lists: Database, question: str | None
) -> None:
    """As a file says that an answer holds several demands, or doesn't say which question one comes from."""
    with lists.write() as connection:
        enterprise = a_response(connection, survey, "E-1")
        usual = {"response_id": enterprise, "choice": "", "is_redacted": False}
        row(connection, answer, question="q18", text="少跑几次；找张三办社保_要快", **usual)
        row(connection, answer, question="q10.item", text="找张三办社保%", **usual)
        a_demand(connection, survey, 3, "找张三办社保_要快", response_id=enterprise, question=question)
    redact(researcher, survey, 3)
    with lists.read() as connection:
        kept = connection.execute(select(answer.c.question, answer.c.text, answer.c.is_redacted)).all()
    assert sorted(map(tuple, kept)) == [("q10.item", "找张三办社保%", False), ("q18", None, True)]


def test_what_it_was_split_into_is_named(researcher: TestClient, survey: int, lists: Database) -> None:
    with lists.write() as connection:
        whole = connection.execute(select(demand.c.id).where(demand.c.number == 1)).scalar_one()
        connection.execute(demand.update().where(demand.c.id == whole).values(is_split=True))
        a_demand(connection, survey, 3, "张三想办食品经营许可证", part_of=whole)
    assert redact(researcher, survey)["parts"] == [{"survey": survey, "demand": 3}]


def test_a_run_with_a_redacted_demand_verifies_the_rest(researcher: TestClient, survey: int) -> None:
    path = run(researcher, survey)
    redact(researcher, survey)
    said = researcher.get(f"{path}/verify").json()
    assert (said["agrees"], said["checked"], said["redacted"]) == (True, 1, 1)


def test_what_was_judged_stays_about_the_same_lists(researcher: TestClient, survey: int, lists: Database) -> None:
    """Though the judgement names the run no more that was looked at, where other demands say the same words."""
    ask_for(lists, WORDS)
    looked_at = int(run(researcher, survey, as_of="2021-06-01").rsplit("/", 1)[1])
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": looked_at})
    redact(researcher, survey)
    with lists.read() as connection:
        kept = connection.execute(select(judgement.c.run_id, judgement.c.as_of, judgement.c.revision)).all()
    assert sorted(kept, key=lambda each: each.run_id is None) == [
        (looked_at, date(2021, 6, 1), 1),
        (None, date(2021, 6, 1), 1),
    ]


@pytest.mark.one_database
def test_it_is_refused_twice_for_nothing_and_with_the_words_as_the_reason(
    researcher: TestClient, survey: int, client: TestClient
) -> None:
    assert redact(researcher, survey, status=422, reason=f"写着{WORDS}")["errors"][0]["rule"] == "repeats-the-text"
    numbered = redact(researcher, survey, status=422, reason="写着 13812345678")
    assert [(each["pointer"], each["rule"]) for each in numbered["errors"]] == [("/reason", "mobile-number")]
    assert redact(researcher, survey, status=422, reason=" ")["errors"][0]["pointer"] == "/reason"
    redact(researcher, survey)
    assert redact(researcher, survey, status=409)["type"] == "/problems/demand-redacted"
    assert redact(researcher, survey, 99, status=404)["type"] == "/problems/demand-not-found"
    assert client.post(f"/v1/surveys/{survey}/demands/1/redact", json=REASON).status_code == 401


@pytest.mark.one_database
def test_the_log_says_who_did_it_and_why_and_not_what(researcher: TestClient, survey: int, lists: Database) -> None:
    redact(researcher, survey)
    with lists.read() as connection:
        told = select(audit_entry.c.by, audit_entry.c.about, audit_entry.c.details)
        ((by, about, details),) = connection.execute(told.where(audit_entry.c.action == "demand.redact")).all()
    assert (by, about, details) == ("研究员 周宁", f"survey/{survey}/demand/1", REASON)
