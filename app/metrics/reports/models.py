"""Reports as they were frozen: rows that are added, and never changed."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from app.db import PlainText, metadata
from app.jobs.models import Instant

# `cited` is the very text that `checksum` is of; what stands beside it is what it says, to be listed by.
report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", PlainText, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("supersedes", Integer, ForeignKey("report.id"), unique=True),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("checksum", PlainText, nullable=False),
    Column("cited", Text, nullable=False),
)

# Which day each figure is about, and of cases which month first, so that those of a day and of a month can be found.
report_figure = Table(
    "report_figure",
    metadata,
    Column("report_id", Integer, ForeignKey("report.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("metric", PlainText, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("first_month", PlainText),
    PrimaryKeyConstraint("report_id", "position"),
    Index("ix_report_figure_as_of", "as_of", "report_id"),
)
