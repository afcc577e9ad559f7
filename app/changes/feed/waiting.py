"""Waiting for the next publication, without a thread or a connection for whoever waits."""

from collections.abc import Awaitable, Callable
from time import monotonic

from anyio import sleep
from fastapi.concurrency import run_in_threadpool

from app.catalogue.moments import latest_revision
from app.db import Database

GLANCE_EVERY = 0.25  # Seconds.
LONGEST_WAIT = 60


class Publications:
    """The newest revision as it was a moment ago: however many wait for the next, the database is asked once for all."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._newest, self._due, self._asking = 0, 0.0, False

    async def later_than(self, seen: int, deadline: float, gone: Callable[[], Awaitable[bool]]) -> bool:
        """Whether anything later was published before the deadline, and before whoever waits was gone."""
        while (left := deadline - monotonic()) > 0 and not await gone():
            if await self._glance() > seen:
                return True
            await sleep(min(left, GLANCE_EVERY))
        return False

    async def _glance(self) -> int:
        if monotonic() >= self._due and not self._asking:
            self._asking = True
            try:
                self._newest = self._look() if self.database.embedded else await run_in_threadpool(self._look)
                self._due = monotonic() + GLANCE_EVERY
            finally:
                self._asking = False
        return self._newest

    def _look(self) -> int:
        with self.database.glance() as connection:
            return latest_revision(connection)
