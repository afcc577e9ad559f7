"""The worker does what waits, tells how far it is, stops when it is told to, and keeps quiet while there is nothing."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from app.clock import FrozenClock
from app.db import Database
from app.engines import Busy
from app.errors import Conflict, Message, fault
from app.jobs.models import job
from app.jobs.rules import Cancelled
from app.jobs.service import cancel
from app.jobs.work import DUE, Run, Work
from app.main import create_app
from app.settings import Settings
from tests.conftest import NOW
from tests.databases import migrate
from tests.factories import TESTER
from tests.jobs.desk import asked, kept, run_pending, until, worker_of, working
from tests.statements import counted

Runs = dict[str, Run]


class Gate:
    """Work that tells its progress until it may end."""

    def __init__(self) -> None:
        self.begun, self.open = Event(), Event()

    def __call__(self, work: Work) -> Mapping[str, object]:
        done = 0
        while not self.open.wait(0.01):
            done += 1
            work.progress(done, 1_000_000, Message("正在数", "counting"))
            self.begun.set()
        return {"counted": done}


@pytest.fixture
def gate(runs: Runs) -> Iterator[Gate]:
    gate = Gate()
    runs["count"] = gate
    yield gate
    gate.open.set()


def test_the_result_is_kept(application: FastAPI, database: Database, runs: Runs) -> None:
    runs["count"] = lambda work: {"doubled": 2 * work.parameters["value"]}
    number = asked(database, "count", value=21)
    assert run_pending(application) == 1
    found = kept(database, number)
    assert (found.status, found.result, found.ended_at) == ("done", {"doubled": 42}, NOW)
    assert (found.attempts, found.problem, found.message) == (1, None, None)


def test_progress_is_told_meanwhile(application: FastAPI, database: Database, gate: Gate) -> None:
    with working(application):
        number = asked(database, "count")
        running = until(lambda: (row := kept(database, number)).done and row)
        assert (running.status, running.total, running.message["zh"]) == ("running", 1_000_000, "正在数")
        gate.open.set()
        done = until(lambda: (row := kept(database, number)).ended_at and row)
    assert done.status == "done"
    assert done.done == done.result["counted"] >= running.done


def test_a_running_job_is_cancelled(application: FastAPI, database: Database, gate: Gate) -> None:
    with working(application):
        number = asked(database, "count")
        gate.begun.wait()
        with database.write() as connection:
            cancel(connection, number, by=TESTER, now=NOW)
        until(lambda: kept(database, number).status == "cancelled")
    assert (kept(database, number).result, kept(database, number).message["en"]) == (
        None,
        "Cancelled; nothing was written.",
    )


def test_one_that_is_cancelled_just_before_its_end_is_cancelled(
    application: FastAPI, database: Database, runs: Runs
) -> None:
    def run(work: Work) -> Mapping[str, object]:
        with database.write() as connection:
            cancel(connection, work.taken.id, by=TESTER, now=NOW)
        return {"too": "late"}

    runs["count"] = run
    number = asked(database, "count")
    run_pending(application)
    assert (kept(database, number).status, kept(database, number).result) == ("cancelled", None)


def test_a_job_fails_with_the_problem_that_a_request_would_be_answered_with(
    application: FastAPI, database: Database, runs: Runs
) -> None:
    error = Conflict(Message("冲突", "conflict"), faults=[fault("此处", "here", row=3)], change_set=30)

    def run(_: Work) -> None:
        raise error

    runs["count"] = run
    number = asked(database, "count")
    run_pending(application)
    found = kept(database, number)
    assert found.status == "failed"
    assert found.problem == {"zh": error.document(english=False), "en": error.document(english=True)}
    assert found.message == {"zh": "冲突", "en": "conflict"}


def test_what_nobody_foresaw_is_logged_and_the_next_job_is_done(
    application: FastAPI, database: Database, runs: Runs
) -> None:
    def run(work: Work) -> Mapping[str, object]:
        return {"quotient": 1 / work.parameters["divisor"]}

    runs["count"] = run
    numbers = [asked(database, "count", divisor=value) for value in (0, 1)]
    with capture_logs() as logs:
        run_pending(application)
    assert [kept(database, number).status for number in numbers] == ["failed", "done"]
    problem = kept(database, numbers[0]).problem["zh"]
    assert (problem["status"], problem["type"]) == (500, "/problems/internal-error")
    assert "ZeroDivision" not in str(problem)
    (told,) = [each for each in logs if each["event"] == "job failed"]
    assert isinstance(told["exc_info"], ZeroDivisionError)


def test_a_result_that_cannot_be_kept_is_a_failure(application: FastAPI, database: Database, runs: Runs) -> None:
    runs["count"] = lambda _: {"what": object()}
    number = asked(database, "count")
    with capture_logs():
        run_pending(application)
    assert kept(database, number).status == "failed"


def test_what_others_kept_from_writing_is_tried_once_more(application: FastAPI, database: Database, runs: Runs) -> None:
    tries = []

    def run(_: Work) -> None:
        tries.append(1)
        raise Busy

    runs["count"] = run
    number = asked(database, "count")
    with capture_logs():
        assert run_pending(application) == 2
    assert (len(tries), kept(database, number).problem["zh"]["type"]) == (2, "/problems/job-interrupted")


def test_a_process_that_ends_gives_its_job_back(application: FastAPI, database: Database, gate: Gate) -> None:
    with working(application):
        number = asked(database, "count")
        gate.begun.wait()
    found = kept(database, number)
    assert (found.status, found.attempts, found.started_at, found.done) == ("queued", 0, None, 0)
    gate.open.set()
    run_pending(application)
    assert kept(database, number).status == "done"


def test_two_processes_share_the_work(application: FastAPI, database: Database, runs: Runs) -> None:
    done: list[int] = []

    def run(work: Work) -> None:
        done.append(work.taken.id)
        time.sleep(0.01)

    runs["count"] = run
    with working(application), working(application):
        numbers = [asked(database, "count") for _ in range(20)]
        until(lambda: kept(database, numbers[-1]).ended_at and len(done) == 20)
    assert sorted(done) == numbers
    assert {kept(database, number).attempts for number in numbers} == {1}


def test_who_asks_for_a_job_wakes_the_worker(application: FastAPI, database: Database) -> None:
    """A bell rings in this process: nobody waits until the worker looks by itself, here in ten minutes."""
    worker = worker_of(application)
    with ThreadPoolExecutor(1) as pool:
        resting = pool.submit(worker.rest, 600)

        def asked_again() -> bool:
            asked(database, "count")
            return resting.done()

        until(asked_again)
        assert resting.result() is True


def test_a_worker_with_nothing_to_do_only_looks_and_not_often(
    application: FastAPI, database: Database, runs: Runs
) -> None:
    assert not runs
    with working(application):
        time.sleep(1.5)
        with counted() as statements:
            time.sleep(3)
    assert 1 <= len(statements) <= 6
    assert {each.split()[0] for each in statements} == {"SELECT"}
    assert not database.engine.pool.checkedout()  # type: ignore[attr-defined]  # a QueuePool


def test_what_is_due_is_queued_once_and_where_it_failed_left_alone_for_a_minute(
    application: FastAPI, database: Database, runs: Runs, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Work) -> None:
        raise Conflict(Message("不行", "no"))

    monkeypatch.setitem(DUE, "count", lambda *_: True)
    runs["count"] = refuse
    assert run_pending(application) == 1
    with database.read() as connection:
        number = connection.execute(select(job.c.id)).scalar_one()
    assert (kept(database, number).status, kept(database, number).by) == ("failed", "shixiang")
    clock.at += timedelta(seconds=59)
    assert run_pending(application) == 0
    clock.at += timedelta(seconds=2)
    runs["count"] = lambda _: {}
    assert worker_of(application).run_next()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: worker_of(application)._queue("count", clock.now()), range(8)))
    with database.read() as connection:
        assert connection.execute(select(func.count()).where(job.c.status == "queued")).scalar_one() == 1


def test_a_heart_beats_while_the_work_says_nothing(application: FastAPI, database: Database, runs: Runs) -> None:
    """Reading a workbook, or one long transaction."""
    beats: list[bool] = []

    def run(work: Work) -> None:
        with database.aside() as connection:
            connection.execute(update(job).values(heartbeat_at=NOW - timedelta(seconds=50)))
        beats.append(until(lambda: kept(database, work.taken.id).heartbeat_at == NOW))

    runs["count"] = run
    asked(database, "count")
    run_pending(application)
    assert beats == [True]


def test_the_service_runs_a_worker_while_it_serves(
    database_kind: str, new_database: Callable[[str], str], runs: Runs
) -> None:
    runs["count"] = lambda _: {"counted": 1}
    url = new_database(database_kind)
    migrate(url)
    app = create_app(Settings(database_url=url, frozen_clock=NOW))
    with TestClient(app):
        number = asked(app.state.database, "count")
        until(lambda: kept(app.state.database, number).status == "done")
    later = asked(app.state.database, "count")
    time.sleep(0.1)
    assert kept(app.state.database, later).status == "queued"
    app.state.database.close()


def test_a_database_that_is_not_there_yet_stops_neither_service_nor_worker(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    app = create_app(Settings(database_url=new_database(database_kind)))
    with capture_logs() as logs, TestClient(app) as client:
        until(lambda: [each for each in logs if each["event"] == "no job could be taken"])
        assert client.get("/healthz").status_code == 200


def test_a_stop_is_an_exception_that_work_lets_pass(application: FastAPI, database: Database, runs: Runs) -> None:
    def run(work: Work) -> None:
        work.stop = Cancelled()
        work.progress(1)
        raise AssertionError("the work went on")

    runs["count"] = run
    number = asked(database, "count")
    run_pending(application)
    assert kept(database, number).status == "cancelled"
