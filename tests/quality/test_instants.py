"""A revision is of the instant at which all that it says was written: no question about an earlier one is answered anew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import in_shanghai, resolve
from app.catalogue.params import ItemQuestion
from app.catalogue.queries import get_item
from app.clock import Clock
from app.db import Database
from app.metrics.definitions import metrics
from app.metrics.recorded import Recorded
from app.metrics.recording import record
from app.quality import links
from app.quality.looking import Look
from app.quality.verification.service import Confirmation, verify_item, verify_items
from tests.conftest import NOW
from tests.factories import department, item, publish

BY = Caller("审批局 王敏", role="admin")
GONE = Look("https://zwfw.example.cn/apply", is_alive=False, status=404)
LOOKS = [Look("https://zwfw.example.cn/", is_alive=True, status=200), GONE]
Act = Callable[[Connection, Clock], object]


@dataclass
class WalkingClock:
    """A second passes whenever somebody looks; what was seen is kept."""

    at: datetime = NOW
    seen: list[datetime] = field(default_factory=list)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        self.seen.append(self.at)
        return self.at


def one(connection: Connection, clock: Clock) -> None:
    moment = resolve(connection, clock.now())
    verify_item(connection, get_item(connection, "HZ-001", moment, None), [], Confirmation(BY, clock), moment)


def a_list(connection: Connection, clock: Clock) -> None:
    verify_items(connection, ItemQuestion(), 1, Confirmation(BY, clock))


def dead_links(connection: Connection, clock: Clock) -> None:
    links.keep(connection, LOOKS, by=BY, clock=clock)


def a_metric(connection: Connection, clock: Clock) -> None:
    record(connection, [Recorded(next(iter(metrics().values())))], BY, clock)


@pytest.mark.parametrize("act", [one, a_list, dead_links, a_metric])
def test_what_is_said_counts_from_its_last_instant(database: Database, act: Act) -> None:
    publish(database, department(), item(online_url=GONE.url))
    for days in (2, 1):
        with database.write() as connection:
            links.keep(connection, LOOKS, by=BY, clock=WalkingClock(NOW - timedelta(days=days)))
    clock = WalkingClock()
    with database.write() as connection:
        act(connection, clock)
    *before, last = clock.seen
    with database.read() as connection:
        known = [resolve(connection, last, known_at=at.isoformat()).revision for at in before]
        assert (known, len(before) > 2) == ([1] * len(before), True)
        now = resolve(connection, last)
        assert (now.revision, in_shanghai(now.known_at or NOW)) == (2, last)
