"""One job at work: what it was asked, how it tells how far it is, how it ends; and who knows how each kind is done."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.access.rules import Caller
from app.access.service import acting
from app.clock import Clock
from app.db import Database
from app.engines import Busy
from app.errors import AppError, Message
from app.jobs import queries, service
from app.jobs.rules import CHECKING, Cancelled, ShuttingDown, Stop
from app.jobs.service import Standing, Taken
from app.settings import Settings

HEARTBEAT = 1.0  # Seconds.


@dataclass
class Work:
    """What the work of a job may use. It reads and checks outside any transaction and ends in that of what it writes."""

    taken: Taken
    database: Database
    clock: Clock
    settings: Settings
    stopping: Event
    standing: Standing = field(default_factory=Standing)
    stop: Stop | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.taken.parameters

    def caller(self) -> Caller:
        """Who asked for it, as they are now. Raises Unauthorized where the account was removed meanwhile."""
        if self.taken.account_id is None:
            return Caller(self.taken.by)
        with self.database.read() as connection:
            return acting(connection, self.taken.account_id)

    def content(self, name: str) -> bytes | None:
        """A small file of the job, or None where it has none of that name."""
        with self.database.read() as connection:
            parts = list(queries.parts(connection, self.taken.id, name))
        return b"".join(parts) if parts else None

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        """A file of the job, for as long as it is needed."""
        with TemporaryDirectory(prefix="shixiang-job-") as directory:
            path = Path(directory, name)
            with path.open("wb") as target, self.database.read() as connection:
                target.writelines(queries.parts(connection, self.taken.id, name))
            yield path

    def progress(self, done: int, total: int | None = None, message: Message | None = None) -> None:
        """How far it is; told within a second. Raises a Stop where the work is to end: let it pass."""
        self.standing = Standing(done, total, message)
        if self.stopping.is_set():
            raise ShuttingDown
        if self.stop is not None:
            raise self.stop

    def row_counter(self) -> Callable[[int], None]:
        """Is told of how many more rows were looked at, and tells how many those are by now."""
        rows = 0

        def progress(more: int) -> None:
            nonlocal rows
            rows += more
            self.progress(rows, message=CHECKING)

        return progress

    def finish(self, connection: Connection, result: Mapping[str, object] | None) -> None:
        """Done, if what else is written here is. Raises Cancelled or Lost, and then nothing of it may be kept."""
        service.finish(connection, self.taken, self.clock.now(), standing=self.standing, result=result)

    def fail(self, connection: Connection, error: AppError) -> None:
        """Failed, though what else is written here is to be kept. Raises Cancelled or Lost."""
        service.demand_going(connection, self.taken)
        service.fail(connection, self.taken, self.clock.now(), error=error)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Meanwhile another thread tells how far it is: the work itself need not wait until others have written."""
        ended = Event()
        AT_WORK[self.taken.id] = self
        heart = Thread(target=self._beat, args=(ended,), name="job-heartbeat", daemon=True)
        heart.start()
        try:
            yield
        finally:
            del AT_WORK[self.taken.id]
            ended.set()
            heart.join()

    def _beat(self, ended: Event) -> None:
        while self.stop is None and not ended.wait(HEARTBEAT):
            try:
                with self.database.aside() as connection:
                    service.tell(connection, self.taken, self.standing, self.clock.now())
            except Stop as stop:
                self.stop = stop
            except (SQLAlchemyError, Busy):
                continue  # Somebody writes for long; the next beat is soon.


AT_WORK: dict[int, Work] = {}  # What this process has at hand.


def stop_here(number: int) -> bool:
    """Stop a job of this process without a word to the database, whose one writer it may be; whether it has it at hand."""
    work = AT_WORK.get(number)
    if work is not None:
        work.stop = Cancelled()
    return work is not None


Run: TypeAlias = Callable[[Work], Mapping[str, object] | None]
Due: TypeAlias = Callable[[Connection, datetime], bool]
RUNS: dict[str, Run] = {}
DUE: dict[str, Due] = {}


def register(kind: str, run: Run, due: Due | None = None) -> None:
    """Jobs of this kind are done by `run`. It returns the result, unless it finished in a transaction of its own.

    What nobody asks for is queued by the workers when it is `due`: they ask with every look, so it is one short read.
    """
    RUNS[kind] = run
    if due is not None:
        DUE[kind] = due
