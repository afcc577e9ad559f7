"""A preview as a job says what a preview at once says; of a large change set it is what is looked at and approved."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.access.service import remove_keys
from app.audit.log import entries, verify
from app.clock import FrozenClock
from app.db import Database
from app.errors import Message
from app.jobs.rules import Cancelled
from app.jobs.work import Work
from app.review import background, submitting
from app.review.service import STAGES
from tests.changes.desk import act, add, amend, contents, drafted, opened, previewed
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.factories import amend as amendment
from tests.jobs.desk import app_of, done, run_pending, until
from tests.review.people import Bureau, refused

pytestmark = pytest.mark.one_database

NEW = {"name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS, "is_online": True}
BESIDE = ("entries_url", "result_url")


@pytest.fixture(autouse=True)
def published(database: Database) -> None:
    codes = ("HZ-001", "HZ-002", "HZ-003", "HZ-004")
    limits: dict[str, Any] = {
        "statutory_limit": 30,
        "statutory_limit_unit": "1",
        "promised_limit": 20,
        "promised_limit_unit": "1",
    }
    publish(database, department(), *(item(code, is_online=False, **limits) for code in codes))
    publish(database, amendment("HZ-001", date(2027, 1, 1), promised_limit=3))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has three entries counts as large."""
    monkeypatch.setattr(background, "MOST_AT_ONCE", 2)


def everything(staff: TestClient) -> str:
    """Changes that move figures, today's and those of the past; one that keeps a plan, and one that doesn't fit."""
    changes = [
        amend("HZ-001", is_online=True, promised_limit=10),
        amend("HZ-002", on="2025-06-01", is_online=True),
        {"kind": "create", "code": "HZ-009", "content": NEW},
        act("cancel", "HZ-004", on="2026-06-01"),
        {"kind": "split", "code": "HZ-003", "into": [{"code": f"HZ-03{n}", "content": {"name": f"{n}"}} for n in "12"]},
    ]
    path = drafted(staff, *changes)
    drafted(staff, amend("HZ-002", promised_limit=8))
    return path


def asked(staff: TestClient, path: str, **query: str) -> str:
    """The address of the job."""
    answer = staff.post(f"{path}/preview", params=query)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["kind"], body["status"]) == ("preview", "queued")
    assert answer.headers["Location"] == f"/v1/jobs/{body['id']}"
    return str(answer.headers["Location"])


def result(staff: TestClient, path: str, **query: str) -> dict[str, Any]:
    job = done(staff, asked(staff, path, **query))
    assert (job["status"], job["done"], job["total"], job["message"]) == ("done", len(STAGES), len(STAGES), None), job
    found: dict[str, Any] = job["result"]
    return found


def but(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


@pytest.mark.parametrize("query", [{}, {"as_of": "2026-07-01"}])
def test_its_result_is_the_first_page_without_the_entries(staff: TestClient, query: dict[str, str]) -> None:
    path = everything(staff)
    at_once, found = previewed(staff, path, **query), result(staff, path, **query)
    assert but(found, *BESIDE) == but(at_once, "entries", "next")
    assert found["effects"]
    assert found["past"]
    assert found["also_open"]
    assert staff.get(found["entries_url"]).json()["total"] == found["total"] == 7
    assert staff.get(found["result_url"]).json() == at_once


def test_it_speaks_the_language_of_who_asks(staff: TestClient) -> None:
    path = everything(staff)
    assert staff.patch(path, json={"retroactive": False}).status_code == 200
    staff.headers["Accept-Language"] = "en"
    told = result(staff, path)["conflicts"]
    assert told == previewed(staff, path)["conflicts"]
    assert "is before today" in told[0]


@pytest.mark.usefixtures("large")
def test_a_large_preview_is_read_page_by_page_as_if_it_were_made_at_once(
    staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = everything(staff)
    publish(database, amendment("HZ-002", NOW.date(), is_online=None), amendment("HZ-003", NOW.date(), process="受理"))
    result(staff, path)
    by_job = [previewed(staff, path, limit=3, after=after) for after in (0, 3, 6)]
    monkeypatch.setattr(background, "MOST_AT_ONCE", 7)
    assert by_job == [previewed(staff, path, limit=3, after=after) for after in (0, 3, 6)]
    entries = [each for page in by_job for each in page["entries"]]
    assert [each["position"] for each in entries if each["refusals"]] == [2, 5, 6, 7]
    assert [each["position"] for each in entries if each["kept"]] == [1, 2]


@pytest.mark.usefixtures("large")
def test_a_large_change_set_says_to_ask_for_a_job_first(staff: TestClient, database: Database) -> None:
    path = everything(staff)
    for query in ({}, {"as_of": "2026-07-01"}):
        problem = refused(staff.get(f"{path}/preview", params=query), 409, "preview-is-a-job")
        assert f"POST {problem['preview_url']}" in problem["detail"]
        assert staff.post(problem["preview_url"]).status_code == 202
        run_pending(app_of(staff))
        assert staff.get(f"{path}/preview", params=query).status_code == 200
    assert staff.get(f"{path}/preview?as_of=2026-08-01").status_code == 409
    with database.read() as connection:
        assert verify(connection) == []


@pytest.mark.usefixtures("large")
def test_the_items_of_a_large_one_are_not_listed_but_counted(
    staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = everything(staff)
    (effect,) = (each for each in result(staff, path)["effects"] if each["metric"] == "online_rate")
    problem = refused(staff.get(f"{path}/preview/items?metric=online_rate"), 409, "preview-is-a-job")
    assert problem["preview_url"] == f"{path}/preview"
    for kind in effect["kinds"]:
        refused(staff.get(kind["items_url"]), 409, "preview-is-a-job")
    staff.post(f"{path}/withdraw")
    refused(staff.get(f"{path}/preview/items?metric=online_rate"), 409, "wrong-status")
    again = everything(staff)
    monkeypatch.setattr(background, "MOST_AT_ONCE", 7)
    found = staff.get(f"{again}/preview/items?metric=online_rate").json()
    assert found["total"] == sum(kind["items"] for kind in effect["kinds"])


@pytest.mark.usefixtures("large")
def test_it_is_found_among_the_last_that_were_done(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = everything(staff), everything(staff)
    monkeypatch.setattr(background, "LOOKED_THROUGH", 2)
    for each in (path, other):
        result(staff, each)
    assert previewed(staff, path)["total"] == 7
    result(staff, other)
    refused(staff.get(f"{path}/preview"), 409, "preview-is-a-job")


@pytest.mark.usefixtures("large")
def test_what_was_said_counts_for_the_same_entries_catalogue_and_day(
    staff: TestClient, database: Database, clock: FrozenClock
) -> None:
    path = everything(staff)

    def is_known() -> bool:
        return staff.get(f"{path}/preview").status_code == 200

    result(staff, path)
    assert is_known()
    add(staff, path, amend("HZ-002", promised_limit=9))
    assert not is_known()
    result(staff, path)
    assert is_known()
    publish(database, item("HZ-020"))
    assert not is_known()
    result(staff, path)
    assert is_known()
    staff.patch(path, json={"retroactive": False})
    assert not is_known()
    clock.at = NOW.replace(day=3)
    result(staff, path)
    assert is_known()
    clock.at = NOW.replace(day=4)
    assert not is_known()


@pytest.mark.usefixtures("large")
def test_a_large_change_set_is_approved_with_the_tag_of_its_job(bureau: Bureau) -> None:
    author, reviewer = bureau.somebody("民政局 李娜"), bureau.somebody("审批局 赵强", "reviewer")
    path = drafted(author, *(amend(f"HZ-00{place}", promised_limit=9) for place in (1, 2, 3)))
    tag = result(author, path)["etag"]
    assert author.post(f"{path}/submit").status_code == 200
    seen = previewed(reviewer, path)
    assert (seen["etag"], seen["status"], seen["publishable"]) == (tag, "submitted", True)
    answer = reviewer.post(f"{path}/approve", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["status"]) == (200, "published")
    refused(reviewer.get(f"{path}/preview"), 409, "wrong-status")


@pytest.mark.usefixtures("large")
def test_a_large_change_set_is_submitted_by_what_its_job_found(
    staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is tried in the request: without a job of the entries as they are it is refused."""
    path = drafted(staff, *(amend(f"HZ-00{place}", promised_limit=place * 12) for place in (2, 3, 4)))
    monkeypatch.delattr(submitting, "apply_change_set")
    problem = refused(staff.post(f"{path}/submit"), 409, "preview-is-a-job")
    assert problem["preview_url"] == f"{path}/preview"
    result(staff, path)
    told = refused(staff.post(f"{path}/submit"), 409, "findings-block-submission")
    assert (told["total"], [(each["value"], each["pointer"]) for each in told["errors"]]) == (
        2,
        [("HZ-003", "/entries/2"), ("HZ-004", "/entries/3")],
    )
    assert told["errors"][0]["detail"].startswith("HZ-003（2026-03-02 起）：承诺")
    for place in (3, 2):
        staff.delete(f"{path}/entries/{place}")
    add(staff, path, *(amend(f"HZ-00{place}", promised_limit=9) for place in (3, 4)))
    refused(staff.post(f"{path}/submit"), 409, "preview-is-a-job")
    tag = result(staff, path)["etag"]
    assert staff.post(f"{path}/submit").json()["status"] == "submitted"
    assert staff.post(f"{path}/approve", headers={"If-Match": tag}).json()["status"] == "published"


def test_what_was_edited_after_the_job_is_not_approved_with_its_tag(bureau: Bureau) -> None:
    author, reviewer = bureau.somebody("民政局 李娜"), bureau.somebody("审批局 赵强", "reviewer")
    path = drafted(author, amend("HZ-002", promised_limit=9))
    tag = result(author, path)["etag"]
    add(author, path, amend("HZ-003", promised_limit=9))
    author.post(f"{path}/submit")
    refused(reviewer.post(f"{path}/approve", headers={"If-Match": tag}), 412, "changed-since-preview")
    assert reviewer.post(f"{path}/approve", headers={"If-Match": result(author, path)["etag"]}).status_code == 200


@pytest.mark.parametrize("place", range(len(STAGES) + 1))
def test_stopped_at_any_stage_it_leaves_nothing(
    staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    path = everything(staff)
    before, told, go_on = contents(database), list[tuple[int, int | None, str | None]](), Work.progress

    def progress(work: Work, number: int, total: int | None = None, message: Message | None = None) -> None:
        told.append((number, total, message and message.zh))
        work.stop = Cancelled() if number == place else None
        go_on(work, number, total, message)

    monkeypatch.setattr(Work, "progress", progress)
    job = done(staff, asked(staff, path))
    assert (job["status"], job["result"]) == ("cancelled", None)
    assert told == [(n, len(STAGES), said and said.zh) for n, said in enumerate([*STAGES.values(), None])][: place + 1]
    assert contents(database) == before
    assert previewed(staff, path)["total"] == 7


def test_cancelled_while_it_keeps_others_from_writing_it_stops_at_its_next_stage(
    staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cancels has to wait for the one writer, which is the preview itself."""
    path = everything(staff)
    job, before, go_on = asked(staff, path), contents(database), Work.progress
    answers = list[Future[Response]]()

    def progress(work: Work, number: int, total: int | None = None, message: Message | None = None) -> None:
        if number == 1:
            answers.append(somebody.submit(staff.post, f"{job}/cancel"))
            until(lambda: work.stop)
        go_on(work, number, total, message)

    monkeypatch.setattr(Work, "progress", progress)
    with ThreadPoolExecutor(1) as somebody:
        ended = done(staff, job)
        answer = answers[0].result()
    assert (answer.status_code, answer.json()["cancel_requested"]) == (200, True)
    assert (ended["status"], ended["result"]) == ("cancelled", None)
    assert contents(database) == before
    with database.read() as connection:
        told = entries(connection, {"about": job.removeprefix("/v1/").replace("jobs", "job")}, 0, 9)
        assert [each.action for each in told] == ["job.create", "job.cancel"]
    refused(staff.post(f"{job}/cancel"), 409, "job-ended")


def test_cancelled_while_it_waits_it_is_not_begun(staff: TestClient) -> None:
    job = asked(staff, everything(staff))
    assert staff.post(f"{job}/cancel").json()["status"] == "cancelled"
    assert done(staff, job)["result"] is None


def test_what_was_withdrawn_meanwhile_fails_with_the_problem_of_a_preview(staff: TestClient) -> None:
    path = everything(staff)
    job = asked(staff, path)
    staff.post(f"{path}/withdraw")
    at_once, failed = staff.get(f"{path}/preview").json(), done(staff, job)
    assert (failed["status"], failed["problem"], failed["message"]) == ("failed", at_once, at_once["detail"])
    refused(staff.post(f"{path}/preview"), 409, "wrong-status")


def test_whoever_was_removed_meanwhile_is_told_nothing(bureau: Bureau, staff: TestClient, database: Database) -> None:
    editor = bureau.editor("民政局 李娜")
    job = asked(editor, opened(staff))
    with database.write() as connection:
        remove_keys(connection, "民政局 李娜", NOW)
    failed = done(staff, job)
    assert (failed["status"], failed["problem"]["status"]) == ("failed", 401)


@pytest.mark.parametrize(
    ("query", "number", "status", "problem"),
    [
        ("?as_of=2026-02-30", None, 422, "malformed"),
        ("?asof=2026-03-01", None, 422, "unknown-parameter"),
        ("", 999_999, 404, "change-set-not-found"),
    ],
)
def test_what_is_asked_wrongly_is_refused_at_once(
    staff: TestClient, query: str, number: int | None, status: int, problem: str
) -> None:
    path = everything(staff) if number is None else f"/v1/change-sets/{number}"
    refused(staff.post(f"{path}/preview{query}"), status, problem)
    assert staff.get("/v1/jobs").json()["total"] == 0


@pytest.mark.usefixtures("large")
def test_a_day_that_is_none_is_refused_of_large_ones_as_well(staff: TestClient) -> None:
    refused(staff.get(f"{everything(staff)}/preview?as_of=2026-02-30"), 422, "malformed")


def test_it_needs_who_may_see_change_sets(bureau: Bureau, application: FastAPI) -> None:
    path = everything(bureau.somebody("审批局 王敏"))
    reviewer, editor = bureau.somebody("审批局 赵强", "reviewer"), bureau.editor("民政局 李娜")
    reader, nobody = bureau.somebody("读者", "reader"), Client(application)
    answers = [each.post(f"{path}/preview") for each in (reviewer, editor, reader, nobody)]
    assert [each.status_code for each in answers] == [202, 202, 403, 401]
    assert [
        done(each, f"/v1/jobs/{answers[n].json()['id']}")["status"] for n, each in enumerate((reviewer, editor))
    ] == [
        "done",
        "done",
    ]
