"""While the service runs: the index that is asked for most is made at the start, after a publication and at midnight."""

from asyncio import Event, to_thread, wait_for
from contextlib import suppress
from datetime import date
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app.catalogue.moments import latest_revision
from app.clock import Clock
from app.demand.runs.matchers import Matchers

LOOK_EVERY: Final = 2.0
"""Seconds: one short read."""


async def keep_prepared(matchers: Matchers, clock: Clock, stop: Event) -> None:
    """Until `stop` is set, and no look goes on any more: its connection is closed then."""
    seen: tuple[int, date] | None = None
    while not stop.is_set():
        seen = await to_thread(_look, matchers, clock, seen)
        with suppress(TimeoutError):
            await wait_for(stop.wait(), LOOK_EVERY)


def _look(matchers: Matchers, clock: Clock, seen: tuple[int, date] | None) -> tuple[int, date] | None:
    """The revision and the day that an index is being made for. A database that doesn't answer is asked again."""
    now = clock.now()
    with suppress(SQLAlchemyError):
        with matchers.database.glance() as connection:
            newest = latest_revision(connection), now.date()
        if newest != seen:
            matchers.prepare_if_possible(now)
        return newest
    return seen
