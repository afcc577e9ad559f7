"""What a run found: told apart and read by page, compared with another run, found again."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from app.clock import FrozenClock
from app.db import Database
from app.demand.matching import weights
from app.demand.matching.text import text_hash
from app.demand.runs.methods import checksum_of
from app.demand.runs.models import match_result, matcher_weights, matching_run
from app.demand.surveys.models import demand
from tests.conftest import NOW
from tests.demand.runs.lists import LEAVES, ask_for, codes, judge, one, results, run
from tests.demand.written import a_demand
from tests.factories import DIVISION, item, publish
from tests.jobs.desk import done, run_pending
from tests.statements import counted


def test_it_finds_what_one_match_finds(researcher: TestClient, survey: int) -> None:
    found = results(researcher, run(researcher, survey))
    for each in found:
        if each["why_not_matched"] is None:
            said = researcher.post("/v1/match", json={"text": each["text"], "within": DIVISION}).json()
            names = ("zone", "zone_label", "probability", "hits", "parts", "elsewhere")
            assert [each[name] for name in names] == [said[name] for name in names]


def test_what_can_not_be_matched_is_to_be_reviewed_and_says_why(researcher: TestClient, survey: int) -> None:
    (punctuation,) = [each for each in results(researcher, run(researcher, survey)) if each["text"] == "！！！"]
    assert (punctuation["zone"], punctuation["outcome"], punctuation["probability"]) == ("review", "review", None)
    assert "没有文字" in punctuation["why_not_matched"]


def test_only_the_parts_of_a_split_demand_count(researcher: TestClient, survey: int, lists: Database) -> None:
    with lists.write() as connection:
        whole = a_demand(connection, survey, 7, "办食品经营许可，还要办施工许可", is_split=True)
        a_demand(connection, survey, 8, "办食品经营许可", part_of=whole)
    assert [each["demand"] for each in results(researcher, run(researcher, survey))] == [1, 2, 3, 4, 5, 6, 8]


def test_results_are_told_apart_and_come_in_pages(researcher: TestClient, survey: int, lists: Database) -> None:
    with lists.write() as connection:
        connection.execute(update(demand).where(demand.c.number <= 2).values(question="q18"))
    path = run(researcher, survey)
    found = results(researcher, path)
    assert [each["demand"] for each in results(researcher, path, "?question=q18")] == [1, 2]
    for name in ("zone", "outcome"):
        for value in {each[name] for each in found}:
            some = [each["demand"] for each in found if each[name] == value]
            assert [each["demand"] for each in results(researcher, path, f"?{name}={value}")] == some
    pages, following = [], f"{path}/results?limit=4&zone=matched&zone=review&zone=unmet&judged=false"
    while following:
        page = one(researcher, following)
        pages.append([each["demand"] for each in page["items"]])
        following = page["next"]
    assert (pages, page["total"]) == ([[1, 2, 3, 4], [5, 6]], 6)


def test_those_that_look_like_several_needs_are_told_apart_until_they_are_split(
    researcher: TestClient, lists: Database
) -> None:
    both = ("办食品经营许可证；办施工许可证", "办公司注销；办公共场所卫生许可", "办施工许可证；办公司变更登记")
    survey = ask_for(lists, "办食品经营许可", *both)
    path = run(researcher, survey)
    assert [len(each["parts"]) for each in results(researcher, path)] == [0, 2, 2, 2]
    page = one(researcher, f"{path}/results?several=true&limit=1")
    rest = one(researcher, page["next"])
    assert (page["total"], [each["demand"] for each in page["items"]]) == (3, [2])
    assert [each["demand"] for each in rest["items"]] == [3]
    parts = page["items"][0]["parts"]
    assert researcher.post(f"/v1/surveys/{survey}/demands/2/split", json={"parts": parts}).status_code == 201
    assert [each["demand"] for each in results(researcher, path, "?several=true")] == [3, 4]
    assert [each["demand"] for each in results(researcher, path, "?several=false")] == [1, 2]
    judge(researcher, survey, {"demand": 3, "verdict": "unmet", "run": int(path.rsplit("/", 1)[1])})
    assert [each["demand"] for each in results(researcher, path, "?several=true&decided_by=run")] == [4]
    assert [each["demand"] for each in results(researcher, path, "?decided_by=judgement")] == [3]


def test_a_page_takes_a_few_statements(researcher: TestClient, survey: int) -> None:
    path = run(researcher, survey)
    results(researcher, path)
    with counted() as few:
        results(researcher, path, "?limit=1")
    with counted() as many:
        results(researcher, path, "?limit=1000")
    assert len(few) == len(many) <= 14, many


def test_runs_are_of_their_day_and_their_division(researcher: TestClient, survey: int, lists: Database) -> None:
    publish(lists, item("KJ-1", name="会计师事务所执业许可", start=date(2026, 3, 2)), on=date(2026, 3, 2))
    today, before = run(researcher, survey), run(researcher, survey, as_of="2026-03-01")
    known_then, wider = run(researcher, survey, known_at=1), run(researcher, survey, within="440100")
    first = [codes(results(researcher, path)[2]["hits"])[:1] == ["KJ-1"] for path in (today, before, known_then, wider)]
    assert first == [True, False, False, True]
    assert [one(researcher, path)["revision"] for path in (before, known_then)] == [2, 1]


def test_two_runs_are_compared(researcher: TestClient, survey: int, lists: Database) -> None:
    old = run(researcher, survey)
    publish(lists, item("KJ-1", name="会计师事务所执业许可", start=date(2026, 3, 2)), on=date(2026, 3, 2))
    with lists.write() as connection:
        a_demand(connection, survey, 7, "补办公共场所卫生许可", weight=2)
    new = run(researcher, survey)
    said = one(researcher, f"{new}/compare?with={old.rsplit('/', 1)[1]}")
    assert [each["what"] for each in said["differs_in"]] == ["revision"]
    assert (said["only_this"], said["only_other"], said["same"]) == (1, 0, 5)
    assert said["zone_differs"] + said["item_differs"] == 1
    accountant, added = said["items"]
    assert (accountant["demand"], accountant["this"]["item"]["code"]) == (3, "KJ-1")
    assert accountant["other"]["item"]["code"] != "KJ-1"
    assert (added["demand"], added["other"]) == (7, None)
    page = one(researcher, f"{new}/compare?with={old.rsplit('/', 1)[1]}&limit=1")
    assert (page["total"], one(researcher, page["next"])["items"]) == (2, [added])
    same = one(researcher, f"{new}/compare?with={new.rsplit('/', 1)[1]}")
    assert (same["differs_in"], same["items"], same["same"]) == ([], [], 7)


def test_it_finds_the_same_again_whatever_was_published_or_adopted_since(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    path = run(researcher, survey)
    publish(lists, item("KJ-1", name="会计师事务所执业许可"), on=date(2026, 3, 2))
    adopt_other_weights(lists)
    assert one(researcher, f"{path}/verify") == {
        "run": int(path.rsplit("/", 1)[1]),
        "agrees": True,
        "note": None,
        "checked": LEAVES,
        "redacted": 0,
        "differing": 0,
        "differences": [],
    }
    assert one(researcher, run(researcher, survey))["weights_origin"] == "fitted"


def adopt_other_weights(database: Database) -> None:
    content = {**weights.shipped().as_json(), "version": "fitted to judgements"}
    row = {"checksum": checksum_of(weights.Weights.from_json(content)), "origin": "fitted", "content": content}
    with database.write() as connection:
        connection.execute(insert(matcher_weights).values(**row, by="研究员", at=NOW, adopted_at=NOW))


def test_where_it_was_altered_verifying_says_of_which_demands(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    path = run(researcher, survey)
    with lists.write() as connection:
        of_first = match_result.c.demand_id == select(demand.c.id).where(demand.c.number == 1).scalar_subquery()
        connection.execute(update(match_result).where(of_first).values(zone="unmet", hits=[], item_id=None))
    said = one(researcher, f"{path}/verify")
    (difference,) = said["differences"]
    assert (said["agrees"], said["checked"], said["differing"]) == (False, LEAVES, 1)
    assert (difference["demand"], difference["recorded"]["item"]) == (1, None)
    assert "hits" in difference["what"]
    assert difference["found"]["item"]["code"] == "SP-3"


def test_a_run_of_another_matcher_version_or_model_can_not_be_made_again(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    path = run(researcher, survey)
    with lists.write() as connection:
        connection.execute(update(matching_run).values(semantic_model="another model 0.1"))
    assert [one(researcher, f"{path}/verify")[name] for name in ("agrees", "checked")] == [None, 0]
    with lists.write() as connection:
        connection.execute(update(matching_run).values(matcher_version="0"))
    said = one(researcher, f"{path}/verify")
    assert (said["agrees"], "第 0 版比对程序" in said["note"]) == (None, True)


@pytest.mark.one_database
def test_a_large_run_is_verified_by_a_job(researcher: TestClient, survey: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run(researcher, survey)
    at_once = one(researcher, f"{path}/verify")
    monkeypatch.setattr("app.demand.runs.verifying.MOST_AT_ONCE", LEAVES - 1)
    assert one(researcher, f"{path}/verify", 409)["verify_url"] == f"{path}/verify"
    asked = researcher.post(f"{path}/verify")
    job = done(researcher, asked.headers["Location"])
    assert (job["kind"], job["status"], job["done"], job["result"]) == ("matching-run-verify", "done", 6, at_once)


@pytest.mark.one_database
def test_at_midnight_another_day_is_asked_about(
    application: FastAPI, researcher: TestClient, survey: int, lists: Database
) -> None:
    """Without a new revision: an item that starts tomorrow is found tomorrow."""
    publish(lists, item("KJ-1", name="会计师事务所执业许可", start=date(2026, 3, 3)), on=date(2026, 3, 2))
    today = run(researcher, survey)
    application.state.clock = FrozenClock(NOW.replace(day=3))
    tomorrow = run(researcher, survey)
    assert [codes(results(researcher, each)[2]["hits"])[0] for each in (today, tomorrow)][1] == "KJ-1"
    assert "KJ-1" not in codes(results(researcher, today)[2]["hits"])


@pytest.mark.one_database
def test_equal_texts_find_equal_things(researcher: TestClient, lists: Database) -> None:
    survey = ask_for(lists, *["办食品经营许可"] * 300)
    found = results(researcher, run(researcher, survey), "?limit=1000")
    assert len({str({**each, "demand": 0, "weight": 0}) for each in found}) == 1
    assert text_hash("办食品经营许可") not in str(found)
    assert run_pending(researcher.app) == 0  # type: ignore[arg-type]
