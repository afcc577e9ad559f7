"""Reading with one statement: it sees what is published, and a failed one harms nobody."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.catalogue.moments import LAST, latest_revision
from app.db import Database, Prepared
from tests.factories import department, item, publish


def glanced(database: Database) -> int:
    with database.glance() as connection:
        return latest_revision(connection)


def test_a_glance_sees_what_was_just_published(database: Database) -> None:
    assert glanced(database) == 0
    assert [publish(database, department()), glanced(database)] == [1, 1]
    assert [publish(database, item()), glanced(database)] == [2, 2]


def test_a_glance_after_a_failed_one_answers(database: Database) -> None:
    with pytest.raises(DBAPIError), database.glance() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    assert glanced(database) == 0


def test_a_glance_does_not_keep_a_snapshot_open(database: Database) -> None:
    """A reader that held one would keep SQLite's log from being written back, and grow it without end."""
    with database.glance() as connection:
        connection.execute(LAST).all()
        if database.embedded:
            assert connection.connection.dbapi_connection.in_transaction is False  # type: ignore[union-attr]
        else:
            assert connection.execute(text("SELECT now() = statement_timestamp()")).scalar_one()


def test_a_prepared_statement_runs_with_the_values_of_each_time(database: Database) -> None:
    wanted = Prepared(select(text(":number + 0")).select_from(text("(SELECT 1) AS one")))
    with database.read() as connection:
        assert [wanted.on(connection, {"number": number}).scalar_one() for number in (1, 2, 3)] == [1, 2, 3]


def test_an_item_read_by_one_statement_says_what_a_full_read_says(client: TestClient, database: Database) -> None:
    """Without `known_at` a single statement answers; with it the moment is resolved first."""
    number = publish(database, department(), item("HZ-001", name="养老机构备案", is_online=True))
    briefly, fully = client.get("/v1/items/HZ-001"), client.get(f"/v1/items/HZ-001?known_at={number}")
    assert briefly.status_code == fully.status_code == 200
    assert briefly.content == fully.content
