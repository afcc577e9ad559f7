"""Messages are signed, tried again, and sent nowhere but to the machine that was looked at."""

import socket
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.audit.log import entries, verify
from app.clock import FrozenClock
from app.db import Database
from app.metrics.alerts import schemas
from app.metrics.alerts.hosts import OutOfReach, Reach, target
from tests.metrics.alerts.desk import (
    ONLINE,
    Receiver,
    attend,
    created,
    deliveries,
    findings,
    put,
    set_online,
    standing,
)

TODAY = date(2026, 3, 2)


def test_a_finding_is_told_when_it_opens_and_when_it_closes(
    staff: TestClient, database: Database, receiver: Receiver
) -> None:
    rule = created(staff, webhook_url=receiver.url)
    attend(staff)
    set_online(database, "HZ-001", True, TODAY)
    attend(staff)
    opened, closed = receiver.bodies
    assert [opened["type"], closed["type"]] == ["alert.opened", "alert.closed"]
    (finding,) = findings(staff)
    assert closed["data"] == finding
    assert opened["data"] == finding | {"open": True, "message": opened["data"]["message"]} | dict.fromkeys(
        ("closed_at", "closed", "closed_because")
    )
    assert datetime.fromisoformat(opened["timestamp"]) == datetime.fromisoformat(finding["opened_at"])
    headers, body = receiver.got[0]
    assert headers["webhook-id"].startswith("msg_")
    assert headers["webhook-timestamp"] == str(int(datetime.fromisoformat(opened["timestamp"]).timestamp()))
    assert (headers["host"], headers["content-type"]) == (f"127.0.0.1:{receiver.port}", "application/json")
    assert receiver.signed(0, rule["secret"])
    assert receiver.signed(1, rule["secret"])
    assert not receiver.signed(0, "whsec_" + "A" * 44)
    assert len(body) < 20_000
    assert [each["status"] for each in deliveries(staff, rule)] == ["delivered", "delivered"]


def test_what_does_not_arrive_is_tried_again_under_the_same_id(
    staff: TestClient, receiver: Receiver, clock: FrozenClock
) -> None:
    receiver.statuses = [500, 302, 204]
    rule = created(staff, webhook_url=receiver.url)
    attend(staff)
    (sent,) = deliveries(staff, rule)
    assert (sent["status"], sent["attempts"], sent["last_status"], sent["last_error"]) == (
        "waiting",
        1,
        500,
        "HTTP 500",
    )
    assert sent["next_attempt_at"] == "2026-03-02T10:01:00+08:00"
    assert standing(staff, rule) == ("failing", 1)
    assert attend(staff) == 0
    clock.at += timedelta(seconds=60)
    attend(staff)
    assert "不跟随重定向" in deliveries(staff, rule)[0]["last_error"]
    clock.at += timedelta(minutes=5)
    attend(staff)
    (sent,) = deliveries(staff, rule)
    assert (sent["status"], sent["attempts"], sent["next_attempt_at"]) == ("delivered", 3, None)
    assert standing(staff, rule) == ("delivered", 0)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.got}) == 3
    assert all(receiver.signed(place, rule["secret"]) for place in range(3))


@pytest.mark.one_database
def test_a_test_message_is_sent_at_once(staff: TestClient, receiver: Receiver) -> None:
    rule = created(staff, webhook_url=receiver.url)
    answer = staff.post(f"/v1/alert-rules/{rule['id']}/test")
    schemas.DeliveryOut.model_validate(answer.json())
    assert (answer.status_code, answer.json()["status"], answer.json()["last_status"]) == (200, "delivered", 204)
    assert receiver.bodies[0]["type"] == "alert.test"
    assert receiver.signed(0, rule["secret"])
    receiver.statuses = [503]
    said = staff.post(f"/v1/alert-rules/{rule['id']}/test").json()
    assert (said["status"], said["last_error"], said["next_attempt_at"]) == ("failed", "HTTP 503", None)
    without = created(staff)
    assert without["secret"] is None
    refused = staff.post(f"/v1/alert-rules/{without['id']}/test")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-webhook")


@pytest.mark.one_database
def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    staff: TestClient, receiver: Receiver, clock: FrozenClock
) -> None:
    rule = created(staff, webhook_url=receiver.url)
    path = f"/v1/alert-rules/{rule['id']}"
    said = staff.post(f"{path}/rotate-secret").json()
    assert said["former_until"] == "2026-03-03T10:00:00+08:00"
    staff.post(f"{path}/test")
    assert receiver.signed(0, said["secret"])
    assert receiver.signed(0, rule["secret"])
    clock.at += timedelta(days=1)
    staff.post(f"{path}/test")
    assert receiver.signed(1, said["secret"])
    assert not receiver.signed(1, rule["secret"])


@pytest.mark.one_database
def test_a_secret_is_shown_once_and_stands_nowhere_else(
    application: FastAPI, staff: TestClient, receiver: Receiver
) -> None:
    with capture_logs() as logs:
        rule = created(staff, webhook_url=receiver.url)
        path = f"/v1/alert-rules/{rule['id']}"
        renewed = staff.post(f"{path}/rotate-secret").json()["secret"]
        receiver.statuses = [500]
        attend(staff)
        read = [put(staff, rule, {**ONLINE, "webhook_url": receiver.url}).text]
        read += [staff.get(each).text for each in (path, "/v1/alert-rules", "/v1/alert-findings", f"{path}/deliveries")]
    with application.state.database.read() as connection:
        told = [str(each.details) for each in entries(connection, {}, 0, 100)]
        assert verify(connection) == []
    assert rule["secret"] != renewed
    for text in [*read, *told, str(logs), *(body.decode() for _, body in receiver.got)]:
        assert rule["secret"] not in text
        assert renewed not in text
    assert not [each for each in told if "Geheim" in each]
    assert [each for each in told if f"http://127.0.0.1:{receiver.port}/…" in each]


@pytest.mark.one_database
def test_a_private_host_is_reached_only_while_the_operator_allows_it(
    application: FastAPI, staff: TestClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = created(staff, webhook_url=receiver.url)
    monkeypatch.setattr(application.state.settings, "webhook_private_hosts", ())
    attend(staff)
    assert receiver.got == []
    assert "WEBHOOK_PRIVATE_HOSTS" in deliveries(staff, rule)[0]["last_error"]


@pytest.mark.one_database
def test_a_name_cannot_lead_elsewhere_once_it_was_looked_at(
    staff: TestClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is a machine that is allowed, every later one is not: only the first counts."""
    answers = iter(["127.0.0.1"])
    asked: list[str] = []

    def resolve(host: str, port: int | None, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        address = next(answers, "169.254.169.254") if host == "oa.bureau.local" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    rule = created(staff, webhook_url=receiver.url)
    name = receiver.url.replace("127.0.0.1", "oa.bureau.local")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))])
    put(staff, rule, {**ONLINE, "webhook_url": name})
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert staff.post(f"/v1/alert-rules/{rule['id']}/test").json()["status"] == "delivered"
    assert asked.count("oa.bureau.local") == 1
    assert receiver.got[0][0]["host"] == f"oa.bureau.local:{receiver.port}"
    refused = staff.post(f"/v1/alert-rules/{rule['id']}/test").json()
    assert (refused["status"], len(receiver.got)) == ("failed", 1)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "url", "allowed", "reached"),
    [
        ("10.20.0.5", "http://oa.bureau.local/", ["oa.bureau.local"], True),
        ("10.20.0.5", "http://oa.bureau.local/", ["10.20.0.0/16"], True),
        ("10.20.0.5", "http://oa.bureau.local/", ["10.21.0.0/16"], False),
        ("10.20.0.5", "https://oa.bureau.local/", ["*"], True),
        ("169.254.169.254", "https://oa.bureau.local/", ["*"], False),
        ("fd00::1", "https://oa.bureau.local/", ["*"], True),
        ("fe80::1%eth0", "https://oa.bureau.local/", ["oa.bureau.local"], False),
        ("224.0.0.1", "https://oa.bureau.local/", ["*"], False),
        ("::ffff:10.0.0.1", "https://oa.bureau.local/", [], False),
        ("2002:a00:1::", "https://oa.bureau.local/", [], False),
        ("100.64.0.1", "https://oa.bureau.local/", [], False),
        ("fec0::1", "https://oa.bureau.local/", [], False),
        ("fec0::1", "https://oa.bureau.local/", ["*"], True),
        ("::ffff:0:a00:1", "https://oa.bureau.local/", ["*"], False),
        ("192.0.0.192", "https://oa.bureau.local/", ["*"], False),
        ("192.0.0.192", "https://oa.bureau.local/", ["192.0.0.0/24"], True),
        ("192.0.0.9", "https://oa.example/", [], True),
        ("192.0.0.11", "https://oa.example/", [], False),
        ("93.184.216.34", "https://oa.example/", [], True),
        ("93.184.216.34", "http://oa.example/", ["oa.example", "*"], False),
        ("2606:2800:220:1::1", "https://oa.example/", [], True),
    ],
)
def test_which_machines_are_reached(
    monkeypatch: pytest.MonkeyPatch, address: str, url: str, allowed: list[str], *, reached: bool
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 0))])
    try:
        assert target(url, Reach.of(allowed)).addresses
    except OutOfReach:
        assert not reached
    else:
        assert reached
