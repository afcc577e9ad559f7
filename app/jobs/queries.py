"""Statements about jobs and their files."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from app.access.rules import Caller
from app.db import Record
from app.jobs.models import job, job_file
from app.jobs.rules import GOING, PATIENCE, not_found

LISTED = [column for column in job.c if column.name not in ("result", "problem")]  # Which may be long.


def visible(by: Caller) -> ColumnElement[bool]:
    """Their own jobs to people, all of them to administrators."""
    return true() if by.may("administer") else job.c.account_id == by.id


def get_job(connection: Connection, number: int, by: Caller) -> Record:
    """Raises JobNotFound where there is none that the caller may see."""
    row = connection.execute(select(job).where(job.c.id == number, visible(by))).one_or_none()
    if row is None:
        raise not_found(number)
    return row


def jobs_page(
    connection: Connection, by: Caller, status: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 jobs after a number, and how many there are."""
    wanted = and_(visible(by), true() if status is None else job.c.status == status)
    page = select(*LISTED).where(wanted, job.c.id > after).order_by(job.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(job).where(wanted)).scalar_one()
    return connection.execute(page).all(), total


def count_going(connection: Connection, account_id: int | None) -> int:
    wanted = (job.c.account_id == account_id, job.c.status.in_(GOING))
    return connection.execute(select(func.count()).select_from(job).where(*wanted)).scalar_one()


def takeable(kinds: Collection[str]) -> ColumnElement[bool]:
    return and_(job.c.status == "queued", job.c.kind.in_(kinds))


def abandoned(now: datetime) -> ColumnElement[bool]:
    return and_(job.c.status == "running", job.c.heartbeat_at < now - PATIENCE)


def is_any_waiting(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Whether a worker that knows these kinds has something to do."""
    waiting = select(job.c.id).where(or_(takeable(kinds), abandoned(now))).limit(1)
    return connection.execute(waiting).scalar() is not None


def is_cared_for(connection: Connection, kind: str, now: datetime) -> bool:
    """Whether such a job waits or runs; one that has just failed, or was cancelled, is not at once begun anew."""
    stopped = and_(job.c.status.in_(("failed", "cancelled")), job.c.ended_at > now - PATIENCE)
    at_it = select(job.c.id).where(job.c.kind == kind, or_(job.c.status.in_(GOING), stopped)).limit(1)
    return connection.execute(at_it).scalar() is not None


def parts(connection: Connection, number: int, name: str) -> Iterator[bytes]:
    """The parts of a job's file in order, one in memory at a time; none where it has no such file."""
    wanted = select(job_file.c.content).where(job_file.c.job_id == number, job_file.c.name == name)
    ordered = wanted.order_by(job_file.c.part).execution_options(yield_per=1)
    yield from connection.execute(ordered).scalars()
