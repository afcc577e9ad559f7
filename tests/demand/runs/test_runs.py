"""A run over the demands of a survey is a job and a record: what it was made with, and nothing of one that did not end."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from app.audit.models import audit_entry
from app.db import Database
from app.demand.matching import weights
from app.demand.runs import background, finding
from app.demand.runs.methods import checksum_of
from app.demand.runs.models import match_result, matcher_thesaurus, matcher_weights
from app.demand.surveys.models import demand
from app.jobs import work
from tests.demand.runs.lists import LEAVES, TEXTS, ask_for, one, run
from tests.factories import DIVISION
from tests.jobs.desk import done, ended, until, working


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
