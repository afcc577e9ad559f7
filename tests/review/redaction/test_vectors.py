"""Words can be guessed from the vector of a text: none is left of a name that was redacted."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.catalogue.moments import latest_revision
from app.db import Database
from app.demand.runs.models import text_vector
from app.demand.runs.vectors import ItemVectors
from tests.review.redaction.desk import redacted

Store = Callable[[], ItemVectors]


@pytest.fixture
def store(database: Database) -> Store:
    """Of what is read of the catalogue now."""

    def made() -> ItemVectors:
        with database.read() as connection:
            revision = latest_revision(connection)
        return ItemVectors(database, "letters 1", revision, lambda: None)

    return made


def kept(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(text_vector.c.text_hash)).scalars())


@pytest.mark.parametrize("field", ["name", "aliases", "main_item_name"])
def test_vectors_go_with_what_the_matcher_reads(
    database: Database, store: Store, first: TestClient, second: TestClient, field: str
) -> None:
    store().write({"a": b"1", "b": b"2"})
    redacted(first, second, field=field)
    assert kept(database) == set()


def test_vectors_stay_where_the_matcher_reads_nothing_of_it(
    database: Database, store: Store, first: TestClient, second: TestClient
) -> None:
    store().write({"a": b"1"})
    redacted(first, second)
    redacted(first, second, code="W-01", object="window", field="name")
    assert kept(database) == {"a"}


def test_what_was_read_before_is_not_kept_after(
    database: Database, store: Store, first: TestClient, second: TestClient
) -> None:
    """A model reads a large catalogue for minutes."""
    reading = store()
    redacted(first, second, field="aliases")
    reading.write({"a": b"1"})
    assert kept(database) == set()
    store().write({"b": b"2"})
    assert kept(database) == {"b"}
