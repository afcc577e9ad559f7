"""How SQLite goes about a statement: which indexes it takes."""

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from app.db import Database, Statement


def plan(database: Database, statement: Statement) -> list[str]:
    """The steps. PostgreSQL is not asked: how it goes about a statement depends on how much there is."""
    if not database.embedded:
        pytest.skip("of SQLite alone")
    asked = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with database.read() as connection:
        return [step.detail for step in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
