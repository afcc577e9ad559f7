"""Writing the log and reading it: in the transaction of what it tells, or by itself where something was refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from app.audit.chain import Breach, Head, Kept, Link, Outcome, breaches
from app.audit.models import audit_entry, audit_head
from app.clock import SHANGHAI
from app.db import Record

ENTRIES_AT_ONCE = 1_000
MOST_BREACHES = 1_000

APPEND = insert(audit_entry)
LAST: dict[str, Any] = {"number": bindparam("last_number"), "hash": bindparam("last_hash")}
BEGIN, MOVE = insert(audit_head).values(id=1, **LAST), update(audit_head).values(LAST)
HEAD = select(audit_head.c.number, audit_head.c.hash)


class Actor(Protocol):
    """Whoever does something: the name that is read, and the account that is meant."""

    @property
    def name(self) -> str: ...

    @property
    def account(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What is told: `action` as change-set.approve, `about` as change-set/30."""

    action: str
    about: str
    outcome: Outcome = "done"


def record(connection: Connection, by: Actor, deed: Deed, at: datetime, **details: object) -> None:
    """The next entry of the chain. The writer is alone, so nobody else takes its number."""
    before = head(connection)
    link = Link(
        before.number + 1,
        written_at(at),
        by.name,
        by.account,
        deed.action,
        deed.about,
        deed.outcome,
        {name: value for name, value in details.items() if value is not None},
        before.hash,
    )
    values = {name: getattr(link, name) for name in Link.__slots__}
    connection.execute(APPEND, {**values, "hash": link.hash})
    connection.execute(MOVE if before.number else BEGIN, {"last_number": link.number, "last_hash": link.hash})


def written_at(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="microseconds")


def head(connection: Connection) -> Head:
    row = connection.execute(HEAD).one_or_none()
    return Head() if row is None else Head(row.number, row.hash)


def verify(connection: Connection, since: Head | None = None) -> list[Breach]:
    """Where the log is not what was written, the first few. `since` is a head noted earlier, which must still be in it."""
    found = list(islice(breaches(_kept(connection), head(connection)), MOST_BREACHES))
    return found if since is None else [*found, *_since(connection, since)]


def _since(connection: Connection, noted: Head) -> Iterator[Breach]:
    at = select(audit_entry.c.hash).where(audit_entry.c.number == noted.number)
    found = connection.execute(at).scalar()
    if found != noted.hash:
        yield Breach(noted.number, "missing" if found is None else "changed")


def _kept(connection: Connection) -> Iterator[Kept]:
    after = 0
    while rows := entries(connection, {}, after, ENTRIES_AT_ONCE):
        yield from map(_as_kept, rows)
        after = rows[-1].number


def _as_kept(row: Record) -> Kept:
    return Kept(Link(**{name: row._mapping[name] for name in Link.__slots__}), row.hash)


def entries(connection: Connection, wanted: Mapping[str, str], after: int, limit: int) -> Sequence[Record]:
    """Entries after a number, in order; `wanted` are values of columns."""
    statement = select(audit_entry).where(audit_entry.c.number > after, *_with(wanted))
    return connection.execute(statement.order_by(audit_entry.c.number).limit(limit)).all()


def count(connection: Connection, wanted: Mapping[str, str]) -> int:
    return connection.execute(select(func.count()).select_from(audit_entry).where(*_with(wanted))).scalar_one()


def time_of_last(connection: Connection, wanted: Mapping[str, str], nth: int) -> datetime | None:
    """When the `nth` last of such entries was written; None where there are fewer."""
    latest = select(audit_entry.c.at).where(*_with(wanted)).order_by(audit_entry.c.number.desc())
    at = connection.execute(latest.offset(nth - 1).limit(1)).scalar()
    return None if at is None else datetime.fromisoformat(at)


def _with(wanted: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [audit_entry.c[name] == value for name, value in wanted.items()]
