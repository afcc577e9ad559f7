"""The one thread of a process that does what is longer than a request, a job after the other."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Event, Thread

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.clock import Clock
from app.db import Database
from app.engines import Busy
from app.errors import AppError
from app.jobs import queries, service
from app.jobs.rules import SERVICE, Cancelled, Lost, ShuttingDown, Stop
from app.jobs.service import Ending, Taken, bell, ring
from app.jobs.work import DUE, RUNS, Work
from app.logs import log
from app.schema import internal
from app.settings import Settings

NAME = "jobs"  # Of its thread.
# It looks soon after the bell, which is rung a moment before a job is committed, and then less and less often.
SHORTEST, LONGEST = 0.01, 1.0
AWAY = 30.0  # Seconds until a database that didn't answer is asked again.
PATIENCE = 20.0  # Seconds that the end of the process waits for what is being written.

ENDINGS: Mapping[type[Stop], Ending] = {
    Cancelled: service.end_cancelled,
    ShuttingDown: service.give_back,
    Lost: service.leave,
}


class Worker:
    """Takes jobs of the kinds that this process knows, from `start` until `stop`."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self._stopping = Event()
        self._thread = Thread(target=self._serve, name=NAME, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The job at hand is given back, unless it is just being written: that is waited for."""
        self._stopping.set()
        ring()
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        pause = SHORTEST
        while not self._stopping.is_set():
            try:
                pause = SHORTEST if self.run_next() else min(2 * pause, LONGEST)
            except (SQLAlchemyError, Busy) as error:
                log.warning("no job could be taken", error=type(error).__name__)
                pause = AWAY
            if self.rest(pause):
                pause = SHORTEST

    def rest(self, seconds: float) -> bool:
        """Whether the bell rang."""
        with bell:
            return not self._stopping.is_set() and bell.wait(seconds)

    def run_next(self) -> bool:
        """Do the job that waits longest; whether there was one."""
        now = self.clock.now()
        with self.database.read() as connection:
            due = [kind for kind in RUNS if kind in DUE and self._is_due(connection, kind, now)]
            if not due and not queries.is_any_waiting(connection, RUNS, now):
                return False
        for kind in due:
            self._queue(kind, now)
        with self.database.aside() as connection:
            service.recover(connection, now)
            taken = service.take(connection, RUNS, now)
        if taken is None:
            return False
        self._run(taken)
        return True

    @staticmethod
    def _is_due(connection: Connection, kind: str, now: datetime) -> bool:
        return DUE[kind](connection, now) and not queries.is_cared_for(connection, kind, now)

    def _queue(self, kind: str, now: datetime) -> None:
        """Once, however many processes find it due. Where others write for long, the next look is soon."""
        with suppress(Busy, OperationalError), self.database.note() as connection:
            if not queries.is_cared_for(connection, kind, now):
                service.enqueue(connection, kind, {}, by=SERVICE, now=now)

    def _run(self, taken: Taken) -> None:
        work = Work(taken, self.database, self.clock, self.settings, self._stopping)
        with work.beating():
            end = self._attempt(work)
        with self.database.aside() as connection:
            end(connection, taken, self.clock.now())

    def _attempt(self, work: Work) -> Ending:
        """Do the work; how it ends, where that is not written yet."""
        try:
            result = RUNS[work.taken.kind](work)
            with self.database.aside() as connection:
                work.finish(connection, result)
        except Stop as stop:
            return ENDINGS[type(stop)]
        except AppError as error:
            return partial(service.fail, error=error)
        except (Busy, OperationalError) as error:
            log.warning("job is to be tried again", job=work.taken.id, error=type(error).__name__)
            return service.try_again
        except Exception as error:  # noqa: BLE001 - whatever goes wrong with one job, the next is taken
            log.error("job failed", job=work.taken.id, kind=work.taken.kind, exc_info=error)
            return partial(service.fail, error=internal())
        return service.leave
