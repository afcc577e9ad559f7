"""The database: one engine, its ways in (a snapshot, a glance, a serialised write), and the column types of our own."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache, wraps
from threading import BoundedSemaphore, Lock, local
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    Dialect,
    MetaData,
    Result,
    Row,
    Select,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from app.engines import LOCK_TIMEOUT, MAPPED, MOST_DOWNLOADS, MOST_WRITERS, Busy, make_engine

# Columns are built from declared elements, so what a statement yields is known by name, not by position.
Statement: TypeAlias = Select[*tuple[Any, ...]]
Record: TypeAlias = Row[*tuple[Any, ...]]

WRITE_LOCK = 0x5348_4958  # One advisory lock serialises writers on PostgreSQL, as BEGIN IMMEDIATE does on SQLite.
BRIEFLY = 1_000  # Milliseconds that what can be left out waits for its turn.

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Text orders by code point on both databases, so lists and cursors agree.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class CodeSet(TypeDecorator[tuple[str, ...]]):
    """Several codes as `,5,6,`: one LIKE finds one on both databases; null is not stated, `,` is none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(PlainText)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """A pattern that is looked for in the text is text itself."""
        return PlainText if isinstance(value, str) else self

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else "," + "".join(f"{code}," for code in sorted(set(value)))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(code for code in value.split(",") if code)


class DayText(TypeDecorator[str]):
    """A day that comes and goes as 2024-06-30, as content states it."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: str | date | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value

    def process_result_value(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()


class OneEntry(dict[Any, Any]):
    """Holds one thing, whatever the key: to hash the key of a wide statement costs as much as to run it."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(None, default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(None, value)


class Prepared:
    """A statement that is asked again and again, with other values: built once, and compiled once for each engine."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._compiled: dict[Dialect, OneEntry] = {}

    def on(self, connection: Connection, values: Mapping[str, object], **options: object) -> Result[*tuple[Any, ...]]:
        """`options` are those of the execution."""
        compiled = self._compiled.setdefault(connection.dialect, OneEntry())
        return connection.execute(self.statement, values, execution_options={"compiled_cache": compiled, **options})


P = ParamSpec("P")
S = TypeVar("S")
MOST_KEPT = 256  # Of each kind of statement; a wide one of a short question takes half a megabyte.


class Heavy(Generic[S]):
    """The statements asked last that weigh as much as several, no more than MOST_KEPT together."""

    def __init__(self) -> None:
        self._held: OrderedDict[object, tuple[S, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> S | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key, (None, 0))[0]

    def keep(self, key: object, built: S, weight: int) -> S:
        with self._lock:
            self._held[key] = built, weight
            while sum(each for _, each in self._held.values()) > MOST_KEPT:
                self._held.popitem(last=False)
        return built


def built_once(build: Callable[P, S]) -> Callable[P, S]:
    """Builds a statement once and keeps it: with so many columns, building costs more than running.

    What is asked for says of itself when it `is_long`: such statements take megabytes, and nobody asks them twice; and
    what its `weight` is, where it takes as much as several others.
    """
    light, heavy = lru_cache(maxsize=MOST_KEPT)(build), Heavy[S]()

    @wraps(build)
    def get(*asked: P.args, **options: P.kwargs) -> S:
        if any(getattr(each, "is_long", False) for each in asked):
            return build(*asked, **options)
        weight = max((int(getattr(each, "weight", 1)) for each in asked), default=1)
        if weight == 1:
            return light(*asked, **options)  # type: ignore[arg-type] # all are hashed
        key = (asked, *options.items())
        found = heavy.get(key)
        return heavy.keep(key, build(*asked, **options), weight) if found is None else found

    return get


class Database:
    """Where the catalogue lives.

    `read()` is one snapshot, also for a `walk()`, `glance()` one statement; `write()` is one transaction and one writer
    at a time, `trial()` the same, rolled back, `note()` the same for what can be left out, `aside()` one beside them.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        variant = self.engine.execution_options
        self._readers = self.engine if self.embedded else variant(isolation_level="REPEATABLE READ")
        self._waiting = BoundedSemaphore(MOST_WRITERS)
        self.downloads = BoundedSemaphore(MOST_DOWNLOADS)
        self._writers = variant(sqlite_begin="BEGIN IMMEDIATE")
        self._autocommit = make_engine(url, begins=False) if self.embedded else variant(isolation_level="AUTOCOMMIT")
        self._of_thread = local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._readers.connect() as connection:
            yield connection

    @contextmanager
    def walk(self) -> Iterator[Connection]:
        """As `read()`, to go through everything: an embedded file is not mapped, whose pages would count as memory.

        What was read with it has to be closed inside.
        """
        with self.read() as connection:
            if self.embedded:
                connection.exec_driver_sql("PRAGMA mmap_size = 0")
            try:
                yield connection
            finally:
                if self.embedded:
                    connection.exec_driver_sql(f"PRAGMA {MAPPED}")

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For one statement, which is a snapshot by itself: without a transaction around it.

        Of an embedded database each thread that glances keeps a connection, until one of its statements fails: to take
        one costs more than the glance.
        """
        if not self.embedded:
            with self._autocommit.connect() as connection:
                yield connection
            return
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = self._autocommit.connect()
        try:
            yield self._of_thread.connection
        except SQLAlchemyError:
            self._forget()
            raise

    def _forget(self) -> None:
        if hasattr(self._of_thread, "connection"):
            self._of_thread.connection.close()
            del self._of_thread.connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Committed at the end. Raises Busy where so many wait already that one more would keep readers out."""
        with self._turn(), self._writers.begin() as connection:
            _lock(connection)
            yield connection

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """A write that is rolled back whatever happens: what it would come to can be read inside."""
        with self._turn(), self._writers.connect() as connection:
            _lock(connection)
            yield connection

    def compact(self) -> None:
        """Writes an embedded file anew: nothing in it is left of what was overwritten. Other writers wait meanwhile."""
        if self.embedded:
            with self._autocommit.connect() as connection:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """A brief write of rows that nobody counts on to stand still, beside the one writer where the database can.

        An embedded database has one writer in all.
        """
        with self._writers.begin() as connection:
            yield connection

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """A small write that nobody waits for long. Raises Busy or OperationalError where others do."""
        with self._turn(), self._writers.execution_options(sqlite_patience=BRIEFLY).begin() as connection:
            _lock(connection, BRIEFLY)
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._waiting.release()

    @property
    def embedded(self) -> bool:
        """Whether the database is in this process: then a short read costs less than handing it to a thread."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Ends the connections of the pool and that of this thread."""
        self._forget()
        self._autocommit.dispose()
        self.engine.dispose()


def _lock(connection: Connection, milliseconds: int = LOCK_TIMEOUT) -> None:
    """SQLite took its lock with BEGIN IMMEDIATE; here it is taken by name."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITE_LOCK})


@contextmanager
def wiping(connection: Connection) -> Iterator[None]:
    """What is deleted or overwritten inside becomes zeros in an embedded file, and is not only marked as free."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    connection.exec_driver_sql("PRAGMA secure_delete = on")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA secure_delete = {usual}")


def refresh_statistics(connection: Connection, table: Table) -> None:
    """After much was written: without statistics the databases choose indexes by luck."""
    connection.exec_driver_sql(f"ANALYZE {table.name}")
