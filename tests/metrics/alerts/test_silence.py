"""A receiver that doesn't answer takes nobody else's time: not that of other rules, nor of other jobs, nor a thread."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from app.metrics.alerts import delivering
from app.metrics.alerts.messages import MOST_OF_A_RULE
from app.metrics.alerts.rules import MOST_ATTEMPTS
from tests.jobs.desk import app_of, worker_of
from tests.metrics.alerts.desk import (
    Receiver,
    attend,
    created,
    deliveries,
    findings,
    offices_of,
    standing,
)

WAIT = 0.3  # Seconds that a receiver has in these tests.


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.metrics.alerts.sending.LONGEST", WAIT)


@contextmanager
def silent() -> Iterator[str]:
    """The address of somebody who takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def test_the_messages_of_one_rule_wait_together_and_not_each_by_itself(
    staff: TestClient, database: Database, receiver: Receiver, clock: FrozenClock
) -> None:
    offices_of(database, 20)
    with silent() as url:
        rule = created(staff, group_by=["department_code"], webhook_url=url)
        other = created(staff, name="别的规则", webhook_url=receiver.url)
        worker = worker_of(app_of(staff))
        assert worker.run_next()
        assert len(receiver.got) == 1
        told = deliveries(staff, rule)
        assert {(each["status"], each["attempts"]) for each in told} == {("waiting", 1)}
        assert len({each["next_attempt_at"] for each in told}) == 1
        assert len([each for each in told if each["last_attempt_at"]]) == MOST_OF_A_RULE
        clock.at += timedelta(minutes=1)
        attend(staff)
        assert len([each for each in deliveries(staff, rule) if each["last_attempt_at"]]) == 2 * MOST_OF_A_RULE
        for _ in range(MOST_ATTEMPTS):
            clock.at += timedelta(hours=13)
            attend(staff)
    assert standing(staff, rule) == ("failed", 0)
    assert {(each["status"], each["attempts"]) for each in deliveries(staff, rule)} == {("failed", MOST_ATTEMPTS)}
    assert [each["rule_id"] for each in findings(staff, open="true") if each["kind"] == "undelivered"] == [rule["id"]]
    assert standing(staff, other) == ("delivered", 0)


def test_other_jobs_come_in_between(
    staff: TestClient, database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages that arrive take their time too, if there are many."""
    monkeypatch.setattr(delivering, "LONGEST", 0)
    offices_of(database, 2 * MOST_OF_A_RULE)
    rule = created(staff, group_by=["department_code"], webhook_url=receiver.url)
    worker = worker_of(app_of(staff))
    assert worker.run_next()
    assert len(receiver.got) == MOST_OF_A_RULE
    assert standing(staff, rule)[1] > 0
    attend(staff)
    assert standing(staff, rule) == ("delivered", 0)


@contextmanager
def dripping() -> Iterator[tuple[str, Event]]:
    """Somebody who never comes to an end, a byte now and then; and when they find the line cut."""
    ended = Event()

    def drip() -> None:
        with suppress(OSError), listening.accept()[0] as line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
            while not ended.wait(WAIT / 10):
                line.sendall(b"a")
        ended.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", ended
        finally:
            ended.set()
            thread.join()


@pytest.mark.one_database
@pytest.mark.usefixtures("receiver")
def test_who_sends_a_byte_now_and_then_is_cut_off(staff: TestClient) -> None:
    with dripping() as (url, ended):
        rule = created(staff, webhook_url=url)
        said = staff.post(f"/v1/alert-rules/{rule['id']}/test").json()
        assert (said["status"], said["last_error"]) == ("failed", "应答超时")
        assert ended.wait(10)


@pytest.mark.one_database
@pytest.mark.usefixtures("receiver")
def test_a_silent_receiver_is_given_up(staff: TestClient) -> None:
    with silent() as url:
        rule = created(staff, webhook_url=url)
        said = staff.post(f"/v1/alert-rules/{rule['id']}/test").json()
    assert (said["status"], said["last_error"]) == ("failed", "应答超时")
