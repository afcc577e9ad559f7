"""Work that is longer than a request: what is to be done, how far it is, how it ended."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)

from app.clock import SHANGHAI
from app.db import Json, PlainText, metadata


class Instant(TypeDecorator[datetime]):
    """A time, in Shanghai whatever comes in: SQLite keeps no offset, and compares what it keeps as text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(SHANGHAI)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)


# A process that runs a job says so by its heartbeat. `attempts` counts how often it was taken, and is what a process
# must still find there to write anything: one that was given up for dead finds another number. `message` and `problem`
# are kept in both languages, `{"zh": …, "en": …}`.
job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", PlainText, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("message", Json),
    Column("parameters", Json, nullable=False),
    Column("result", Json),
    Column("problem", Json),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("heartbeat_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Index("ix_job_status", "status", "id"),
    Index("ix_job_account", "account_id", "id"),
)

# What was uploaded for a job, so that any process can take it, in parts that fit into memory; gone when the job ends.
job_file = Table(
    "job_file",
    metadata,
    Column("job_id", Integer, ForeignKey("job.id"), nullable=False),
    Column("name", PlainText, nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "name", "part"),
)
