"""The log in the database: every entry follows the one before, and nobody changes it unseen."""

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.access.rules import OPERATOR, Caller
from app.audit import log
from app.audit.chain import Head
from app.audit.log import Deed, record
from app.audit.models import audit_entry, audit_head
from app.db import Database
from tests.conftest import NOW

WANG = Caller("王敏", "editor", "user", 7)
number = audit_entry.c.number
Tampering = Callable[[Connection], object]


@pytest.fixture
def written(database: Database) -> Database:
    """Six entries, of kinds that the service writes."""
    with database.write() as connection:
        record(connection, OPERATOR, Deed("user.create", "user/wang"), NOW, departments=["A", "B"], role="editor")
        record(connection, WANG, Deed("login", "login/wang", "refused"), NOW)
        record(connection, WANG, Deed("login", "login/wang"), NOW, scope="write")
        record(connection, WANG, Deed("change-set.create", "change-set/1"), NOW, title="压减“时限” 🀄")
        record(connection, WANG, Deed("change-set.add", "change-set/1"), NOW, entries=40, nothing=None)
        record(connection, WANG, Deed("user.change", "user/wang"), NOW, changed={"password": True, "b": 1, "a": 2})
    return database


def tampered(database: Database, *acts: Tampering) -> list[tuple[str, int]]:
    with database.write() as connection:
        for act in acts:
            act(connection)
    with database.read() as connection:
        return [(breach.how, breach.number) for breach in log.verify(connection)]


def moved(old: int, new: int) -> Tampering:
    return lambda connection: connection.execute(update(audit_entry).where(number == old).values(number=new))


def without(*numbers: int) -> Tampering:
    return lambda connection: connection.execute(delete(audit_entry).where(number.in_(numbers)))


def with_values(place: int, /, **values: object) -> Tampering:
    return lambda connection: connection.execute(update(audit_entry).where(number == place).values(values))


def test_it_is_whole(written: Database) -> None:
    assert tampered(written) == []
    with written.read() as connection:
        head = log.head(connection)
        assert head.number == 6
        assert log.verify(connection, since=head) == []
        details = [row.details for row in log.entries(connection, {}, 0, 10)]
    assert details[0] == {"departments": ["A", "B"], "role": "editor"}
    assert details[4] == {"entries": 40}


@pytest.mark.parametrize(
    "values",
    [
        {"by": "李娜"},
        {"account": "user/8"},
        {"action": "login"},
        {"about": "change-set/2"},
        {"outcome": "refused"},
        {"at": "2026-03-02T09:00:00.000000+08:00"},
        {"details": {"title": "别的"}},
        {"hash": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_entry_is_found(written: Database, values: dict[str, object]) -> None:
    assert ("changed", 4) in tampered(written, with_values(4, **values))


@pytest.mark.parametrize("stored", ["'{'", "''", "'[1,'", "7.5", "x'ff'", "'\"{}\"'"])
def test_an_entry_whose_details_are_garbled_is_changed_and_the_others_are_looked_at(
    written: Database, stored: str
) -> None:
    """What an embedded file holds in a column of JSON may be anything; PostgreSQL takes JSON only."""
    if not written.embedded:
        pytest.skip("jsonb can't be garbled")
    garbled = text(f"UPDATE audit_entry SET details = {stored} WHERE number = 3")
    found = tampered(written, lambda connection: connection.execute(garbled), with_values(5, by="李娜"))
    assert found == [("changed", 3), ("changed", 5)]


def test_what_is_no_text_is_changed(written: Database) -> None:
    if not written.embedded:
        pytest.skip("text is text there")
    garbled = text("UPDATE audit_entry SET \"by\" = x'ff' WHERE number = 3")
    assert tampered(written, lambda connection: connection.execute(garbled)) == [("changed", 3)]


@pytest.mark.parametrize(("gone", "first"), [((1,), 1), ((3,), 3), ((3, 4), 3), ((6,), 6), ((1, 2, 3, 4, 5, 6), 1)])
def test_a_missing_entry_is_found(written: Database, gone: tuple[int, ...], first: int) -> None:
    assert tampered(written, without(*gone)) == [("missing", first)]


def test_a_missing_entry_whose_gap_was_closed_is_found(written: Database) -> None:
    assert tampered(written, without(3), moved(4, 3), moved(5, 4), moved(6, 5)) == [("reordered", 3), ("missing", 6)]


def test_entries_in_another_order_are_found(written: Database) -> None:
    found = tampered(written, moved(3, 99), moved(4, 3), moved(99, 4))
    assert found == [("reordered", 3), ("reordered", 4), ("reordered", 5)]


def test_an_entry_after_the_end_is_found(written: Database) -> None:
    def copied(connection: Connection) -> None:
        row = connection.execute(select(audit_entry).where(number == 6)).one()
        connection.execute(insert(audit_entry).values({**row._mapping, "number": 7}))

    assert tampered(written, copied) == [("reordered", 7), ("added", 7)]


def test_a_log_cut_short_with_its_head_is_found_by_a_head_noted_earlier(written: Database) -> None:
    with written.read() as connection:
        noted = log.head(connection)
    assert tampered(written, without(5, 6), head_as_of(4)) == []
    with written.read() as connection:
        assert [(each.how, each.number) for each in log.verify(connection, since=noted)] == [("missing", 6)]
        other = Head(4, "f" * 64)
        assert [(each.how, each.number) for each in log.verify(connection, since=other)] == [("changed", 4)]


def head_as_of(at: int) -> Tampering:
    def cut(connection: Connection) -> None:
        last = select(audit_entry.c.hash).where(number == at).scalar_subquery()
        connection.execute(update(audit_head).values(number=at, hash=last))

    return cut


def test_a_head_far_away_takes_no_memory(written: Database) -> None:
    far = tampered(written, lambda connection: connection.execute(update(audit_head).values(number=2**31 - 1)))
    assert far == [("missing", 7)]


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write(name: str) -> None:
        for _ in range(20):
            with database.write() as connection:
                record(connection, Caller(name), Deed("test.write", f"test/{name}"), NOW)

    threads = [Thread(target=write, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert log.verify(connection) == []
        assert log.head(connection).number == 80


def test_what_is_rolled_back_was_never_told(written: Database) -> None:
    with written.trial() as connection:
        record(connection, WANG, Deed("change-set.submit", "change-set/1"), NOW)
    with written.read() as connection:
        assert log.head(connection).number == 6
        assert connection.execute(select(func.count()).select_from(audit_entry)).scalar() == 6


def test_two_entries_cannot_have_one_number(written: Database) -> None:
    with pytest.raises(IntegrityError), written.write() as connection:
        moved(3, 2)(connection)
