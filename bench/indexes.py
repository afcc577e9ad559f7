"""Writing many rows at once: indexes are made when all rows are there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_indexes(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """The indexes and triggers of a table are dropped, and made again at the end."""
    kept = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type <> 'table' AND sql <> ''", (table,)
    ).fetchall()
    for kind, name, _ in kept:
        connection.execute(f"DROP {kind} {name}")
    yield
    for *_, statement in kept:
        connection.execute(statement)
