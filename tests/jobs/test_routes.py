"""People follow their own jobs and cancel them; administrators all. Every cancellation is in the log."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.rules import Caller
from app.audit.log import entries
from app.db import Database
from app.errors import Conflict, Message
from app.jobs.rules import Status
from app.jobs.work import Run, Work
from tests.jobs.desk import asked, kept, keyed, run_pending, whose

Runs = dict[str, Run]


@pytest.fixture
def job(application: FastAPI, database: Database, somebody: Caller) -> str:
    """The address of a job that the editor asked for; one of somebody else stands before it."""
    keyed(application, "教育局 陈静", "editor")
    asked(database, "count", whose(database, "教育局 陈静"))
    return f"/v1/jobs/{asked(database, 'count', somebody, file='三月.csv')}"


def test_a_job_says_what_it_is(editor: TestClient, job: str) -> None:
    body = editor.get(job).json()
    assert body == {
        "id": int(job.rsplit("/", 1)[1]),
        "kind": "count",
        "status": "queued",
        "done": 0,
        "total": None,
        "message": None,
        "parameters": {"file": "三月.csv"},
        "result": None,
        "problem": None,
        "by": "民政局 李华",
        "created_at": "2026-03-02T10:00:00+08:00",
        "started_at": None,
        "ended_at": None,
        "attempts": 0,
        "cancel_requested": False,
    }


def test_people_see_their_own_jobs_and_administrators_all(editor: TestClient, staff: TestClient, job: str) -> None:
    assert [each["by"] for each in editor.get("/v1/jobs").json()["items"]] == ["民政局 李华"]
    assert [each["by"] for each in staff.get("/v1/jobs").json()["items"]] == ["教育局 陈静", "民政局 李华"]
    assert staff.get(job).status_code == 200


def test_a_list_leaves_out_what_may_be_long(editor: TestClient, job: str) -> None:
    (listed,) = editor.get("/v1/jobs").json()["items"]
    whole = editor.get(job).json()
    assert listed == {name: value for name, value in whole.items() if name not in ("result", "problem")}


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/cancel")])
def test_jobs_of_others_are_nobodys_business(
    editor: TestClient, staff: TestClient, job: str, method: str, path: str
) -> None:
    other = staff.get("/v1/jobs").json()["items"][0]["id"]
    for number in (other, 999_999):
        answer = editor.request(method, f"/v1/jobs/{number}{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/job-not-found")
    assert staff.get(f"/v1/jobs/{other}").json()["status"] == "queued"
    assert editor.request(method, f"{job}{path}").status_code == 200


@pytest.mark.parametrize("path", ["", "/1", "/1/cancel"])
def test_jobs_need_a_key_and_a_role(client: TestClient, application: FastAPI, path: str) -> None:
    reader, method = keyed(application, "读者", "reader"), "POST" if path.endswith("cancel") else "GET"
    assert client.request(method, f"/v1/jobs{path}").status_code == 401
    assert reader.request(method, f"/v1/jobs{path}").status_code == 403


def test_the_list_goes_on_page_by_page(staff: TestClient, database: Database) -> None:
    numbers = [asked(database, "count") for _ in range(5)]
    found, path = [], "/v1/jobs?limit=2&status=queued"
    while path:
        page = staff.get(path).json()
        assert page["total"] == 5
        found += [each["id"] for each in page["items"]]
        path = page["next"]
    assert found == numbers
    assert staff.get("/v1/jobs?status=done").json() == {"items": [], "total": 0, "next": None}


def test_a_waiting_job_is_cancelled_at_once(editor: TestClient, job: str, application: FastAPI, runs: Runs) -> None:
    body = editor.post(f"{job}/cancel").json()
    assert (body["status"], body["cancel_requested"], body["message"]) == (
        "cancelled",
        True,
        "已取消，什么都没有写入。",
    )
    runs["count"] = lambda _: None
    run_pending(application)
    assert editor.get(job).json()["status"] == "cancelled"


def test_a_running_job_is_asked_to_stop(editor: TestClient, job: str, application: FastAPI, runs: Runs) -> None:
    answers: list[dict[str, Any]] = []

    def run(work: Work) -> None:
        if job.endswith(f"/{work.taken.id}"):
            answers.extend(editor.post(f"{job}/cancel").json() for _ in range(2))

    runs["count"] = run
    run_pending(application)
    assert [(each["status"], each["cancel_requested"]) for each in answers] == [("running", True)] * 2
    assert editor.get(job).json()["status"] == "cancelled"


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
def test_what_has_ended_cannot_be_cancelled(
    editor: TestClient, job: str, application: FastAPI, runs: Runs, status: Status
) -> None:
    def run(_: Work) -> None:
        if status == "failed":
            raise Conflict(Message("冲突", "conflict"))

    runs["count"] = run
    if status == "cancelled":
        editor.post(f"{job}/cancel")
    run_pending(application)
    answer = editor.post(f"{job}/cancel")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/job-ended")
    assert answer.json()["job_status"] == status
    assert "不能再取消" in answer.json()["detail"]


def test_why_a_job_failed_is_told_in_the_language_of_who_asks(
    editor: TestClient, job: str, application: FastAPI, runs: Runs
) -> None:
    def run(_: Work) -> None:
        raise Conflict(Message("冲突", "conflict"))

    runs["count"] = run
    run_pending(application)
    chinese, english = (editor.get(job, headers={"Accept-Language": each}).json() for each in ("zh", "en"))
    assert (chinese["message"], chinese["problem"]["detail"], chinese["problem"]["title"]) == (
        "冲突",
        "冲突",
        "与现状冲突",
    )
    assert (english["message"], english["problem"]["detail"]) == ("conflict", "conflict")
    assert english["problem"]["status"] == 409


def test_asking_and_cancelling_are_in_the_log(editor: TestClient, database: Database, job: str) -> None:
    editor.post(f"{job}/cancel")
    with database.read() as connection:
        told = entries(connection, {"about": job.removeprefix("/v1/").replace("jobs", "job")}, 0, 10)
    assert [(each.action, each.by, each.details) for each in told] == [
        ("job.create", "民政局 李华", {"kind": "count"}),
        ("job.cancel", "民政局 李华", {}),
    ]


def test_a_refused_cancellation_changes_nothing(staff: TestClient, database: Database, job: str) -> None:
    assert staff.post(f"{job}/cancel?why=1").status_code == 422
    assert kept(database, int(job.rsplit("/", 1)[1])).status == "queued"
