"""Writing the log and reading it: in the transaction of what it tells, or by itself where something was refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from app.audit.chain import BEGINNING, Breach, Kept, Link, Outcome, breaches
from app.audit.models import audit_entry, audit_head
from app.clock import SHANGHAI
from app.db import Record

ENTRIES_AT_ONCE = 1_000


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
    number, previous = head(connection)
    link = Link(
        number + 1,
        written_at(at),
        by.name,
        by.account,
        deed.action,
        deed.about,
        deed.outcome,
        {name: value for name, value in details.items() if value is not None},
        previous,
    )
    values = {name: getattr(link, name) for name in Link.__slots__}
    connection.execute(insert(audit_entry).values(**values, hash=link.hash))
    last = {"number": link.number, "hash": link.hash}
    connection.execute(
        update(audit_head).values(last) if number else insert(audit_head).values(id=1, **last),
    )


def written_at(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="microseconds")


def head(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the last entry."""
    row = connection.execute(select(audit_head.c.number, audit_head.c.hash)).one_or_none()
    return (0, BEGINNING) if row is None else (row.number, row.hash)


def verify(connection: Connection, since: tuple[int, str] | None = None) -> list[Breach]:
    """Where the log is not what was written. `since` is a head that was noted earlier, and must still be in it."""
    found = list(breaches(_kept(connection), head(connection)))
    if since is not None:
        number, noted = since
        at = select(audit_entry.c.hash).where(audit_entry.c.number == number)
        if connection.execute(at).scalar() != noted:
            found.append(Breach(number, "changed"))
    return found


def _kept(connection: Connection) -> Iterator[Kept]:
    after = 0
    while rows := entries(connection, {}, after, ENTRIES_AT_ONCE):
        yield from map(_as_kept, rows)
        after = rows[-1].number


def _as_kept(row: Record) -> Kept:
    return Kept(Link(**{name: row._mapping[name] for name in Link.__slots__}), row.hash)


def entries(connection: Connection, wanted: Mapping[str, str], after: int, limit: int) -> Sequence[Record]:
    """Entries after a number, in order; `wanted` are values of columns."""
    asked = [audit_entry.c[name] == value for name, value in wanted.items()]
    statement = select(audit_entry).where(audit_entry.c.number > after, *asked)
    return connection.execute(statement.order_by(audit_entry.c.number).limit(limit)).all()
