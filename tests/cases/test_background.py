"""A large report of cases is a job: the same answer, the same refusals, and nothing where it is cancelled."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.cases.models import case_count, case_import
from app.db import Database
from app.jobs import work
from app.jobs.models import job_file
from tests.cases.reports import HEADER, counts, report, statistics
from tests.factories import department, item, publish
from tests.imports.uploads import csv_file
from tests.jobs.desk import done, ended, keyed, until, working

MANY = 20_000
GOOD = counts("HZ-001", "2026-01", "网上", "", 10, 8, 8)
RIGHT_LATER = counts("HZ-001", "2026-01", "网上", "", 10, 10, 9)
WRONG = counts("HZ-001", "2026-01", "窗口", "", 10, 11)


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), on=date(2025, 12, 1))


def queued(staff: TestClient, *rows: list[object], **form: str) -> str:
    """The address of the job."""
    files = {"file": ("办件.csv", csv_file(HEADER, *rows))}
    answer = staff.post("/v1/case-imports", files=files, data={"background": "true", "dry_run": "false", **form})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"
    return str(answer.headers["Location"])


def rows_of(database: Database) -> list[int]:
    with database.read() as connection:
        tables = (case_import, case_count, job_file)
        return [connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables]


def test_a_check_says_what_it_would_have_said_at_once(staff: TestClient, database: Database) -> None:
    at_once = report(staff, GOOD, WRONG, dry_run="true", status=200)
    job = done(staff, queued(staff, GOOD, WRONG, dry_run="true"))
    assert job["result"] == at_once
    assert (job["kind"], job["done"], job["total"]) == ("case-import", 2, 2)
    assert job["parameters"] == {
        "file": "办件.csv",
        "dry_run": True,
        "on_invalid": "refuse",
        "reason": None,
        "language": "zh",
    }
    assert rows_of(database) == [0, 0, 0]


def test_it_answers_in_the_language_of_who_asked(staff: TestClient) -> None:
    english = {"Accept-Language": "en"}
    files = {"file": ("cases.csv", csv_file(HEADER, WRONG))}
    asked = staff.post("/v1/case-imports", files=files, data={"background": "true"}, headers=english)
    (problem,) = done(staff, asked.headers["Location"])["result"]["problems"]
    at_once = staff.post("/v1/case-imports", files=files, headers=english).json()["problems"]
    assert [problem] == at_once


def test_what_is_reported_counts_from_a_revision_of_its_own(staff: TestClient) -> None:
    job = done(staff, queued(staff, GOOD))
    assert (job["result"]["status"], job["result"]["recorded"]["revision"]) == ("recorded", 2)
    assert staff.get(job["result"]["result_url"]).json() == job["result"]["recorded"]
    assert [row["closed"] for row in statistics(staff)] == [8]


def test_the_same_counts_again_record_nothing(staff: TestClient, database: Database) -> None:
    report(staff, GOOD)
    job = done(staff, queued(staff, GOOD))
    assert (job["status"], job["result"]["status"], "result_url" in job["result"]) == ("done", "unchanged", False)
    assert rows_of(database) == [1, 1, 0]


@pytest.mark.parametrize(
    ("rows", "form"),
    [
        pytest.param([WRONG], {}, id="more closed than accepted"),
        pytest.param([RIGHT_LATER], {}, id="a restatement without a reason"),
        pytest.param([counts("HZ-001", "2026-01", "网上")], {"dry_run": "true"}, id="no count at all"),
    ],
)
def test_it_fails_with_the_problem_of_a_report_at_once(
    staff: TestClient, database: Database, rows: list[list[object]], form: dict[str, str]
) -> None:
    report(staff, GOOD)
    at_once = report(staff, *rows, header=HEADER, status=422, **form)
    job = done(staff, queued(staff, *rows, **form))
    assert (job["status"], job["problem"], job["message"]) == ("failed", at_once, at_once["detail"])
    assert rows_of(database) == [1, 1, 0]


def test_wrong_rows_are_passed_over_and_the_reason_is_kept(staff: TestClient) -> None:
    report(staff, GOOD)
    job = done(staff, queued(staff, RIGHT_LATER, WRONG, on_invalid="skip", reason="后来办结的"))
    recorded = job["result"]["recorded"]
    assert (recorded["restated"], recorded["rejected"], recorded["reason"]) == (1, 1, "后来办结的")


def test_what_was_reported_meanwhile_is_seen(staff: TestClient, database: Database) -> None:
    path = queued(staff, RIGHT_LATER)
    report(staff, GOOD)
    job = done(staff, path)
    assert (job["problem"]["type"], rows_of(database)) == ("/problems/restatement-without-reason", [1, 1, 0])


def test_cancelled_in_the_middle_it_leaves_nothing(
    application: FastAPI, staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "HEARTBEAT", 0.02)
    path = queued(staff, *(counts("HZ-001", "2026-01", "网上", f"类别{n}", 10) for n in range(MANY)))
    with working(application):
        running = until(lambda: (body := staff.get(path).json())["done"] and body)
        assert (running["status"], running["message"]) == ("running", "正在逐行核对。")
        staff.post(f"{path}/cancel")
        job = ended(staff, path)
    assert (job["status"], job["result"], rows_of(database)) == ("cancelled", None, [0, 0, 0])


def test_it_is_done_as_the_account_that_asked(application: FastAPI, staff: TestClient) -> None:
    """An editor reports of the departments they have when it is done: here of none."""
    editor = keyed(application, "教育局 陈静", "editor")
    refused = done(editor, queued(editor, GOOD))
    assert {each["rule"] for each in refused["problem"]["errors"]} == {"not-yours"}
    assert staff.get("/v1/case-imports").json()["total"] == 0


def test_a_small_report_is_taken_in_at_once(staff: TestClient) -> None:
    files = {"file": ("办件.csv", csv_file(HEADER, GOOD))}
    forms: tuple[dict[str, str], ...] = ({}, {"background": "false"}, {"background": "true"}, {"background": "perhaps"})
    statuses = [staff.post("/v1/case-imports", files=files, data=form).status_code for form in forms]
    assert statuses == [200, 200, 202, 422]
