"""A receiver that answers 410 wants no more: nothing is sent to it, and nothing is said of any other."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from tests.metrics.alerts.desk import (
    ONLINE,
    Receiver,
    attend,
    created,
    deliveries,
    findings,
    got,
    offices_of,
    put,
    receiving,
    set_online,
    standing,
)

TODAY = date(2026, 3, 2)


def test_who_is_gone_is_left_alone_until_a_rule_names_it_again(
    staff: TestClient, database: Database, receiver: Receiver
) -> None:
    receiver.statuses = [410, 204]
    rule = created(staff, webhook_url=receiver.url)
    told = findings(staff)
    assert [each["kind"] for each in told] == ["figure", "undelivered"]
    assert told[1]["opened"]["message"] == "HTTP 410：对方不再接收，已停止发送"
    assert standing(staff, rule) == ("gone", 0)
    set_online(database, "HZ-001", True, TODAY)
    attend(staff)
    assert len(receiver.got) == 1
    put(staff, rule, {**ONLINE, "webhook_url": receiver.url})
    assert standing(staff, rule) == ("untried", 0)
    set_online(database, "HZ-001", False, TODAY)
    attend(staff)
    assert standing(staff, rule) == ("delivered", 0)


def test_what_else_was_on_its_way_to_who_is_gone_is_not_sent_again(
    staff: TestClient, database: Database, receiver: Receiver, clock: FrozenClock
) -> None:
    offices_of(database, 3)
    receiver.statuses = [410, 500]
    rule = created(staff, group_by=["department_code"], webhook_url=receiver.url)
    attend(staff)
    sent = len(receiver.got)
    assert standing(staff, rule) == ("gone", 0)
    assert {each["status"] for each in deliveries(staff, rule)} == {"failed", "dropped"}
    clock.at += timedelta(days=2)
    attend(staff)
    assert len(receiver.got) == sent


class Meanwhile(list[Any]):
    """Messages that arrived; with the first one somebody names another address."""

    def __init__(self, staff: TestClient, rule: dict[str, Any], url: str) -> None:
        super().__init__()
        self.staff, self.rule, self.url = staff, rule, url

    def append(self, message: Any) -> None:
        super().append(message)
        if len(self) == 1:
            put(self.staff, self.rule, {**ONLINE, "webhook_url": self.url})


@pytest.mark.parametrize("status", [410, 500])
def test_what_the_former_address_answers_is_not_said_of_the_new_one(
    staff: TestClient, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status]
    with receiving() as new:
        rule = created(staff, webhook_url=receiver.url)
        receiver.got = Meanwhile(staff, rule, new.url)
        attend(staff)
        assert standing(staff, rule) == ("delivered", 0)
    assert (len(receiver.got), len(new.got)) == (1, 1)
    assert [each["kind"] for each in findings(staff)] == ["figure"]


@pytest.mark.one_database
def test_a_test_that_is_not_wanted_stops_nothing_and_says_so(staff: TestClient, receiver: Receiver) -> None:
    receiver.statuses = [410, 204]
    rule = created(staff, webhook_url=receiver.url)
    said = staff.post(f"/v1/alert-rules/{rule['id']}/test").json()
    assert (said["status"], said["last_error"]) == ("failed", "HTTP 410：对方不再接收")
    attend(staff)
    assert standing(staff, rule) == ("delivered", 0)


@pytest.mark.one_database
def test_a_test_that_arrives_has_it_sent_to_again(staff: TestClient, database: Database, receiver: Receiver) -> None:
    receiver.statuses = [410, 204]
    rule = created(staff, webhook_url=receiver.url)
    attend(staff)
    assert staff.post(f"/v1/alert-rules/{rule['id']}/test").json()["status"] == "delivered"
    set_online(database, "HZ-001", True, TODAY)
    attend(staff)
    assert receiver.bodies[-1]["type"] == "alert.closed"
    assert got(staff, f"/v1/alert-rules/{rule['id']}")["webhook"]["status"] == "delivered"
