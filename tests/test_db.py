"""Reading with one statement: it sees what is published, and a failed one harms nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Dialect, bindparam, column, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from app.catalogue.moments import LAST, latest_revision
from app.db import Database, Prepared, built_once
from tests.factories import department, item, publish
from tests.statements import counted

MAPPED_BYTES = 2_147_418_112
ONE = text("(SELECT 1 AS a) AS one")


def glanced(database: Database) -> int:
    with database.glance() as connection:
        return latest_revision(connection)


def test_a_glance_sees_what_was_just_published(database: Database) -> None:
    assert glanced(database) == 0
    assert [publish(database, department()), glanced(database)] == [1, 1]
    assert [publish(database, item()), glanced(database)] == [2, 2]


def test_a_walk_does_not_map_the_file_and_whoever_comes_after_does(database: Database) -> None:
    """Mapped pages would count as memory of the process, all of the catalogue in the end."""
    if not database.embedded:
        pytest.skip("only an embedded database is mapped")
    mapped = []
    for way in (database.read, database.walk, database.read):
        with way() as connection:
            connection.execute(LAST).all()
            mapped.append(connection.execute(text("PRAGMA mmap_size")).scalar_one())
    assert mapped == [MAPPED_BYTES, 0, MAPPED_BYTES]


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


def test_a_thread_keeps_its_connection_for_glances(database: Database) -> None:
    with database.glance() as first, database.glance() as second:
        assert (first is second) is database.embedded


def test_a_database_that_was_closed_can_be_glanced_at_again(new_database: Callable[[str], str]) -> None:
    database = Database(new_database("sqlite"))
    with database.glance() as before:
        before.execute(text("SELECT 1")).all()
    database.close()
    assert before.closed
    with database.glance() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_a_prepared_statement_is_compiled_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Dialect] = []
    compiler = database.engine.dialect.statement_compiler

    def noted(dialect: Dialect, *given: Any, **options: Any) -> Any:
        compiled.append(dialect)
        return compiler(dialect, *given, **options)

    monkeypatch.setattr(database.engine.dialect, "statement_compiler", noted)
    wanted = Prepared(select(literal_column("1").label("once")).where(column("a") == bindparam("a")).select_from(ONE))
    with database.read() as connection:
        assert [wanted.on(connection, {"a": number}).all() for number in (1, 2, 1)] == [[(1,)], [], [(1,)]]
    assert len(compiled) == 1


def test_an_item_read_by_one_statement_says_what_a_full_read_says(client: TestClient, database: Database) -> None:
    """Without `known_at` a single statement answers; with it the moment is resolved first."""
    number = publish(database, department(), item("HZ-001", name="养老机构备案", is_online=True))
    with counted() as brief:
        briefly = client.get("/v1/items/HZ-001")
    fully = client.get(f"/v1/items/HZ-001?known_at={number}")
    assert briefly.status_code == fully.status_code == 200
    assert briefly.content == fully.content
    assert len(brief) == 1


@dataclass(frozen=True)
class Question:
    text: str

    @property
    def is_long(self) -> bool:
        return len(self.text) > 10


def test_a_statement_is_built_once_but_for_long_questions() -> None:
    built: list[str] = []

    @built_once
    def statement(question: Question) -> str:
        built.append(question.text)
        return question.text

    for asked in ("short", "short", "far too long", "far too long"):
        assert statement(Question(asked)) == asked
    assert built == ["short", "far too long", "far too long"]


@dataclass(frozen=True)
class Months:
    """A question that weighs as much as it has months."""

    weight: int
    number: int = 0


def test_heavy_statements_are_kept_as_long_as_they_weigh_no_more_than_so_many_light_ones() -> None:
    built: list[Months] = []

    @built_once
    def statement(question: Months) -> int:
        built.append(question)
        return question.number

    year, others = Months(12), [Months(120, number) for number in (1, 2, 3)]
    for asked in (year, year, *others[:2], year, year, others[2], others[2], year, others[0]):
        assert statement(asked) == asked.number
    assert built == [year, *others, others[0]]
