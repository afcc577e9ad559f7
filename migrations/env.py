"""Runs the migrations: one deployer at a time, each migration wholly or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects.postgresql import JSONB

from app.db import CodeSet
from app.engines import make_engine
from app.models import metadata
from app.settings import Settings

MIGRATION_LOCK = 0x5348_4D47
LOCK_TIMEOUT = "10s"
CODE_POINT_TEXT = "sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')"


def database_url() -> str:
    """From the caller (`config.attributes["database_url"]`), else `alembic -x url=…`, else the settings."""
    given = context.config.attributes.get("database_url") or context.get_x_argument(as_dictionary=True).get("url")
    return str(given) if given else Settings().database_url


def render_type(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types as what they are in the database: a migration must not change when the code does."""
    if kind == "type" and isinstance(value, CodeSet):
        return CODE_POINT_TEXT
    if kind == "type" and isinstance(value, JSONB):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB()"
    return False


def is_declared(name: str | None, kind: str, _: object) -> bool:
    """All but the index of words, which is made by its migration alone, with tables of its own on SQLite."""
    return kind != "table" or name is None or not name.startswith("item_search")


@contextmanager
def exclusive_connection(url: str) -> Iterator[Connection]:
    """A connection that waits until no other deployer migrates the same database.

    PostgreSQL: a lock of the session, since it must outlive each migration's own transaction; only after it is held
    does a migration give up on a table that others keep locked. SQLite: the write lock, taken before anything is read.
    """
    engine = make_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        # A table that is made anew must not delete the rows that refer to the old one.
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = off"))
    try:
        with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection:
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
                connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
                connection.commit()
            yield connection
    finally:
        engine.dispose()


def migrate() -> None:
    """On an open connection of the caller, who then holds the transaction and the lock, or on one of our own."""
    given: Connection | None = context.config.attributes.get("connection")
    with nullcontext(given) if given else exclusive_connection(database_url()) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_name=is_declared,
            render_item=render_type,
            render_as_batch=False,
            transactional_ddl=True,
            # SQLite has no lock but the transaction, so there all migrations are one.
            transaction_per_migration=connection.dialect.name == "postgresql",
        )
        with context.begin_transaction():
            context.run_migrations()


def print_sql() -> None:
    """`alembic upgrade --sql`, for an administrator who runs every statement by hand."""
    context.configure(url=database_url(), target_metadata=metadata, literal_binds=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


# Only the alembic command sets up logging; an application that calls us has its own.
if context.config.cmd_opts and context.config.config_file_name:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)

if context.is_offline_mode():
    print_sql()
else:
    migrate()
