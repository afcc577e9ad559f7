"""What becomes of jobs: asked for, taken by a process, told of, ended; given up where their process died."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import IO, Any, Self

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.db import Record
from app.errors import AppError, Message
from app.jobs import queries
from app.jobs.models import job, job_file
from app.jobs.rules import (
    MOST_ATTEMPTS,
    MOST_GOING,
    NOTHING_WRITTEN,
    QUEUED_AGAIN,
    Cancelled,
    Lost,
    ended,
    interrupted,
    too_many,
)
from app.jobs.storable import storable

PART = 2**20
bell = Condition()  # Rung for the workers of this process; those of others look by themselves.


@dataclass(frozen=True, slots=True)
class Taken:
    """A job as a process took it. What it writes of the job counts only while nobody else has taken it since."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    by: str
    account_id: int | None
    attempts: int

    @classmethod
    def of(cls, row: Record) -> Self:
        return cls(**{name: row._mapping[name] for name in cls.__slots__})

    @property
    def mine(self) -> ColumnElement[bool]:
        return and_(job.c.id == self.id, job.c.status == "running", job.c.attempts == self.attempts)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the work is: `done` of `total`, null where nobody knows that yet."""

    done: int = 0
    total: int | None = None
    message: Message | None = None


Ending = Callable[[Connection, Taken, datetime], None]


def enqueue(connection: Connection, kind: str, parameters: Mapping[str, object], *, by: Caller, now: datetime) -> int:
    """The number of a job that is to be done once this is committed. `parameters` are what JSON can hold.

    Raises TooManyJobs where so many of the account wait already.
    """
    if by.id is not None and queries.count_going(connection, by.id) >= MOST_GOING:
        raise too_many()
    values = {
        "kind": kind,
        "status": "queued",
        "done": 0,
        "parameters": parameters,
        "by": by.name,
        "account_id": by.id,
        "created_at": now,
        "attempts": 0,
        "cancel_requested": False,
    }
    number = int(connection.execute(insert(job).values(values).returning(job.c.id)).scalar_one())
    record(connection, by, Deed("job.create", f"job/{number}"), now, kind=kind)
    ring()
    return number


def ring() -> None:
    with bell:
        bell.notify_all()


def attach(connection: Connection, number: int, name: str, content: IO[bytes]) -> None:
    """Keep a file with the job until it ends; an empty one is kept as well."""
    part, piece = 0, content.read(PART)
    while piece or not part:
        values = {"job_id": number, "name": name, "part": part, "content": piece}
        connection.execute(insert(job_file).values(values))
        part, piece = part + 1, content.read(PART)


def take(connection: Connection, kinds: Collection[str], now: datetime) -> Taken | None:
    """The job that waits longest of those kinds, if any: nobody else gets it."""
    first = (
        select(job.c.id).where(queries.takeable(kinds)).order_by(job.c.id).limit(1).with_for_update(skip_locked=True)
    )
    taken = {"status": "running", "started_at": now, "heartbeat_at": now, "attempts": job.c.attempts + 1}
    statement = update(job).where(job.c.id == first.scalar_subquery()).values(**taken, message=None).returning(job)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Taken.of(row)


def tell(connection: Connection, taken: Taken, standing: Standing, now: datetime) -> None:
    """A sign of life. Raises Cancelled where somebody asked for that, Lost where the job is another's by now."""
    alive = update(job).where(taken.mine).values(**_told(standing), heartbeat_at=now).returning(job.c.cancel_requested)
    _go_on(connection.execute(alive).scalar())


def _told(standing: Standing) -> dict[str, object]:
    said = None if standing.message is None else standing.message._asdict()
    return {"done": standing.done, "total": standing.total, "message": said}


def _go_on(cancel_requested: bool | None) -> None:  # noqa: FBT001 - as the table has it, null where the row is no more
    if cancel_requested is None:
        raise Lost
    if cancel_requested:
        raise Cancelled


def demand_going(connection: Connection, taken: Taken) -> None:
    """In a transaction that is to count only if the job still does. Raises Cancelled or Lost."""
    _go_on(connection.execute(select(job.c.cancel_requested).where(taken.mine).with_for_update()).scalar())


def finish(connection: Connection, taken: Taken, now: datetime, *, standing: Standing, result: object) -> None:
    """Done, in the transaction of what was written, so that both are kept or neither. Raises Cancelled or Lost."""
    demand_going(connection, taken)
    total = standing.done if standing.total is None else standing.total
    _end(connection, taken.mine, now, "done", done=standing.done, total=total, message=None, result=result)


def fail(connection: Connection, taken: Taken, now: datetime, *, error: AppError) -> None:
    """Ended by a problem, which is kept as the caller would have been answered."""
    problem = {"zh": storable(error.document(english=False)), "en": storable(error.document(english=True))}
    said = storable(error.detail._asdict())
    _end(connection, taken.mine, now, "failed", problem=problem, message=said)


def end_cancelled(connection: Connection, taken: Taken, now: datetime) -> None:
    _end(connection, taken.mine, now, "cancelled", message=NOTHING_WRITTEN._asdict())


def give_back(connection: Connection, taken: Taken, now: datetime) -> None:
    """Queued as before it was taken: the process ends, which is nobody's fault."""
    _end_where_asked(connection, taken.mine, now)
    waiting = {"status": "queued", "started_at": None, "done": 0, "attempts": job.c.attempts - 1}
    connection.execute(update(job).where(taken.mine).values(waiting))


def try_again(connection: Connection, taken: Taken, now: datetime) -> None:
    _once_more(connection, taken.mine, now)


def leave(_: Connection, __: Taken, ___: datetime) -> None:
    """The job is another's."""


def recover(connection: Connection, now: datetime) -> None:
    """Queue the jobs of processes that died; those that were tried often enough have failed."""
    _once_more(connection, queries.abandoned(now), now)


def _once_more(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    _end_where_asked(connection, which, now)
    error = interrupted()
    problem = {"zh": error.document(english=False), "en": error.document(english=True)}
    tired = and_(which, job.c.attempts >= MOST_ATTEMPTS)
    _end(connection, tired, now, "failed", problem=problem, message=error.detail._asdict())
    again = {"status": "queued", "started_at": None, "done": 0, "message": QUEUED_AGAIN._asdict()}
    connection.execute(update(job).where(which).values(again))


def _end_where_asked(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Nobody begins anew what was to be cancelled."""
    _end(connection, and_(which, job.c.cancel_requested), now, "cancelled", message=NOTHING_WRITTEN._asdict())


def _end(connection: Connection, which: ColumnElement[bool], now: datetime, status: str, **values: object) -> bool:
    """Whether there was such a job; its files are not needed any more."""
    done = update(job).where(which).values(status=status, ended_at=now, **values).returning(job.c.id)
    numbers = connection.execute(done).scalars().all()
    if numbers:
        connection.execute(delete(job_file).where(job_file.c.job_id.in_(numbers)))
    return bool(numbers)


def cancel(connection: Connection, number: int, *, by: Caller, now: datetime, stopped: bool = False) -> None:
    """One that waits is cancelled at once, one that runs is asked to stop. Raises JobNotFound or JobEnded.

    One that was `stopped` for this may have ended meanwhile as cancelled.
    """
    queries.get_job(connection, number, by)
    waiting = and_(job.c.id == number, job.c.status == "queued")
    if not _end(connection, waiting, now, "cancelled", cancel_requested=True, message=NOTHING_WRITTEN._asdict()):
        stoppable = ("running", "cancelled") if stopped else ("running",)
        running = update(job).where(job.c.id == number, job.c.status.in_(stoppable)).values(cancel_requested=True)
        if not connection.execute(running.returning(job.c.id)).all():
            raise ended(number, queries.get_job(connection, number, by).status)
    record(connection, by, Deed("job.cancel", f"job/{number}"), now)
