"""A large file is a job: the same answer, the same refusals, and nothing where it is cancelled."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.db import Database
from app.demand.surveys.models import response
from app.jobs.models import job_file
from tests.demand.survey_files.desk import FIRST, HEADER, SECOND, responses
from tests.demand.surveys.desk import made
from tests.imports.uploads import csv_file
from tests.jobs.desk import done, keyed

WRONG = ("S-003", "", "特大企业", *FIRST[3:])
pytestmark = pytest.mark.one_database


@pytest.fixture
def admin(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    return keyed(application, "管理员 钱", "admin")


def queued(client: TestClient, survey: str, *rows: Any, **form: str) -> str:
    """The address of the job."""
    files = {"file": ("答卷.csv", csv_file(HEADER, *rows))}
    data = {"kind": "responses", "background": "true", "dry_run": "false", **form}
    answer = client.post(f"{survey}/imports", files=files, data=data)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def rows_of(database: Database) -> list[int]:
    with database.read() as connection:
        counts = [select(func.count()).select_from(each) for each in (response, job_file)]
        return [connection.execute(each).scalar_one() for each in counts]


def test_a_check_says_what_it_would_have_said_at_once(admin: TestClient, database: Database) -> None:
    survey = made(admin)
    at_once = responses(admin, survey, FIRST, WRONG, dry_run="true")
    job = done(admin, queued(admin, survey, FIRST, WRONG, dry_run="true"))
    assert job["result"] == at_once
    assert (job["kind"], job["done"], job["parameters"]["file"]) == ("survey-import", 2, "答卷.csv")
    assert rows_of(database) == [0, 0]


def test_it_is_taken_in_and_found(admin: TestClient, database: Database) -> None:
    survey = made(admin)
    job = done(admin, queued(admin, survey, FIRST, SECOND, mapping='demands = ["q18"]'))
    assert (job["result"]["status"], job["result"]["demands"]) == ("recorded", 2)
    assert admin.get(job["result"]["result_url"]).json() == job["result"]["recorded"]
    again = done(admin, queued(admin, survey, FIRST, SECOND))
    assert (again["status"], again["result"]["status"]) == ("done", "unchanged")
    assert rows_of(database) == [2, 0]


def test_what_is_refused_fails_with_the_rows(admin: TestClient, database: Database) -> None:
    survey = made(admin)
    job = done(admin, queued(admin, survey, FIRST, WRONG))
    assert (job["status"], job["problem"]["type"]) == ("failed", "/problems/survey-import-refused")
    assert [(each["row"], each["rule"]) for each in job["problem"]["errors"]] == [(3, "unknown-code")]
    assert rows_of(database) == [0, 0]


def test_there_has_to_be_a_survey(admin: TestClient) -> None:
    files = {"file": ("答卷.csv", csv_file(HEADER, FIRST))}
    data = {"kind": "responses", "background": "true"}
    assert admin.post("/v1/surveys/404/imports", files=files, data=data).status_code == 404
