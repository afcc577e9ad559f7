"""Connections to either database: how many, how they begin, how long they wait for their turn."""

from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url

LOCK_TIMEOUT = 30_000  # Milliseconds, as SQLite's busy_timeout.
MOST_THREADS = 40  # As anyio has them.
MOST_WRITERS = 16  # Of the threads: whatever writers do, readers are answered.
MOST_DOWNLOADS = 16  # Each keeps a connection for as long as its client takes.
POOLED, MOST_SERVED = 10, 40  # Connections kept open, and the most on PostgreSQL.
MOST_AT_JOBS = 3  # The worker reads, writes, and its heartbeat writes beside it.
MOST_EMBEDDED = MOST_THREADS + MOST_WRITERS + MOST_DOWNLOADS + MOST_AT_JOBS + 1
MAPPED = "mmap_size = 2147418112"  # The most that SQLite maps.
SQLITE_PRAGMAS = (
    "journal_mode = wal",
    "synchronous = normal",
    f"busy_timeout = {LOCK_TIMEOUT}",
    "foreign_keys = on",
    "case_sensitive_like = on",
    "cache_size = -16384",
    MAPPED,
)


class Busy(Exception):
    """Too many writers wait for their turn, or it did not come in time."""


def make_engine(url: str, *, begins: bool = True) -> Engine:
    """SQLite has a connection for each thread, writer, download, the worker and the event loop, so that this never waits.

    PostgreSQL has 40, of which downloads take a part: only threads wait there, and only for reads that end.

    An engine of SQLite that does not begin leaves each statement to itself.
    """
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = create_engine(
        url,
        pool_size=POOLED,
        pool_recycle=1800,  # a connection learns of new statistics when it is opened
        max_overflow=(MOST_EMBEDDED if sqlite else MOST_SERVED) - POOLED,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
    )
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        if begins:
            event.listen(engine, "begin", _begin_sqlite)
    return engine


def json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.create_aggregate("joined_codes", 1, JoinedCodes)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


class JoinedCodes:
    """An aggregate of SQLite, whose own joins texts in no order that one could ask for."""

    def __init__(self) -> None:
        self._codes: set[str] = set()

    def step(self, code: str | None) -> None:
        if code is not None:
            self._codes.add(code)

    def finalize(self) -> str:
        """Asked only where there was a row."""
        return "," + "".join(f"{code}," for code in sorted(self._codes))


def _begin_sqlite(connection: Connection) -> None:
    # Asked of the driver itself: through the engine it would cost as much as a query.
    driver: Any = connection.connection.driver_connection
    options = connection.get_execution_options()
    patience = options.get("sqlite_patience")
    if patience is not None:
        driver.execute(f"PRAGMA busy_timeout = {patience}")
    try:
        driver.execute(options.get("sqlite_begin", "BEGIN"))
    except driver.OperationalError as error:
        if "locked" in str(error):
            raise Busy from error
        raise
    finally:
        if patience is not None:
            driver.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT}")
