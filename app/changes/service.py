"""What people do with change sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, insert, update

from app.catalogue.codes import Finding
from app.catalogue.moments import in_shanghai, resolve
from app.changes import checks, drafting, queries
from app.changes.models import change_set
from app.changes.publish import Applied, apply_change_set, publish
from app.changes.rules import Draft, editable, next_status, unpublished
from app.clock import Clock
from app.errors import Fault, Malformed, Message

MOST_REMARKS = 200


class NothingToPublish(Malformed):
    slug, title = "empty-change-set", Message("变更单是空的", "The change set is empty")


@dataclass(frozen=True, slots=True)
class Cover:
    """What a change set says of itself: why, by which document, from when."""

    title: str
    effective_on: date
    reason: str | None = None
    document_number: str | None = None


def create(connection: Connection, cover: Cover, *, by: str, now: datetime) -> int:
    values = {
        "title": cover.title,
        "reason": cover.reason,
        "document_number": cover.document_number,
        "effective_on": cover.effective_on,
        "status": "draft",
        "author": by,
        "created_at": in_shanghai(now),
    }
    return int(connection.execute(insert(change_set).values(values).returning(change_set.c.id)).scalar_one())


def add(connection: Connection, number: int, drafts: Sequence[Draft], *, now: datetime) -> int:
    """Add entries to a draft; how many there were, leaving out what changes nothing."""
    editable(queries.get_change_set(connection, number).status)
    return drafting.add_entries(connection, number, drafts, resolve(connection, now))


def submit(connection: Connection, number: int, *, by: str, now: datetime) -> None:
    status = next_status("submit", queries.get_change_set(connection, number).status)
    if not queries.entry_counts(connection, number):
        raise NothingToPublish(Message("变更单里还没有条目，不能提交。", "There are no entries to submit."))
    _set(connection, number, status=status, submitted_by=by, submitted_at=in_shanghai(now))


def approve(connection: Connection, number: int, *, by: str, clock: Clock) -> Applied:
    """Approval publishes at once; a later effective date is simply a version that starts later."""
    status = next_status("approve", queries.get_change_set(connection, number).status)
    applied = publish(connection, number, clock)
    _set(connection, number, status=status, approved_by=by, revision=applied.revision)
    return applied


def withdraw(connection: Connection, number: int) -> None:
    _set(connection, number, status=next_status("withdraw", queries.get_change_set(connection, number).status))


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing now would come to, and what would stand in its way."""

    applied: Applied
    conflicts: tuple[Fault, ...]
    remarks: tuple[tuple[str, Finding], ...]


def preview(connection: Connection, number: int, *, now: datetime) -> Preview:
    """The draft as the next revision, by the code that will publish it, in a transaction that its owner rolls back."""
    unpublished(queries.get_change_set(connection, number).status)
    applied = apply_change_set(connection, number, now)
    remarks = islice(checks.remarks(connection, applied.revision), MOST_REMARKS)
    return Preview(applied, tuple(checks.broken(connection, applied.revision)), tuple(remarks))


def _set(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(change_set).where(change_set.c.id == number).values(values))
