"""What each metric meant and since when: every version of every definition, never changed."""

from sqlalchemy import Boolean, Column, DateTime, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from app.db import Json, PlainText, metadata

# In force from the revision that recorded it until that of the next version. 0 is before the first revision: what was
# shipped when definitions began to be recorded holds for all that was known before.
metric_definition = Table(
    "metric_definition",
    metadata,
    Column("key", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_in", Integer, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("definition", Json, nullable=False),
    PrimaryKeyConstraint("key", "version"),
    UniqueConstraint("key", "recorded_in"),
)
