"""A run over the demands of a survey is a record: what it was made with, what it found, and that it finds it again."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select, update

from app.audit.models import audit_entry
from app.clock import FrozenClock
from app.db import Database
from app.demand.matching import weights
from app.demand.matching.text import text_hash
from app.demand.runs import background, finding
from app.demand.runs.methods import checksum_of
from app.demand.runs.models import match_result, matcher_thesaurus, matcher_weights, matching_run
from app.demand.surveys.models import demand
from app.jobs import work
from tests.conftest import NOW
from tests.demand.runs.lists import TEXTS, ask_for, codes, results, run
from tests.demand.written import a_demand
from tests.factories import DIVISION, item, publish
from tests.jobs.desk import done, ended, run_pending, until, working
from tests.statements import counted

LEAVES = len(TEXTS)


def one(researcher: TestClient, path: str, status: int = 200) -> dict[str, Any]:
    answer = researcher.get(path)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rows_of(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(match_result)).scalar_one()


def test_it_is_a_job_whose_results_come_all_at_once(researcher: TestClient, survey: int, lists: Database) -> None:
    asked = researcher.post(f"/v1/surveys/{survey}/matching-runs", json={})
    begun = asked.json()
    assert (asked.status_code, asked.headers["Location"], begun["status"]) == (202, begun["url"], "queued")
    assert one(researcher, begun["results_url"], 409)["type"] == "/problems/matching-run-unfinished"
    assert rows_of(lists) == 0
    job = done(researcher, begun["job_url"])
    assert (job["status"], job["done"], job["total"], job["result"]["result_url"]) == ("done", 6, 6, begun["url"])
    said = one(researcher, begun["url"])
    assert (said["status"], said["within"], said["as_of"], said["revision"]) == ("done", DIVISION, "2026-03-02", 1)
    assert (said["summary"]["demands"], said["summary"]["weight"], said["summary"]["not_matched"]) == (6, 21, 1)
    assert sum(each["demands"] for each in said["summary"]["zones"].values()) == 6
    assert rows_of(lists) == LEAVES
    assert one(researcher, said["report_url"])["run"]["url"] == said["url"]
    assert said["experience_url"] == f"/v1/surveys/{survey}/experience?run={said['id']}"


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


def test_weights_and_thesaurus_are_recorded_once(researcher: TestClient, survey: int, lists: Database) -> None:
    said = [one(researcher, run(researcher, survey)) for _ in range(2)]
    with lists.read() as connection:
        ((checksum, origin, content),) = connection.execute(
            select(matcher_weights.c.checksum, matcher_weights.c.origin, matcher_weights.c.content)
        ).all()
        (thesaurus,) = connection.execute(select(matcher_thesaurus.c.checksum)).scalars()
    assert (checksum, origin) == (said[0]["weights"], "shipped") == (said[1]["weights"], said[1]["weights_origin"])
    assert checksum_of(weights.Weights.from_json(content)) == checksum
    assert thesaurus == said[0]["thesaurus"]


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


def test_cancelled_in_the_middle_it_leaves_nothing(
    application: FastAPI, researcher: TestClient, lists: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "HEARTBEAT", 0.02)
    survey = ask_for(lists, *(f"{each}{n}" for n in range(600) for each in TEXTS))
    begun = researcher.post(f"/v1/surveys/{survey}/matching-runs", json={}).json()
    with working(application):
        until(lambda: one(researcher, begun["job_url"])["done"])
        researcher.post(f"{begun['job_url']}/cancel")
        job = ended(researcher, begun["job_url"])
    assert (job["status"], job["result"], rows_of(lists)) == ("cancelled", None, 0)
    assert one(researcher, begun["url"])["status"] == "cancelled"
    assert "已取消" in one(researcher, begun["results_url"], 409)["detail"]


def test_what_changed_meanwhile_is_not_passed_over(
    researcher: TestClient, survey: int, lists: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    matched = finding.find

    def slowly(*asked: Any) -> Any:
        with lists.write() as connection:
            connection.execute(update(demand).values(is_redacted=True, text=None))
        return matched(*asked)

    monkeypatch.setattr(background, "find", slowly)
    path = researcher.post(f"/v1/surveys/{survey}/matching-runs", json={}).json()
    job = done(researcher, path["job_url"])
    assert (job["status"], job["problem"]["type"]) == ("failed", "/problems/matching-run-outdated")
    assert (one(researcher, path["url"])["summary"], rows_of(lists)) == (None, 0)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("asked", "status", "type_"),
    [
        ({"within": "990199"}, 422, "malformed"),
        ({"as_of": "2019-01-01"}, 409, "nothing-to-match"),
        ({"known_at": "2030-01-01"}, 422, "malformed"),
        ({"limit": 51}, 422, "malformed"),
        ({"divisions": "440105"}, 422, "malformed"),
    ],
)
def test_what_is_no_run_is_refused(
    researcher: TestClient, survey: int, asked: dict[str, Any], status: int, type_: str
) -> None:
    answer = researcher.post(f"/v1/surveys/{survey}/matching-runs", json=asked)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{type_}")


def test_a_survey_without_demands_or_a_day_without_items_is_no_run(researcher: TestClient, lists: Database) -> None:
    empty = ask_for(lists)
    answer = researcher.post(f"/v1/surveys/{empty}/matching-runs", json={})
    assert (answer.status_code, "还没有诉求" in answer.json()["detail"]) == (409, True)
    elsewhere = ask_for(lists, "办食品经营许可", division_code="440306")
    answer = researcher.post(f"/v1/surveys/{elsewhere}/matching-runs", json={})
    assert (answer.status_code, "没有在用的事项" in answer.json()["detail"]) == (409, True)


def test_surveys_and_runs_that_are_not_there(researcher: TestClient, survey: int, lists: Database) -> None:
    path = run(researcher, survey)
    other = ask_for(lists, "办食品经营许可")
    mine = int(path.rsplit("/", 1)[1])
    for missing in (f"{path}9", f"/v1/surveys/{other}/matching-runs/{mine}", "/v1/surveys/999/matching-runs"):
        assert one(researcher, missing, 404)["type"].endswith("-not-found")
    assert one(researcher, f"/v1/surveys/{other}/matching-runs")["total"] == 0


def test_runs_are_listed_and_asking_for_one_is_told_in_the_log(
    researcher: TestClient, survey: int, lists: Database
) -> None:
    paths = [run(researcher, survey) for _ in range(3)]
    page = one(researcher, f"/v1/surveys/{survey}/matching-runs?limit=2")
    rest = one(researcher, page["next"])
    assert [each["url"] for each in (*page["items"], *rest["items"])] == paths
    assert (page["total"], rest["next"]) == (3, None)
    with lists.read() as connection:
        asked = audit_entry.c.action == "matching-run.start"
        told = select(audit_entry.c.about).where(asked).order_by(audit_entry.c.number)
        assert [
            f"/v1/{about.replace('survey/', 'surveys/').replace('/matching-run/', '/matching-runs/')}"
            for about in connection.execute(told).scalars()
        ] == paths


@pytest.mark.one_database
def test_nobody_else_sees_or_starts_runs(client: TestClient, survey: int) -> None:
    assert client.get(f"/v1/surveys/{survey}/matching-runs").status_code == 401
    assert client.post(f"/v1/surveys/{survey}/matching-runs", json={}).status_code == 401


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
