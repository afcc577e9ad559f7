"""That messages don't arrive is a finding until one does, or until nobody waits for them any more."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from app.metrics.alerts.rules import MOST_ATTEMPTS
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


def give_up(staff: TestClient, rule: dict[str, Any], clock: FrozenClock) -> int:
    """Try what waits as often as it is tried; how often that was."""
    attend(staff)
    tries = 1
    while standing(staff, rule)[1]:
        due = [each["next_attempt_at"] for each in deliveries(staff, rule) if each["status"] == "waiting"]
        clock.at = max(clock.at, datetime.fromisoformat(min(due)))
        attend(staff)
        tries += 1
    return tries


def open_kinds(staff: TestClient) -> list[str]:
    return [each["kind"] for each in findings(staff, open="true")]


def test_what_never_arrives_is_a_finding_until_something_does(
    staff: TestClient, database: Database, receiver: Receiver, clock: FrozenClock
) -> None:
    receiver.statuses = [500]
    rule = created(staff, webhook_url=receiver.url)
    assert (give_up(staff, rule, clock), standing(staff, rule)) == (MOST_ATTEMPTS, ("failed", 0))
    undelivered = findings(staff, open="true")[-1]
    assert (undelivered["kind"], undelivered["opened"]["message"]) == ("undelivered", "HTTP 500")
    receiver.statuses = [200]
    set_online(database, "HZ-001", True, clock.at.date())
    assert findings(staff, open="true") == []
    assert receiver.bodies[-1]["type"] == "alert.closed"
    assert len(receiver.got) == MOST_ATTEMPTS + 1


def test_a_test_that_arrives_ends_it_too(staff: TestClient, receiver: Receiver, clock: FrozenClock) -> None:
    receiver.statuses = [500]
    rule = created(staff, webhook_url=receiver.url)
    give_up(staff, rule, clock)
    receiver.statuses = [204]
    staff.post(f"/v1/alert-rules/{rule['id']}/test")
    assert open_kinds(staff) == ["figure"]
    assert findings(staff)[-1]["closed_because"] == "recovered"


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "switched off"])
def test_a_rule_that_is_stopped_has_none(
    staff: TestClient, receiver: Receiver, clock: FrozenClock, *, withdrawn: bool
) -> None:
    """The message that it was stopped is still tried, and may not arrive."""
    receiver.statuses = [500]
    rule = created(staff, webhook_url=receiver.url)
    give_up(staff, rule, clock)
    assert open_kinds(staff) == ["figure", "undelivered"]
    off = {**ONLINE, "webhook_url": receiver.url, "enabled": False}
    assert put(staff, rule, {"withdrawn": True} if withdrawn else off).json()["open_findings"] == 0
    assert give_up(staff, rule, clock) == MOST_ATTEMPTS
    assert open_kinds(staff) == []
    assert {each["closed_because"] for each in findings(staff)} == {"rule_stopped"}
