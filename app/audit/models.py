"""The log of what was done and refused: each entry holds the hash of the one before."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Dialect, Index, Integer, Table, Text
from sqlalchemy.types import TypeDecorator

from app.db import Json, PlainText, metadata


class Details(TypeDecorator[Any]):
    """JSON; where an embedded file holds something else, that as it stands: the log is read to its end all the same."""

    impl = Json
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def as_far_as_possible(stored: Any) -> Any:
            try:
                return read(stored)
            except ValueError:
                return stored

        return as_far_as_possible


# `at` is ISO text with the offset of Shanghai and microseconds: what is hashed must come back to the letter, and texts
# of one offset are in order of time.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", PlainText, nullable=False),
    Column("by", Text, nullable=False),
    Column("account", PlainText, nullable=False),
    Column("action", PlainText, nullable=False),
    Column("about", PlainText, nullable=False),
    Column("outcome", PlainText, nullable=False),
    Column("details", Details, nullable=False),
    Column("previous", PlainText, nullable=False),
    Column("hash", PlainText, nullable=False),
    Index("ix_audit_entry_about", "about", "number"),
    Index("ix_audit_entry_account", "account", "number"),
)

# The last entry, so that one taken from the end is missed too. One row.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", PlainText, nullable=False),
)
