"""What people do with change sets: draft, submit, return, approve, withdraw. Each deed is told in the log."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

from sqlalchemy import Connection, insert, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue import lineage
from app.catalogue.moments import in_shanghai, resolve
from app.changes import checks, drafting, events, permits, queries, rivals
from app.changes.events import Comment
from app.changes.models import change_set
from app.changes.publish import Applied, apply_change_set, publish
from app.changes.reform import still_named
from app.changes.rules import Draft, InThePast, editable, next_status, refuse_past, unpublished
from app.clock import Clock
from app.db import Record
from app.errors import Conflict, Fault, Malformed, Message

MOST_REMARKS = 200
NOTHING_ELSE = "撤销的变更单只能删去条目，不能再加。别的变更请另开一张变更单。"
ALONE, ALONE_OPERATOR = "未经第二人审核", "由操作员发布，未经第二人审核"


class NothingElse(Conflict):
    slug, title = "undoing-only", Message("撤销的变更单不能加条目", "An undoing takes no more entries")


class NothingToPublish(Malformed):
    slug, title = "empty-change-set", Message("变更单是空的", "The change set is empty")


@dataclass(frozen=True, slots=True)
class Cover:
    """What a change set says of itself: why, by which document, from when; whether it may reach into the past."""

    title: str
    effective_on: date
    reason: str | None = None
    document_number: str | None = None
    retroactive: bool = False
    undoes: int | None = None


def create(connection: Connection, cover: Cover, *, by: Caller, now: datetime) -> int:
    """A draft. Raises InThePast for an effective date before today, unless the cover says that it is meant."""
    refuse_past([cover.effective_on], now.date(), retroactive=cover.retroactive or by.is_operator, place="")
    values = {
        "title": cover.title,
        "reason": cover.reason,
        "document_number": cover.document_number,
        "effective_on": cover.effective_on,
        "retroactive": cover.retroactive or by.is_operator,
        "status": "draft",
        "author": by.name,
        "author_account": by.id,
        "created_at": in_shanghai(now),
        "undoes": cover.undoes,
    }
    number = int(connection.execute(insert(change_set).values(values).returning(change_set.c.id)).scalar_one())
    tell(connection, number, "create", by=by, now=now, title=cover.title)
    return number


def add(connection: Connection, number: int, drafts: Iterable[Draft], *, by: Caller, now: datetime) -> int:
    """Add entries to a draft; how many there were, leaving out what changes nothing.

    Raises WrongStatus, InThePast, or NotYours where somebody else drafts it, or an entry is about an object that the
    caller may not edit.
    """
    held = queries.get_change_set(connection, number)
    editable(held.status)
    permits.demand_author(held, by)
    if held.undoes is not None:
        raise NothingElse(
            Message(NOTHING_ELSE, "A change set that undoes another takes no more entries; open one of its own.")
        )
    before = queries.last_position(connection, number)
    written = drafting.add_entries(connection, number, drafts, resolve(connection, now))
    permits.demand_own(connection, number, by, after=before)
    permits.demand_no_past(connection, number, now.date(), after=before)
    if written:
        changed(connection, number)
        tell(connection, number, "add", by=by, now=now, entries=written)
    return written


def remove(connection: Connection, number: int, position: int, *, by: Caller, now: datetime) -> None:
    """Take an entry out, with those of its act. Raises WrongStatus, EntryNotFound, or NotYours."""
    held = queries.get_change_set(connection, number)
    editable(held.status)
    permits.demand_author(held, by)
    positions = queries.act_of(connection, number, position)
    queries.remove_entries(connection, number, positions)
    changed(connection, number)
    tell(connection, number, "remove", by=by, now=now, entries=positions)


def amend_cover(
    connection: Connection, number: int, stated: Mapping[str, object], *, by: Caller, now: datetime
) -> None:
    """Change what the cover says. Raises WrongStatus or NotYours."""
    held = queries.get_change_set(connection, number)
    editable(held.status)
    permits.demand_author(held, by)
    required = ("title", "retroactive")
    values = {name: value for name, value in stated.items() if value is not None or name not in required}
    if values:
        _set(connection, number, **values)
        changed(connection, number)
        tell(connection, number, "cover", by=by, now=now, changed=sorted(values))


def submit(
    connection: Connection,
    number: int,
    *,
    by: Caller,
    now: datetime,
    demand_sound: Callable[[Record], None] = lambda _: None,
) -> None:
    """Ready for review. Raises WrongStatus, NothingToPublish, InThePast, or NotYours where somebody else wrote it.

    `demand_sound` raises where what it would publish stands in its way; it is asked of those who may submit it.
    """
    held = queries.get_change_set(connection, number)
    status = next_status("submit", held.status)
    permits.demand_author(held, by)
    _demand_entries(connection, number)
    permits.demand_own(connection, number, by)
    permits.demand_no_past(connection, number, now.date())
    demand_sound(held)
    _set(connection, number, status=status, submitted_by=by.name, submitted_at=in_shanghai(now))
    tell(connection, number, "submit", by=by, now=now)


def _demand_entries(connection: Connection, number: int) -> None:
    if not queries.entry_counts(connection, number):
        raise NothingToPublish(Message("变更单里还没有条目，不能提交、批准。", "There are no entries to publish."))


def recall(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """Back from the reviewer, as a draft. Raises WrongStatus, or NotYours where somebody else wrote it."""
    held = queries.get_change_set(connection, number)
    status = next_status("recall", held.status)
    permits.demand_author(held, by)
    _set(connection, number, status=status)
    tell(connection, number, "recall", by=by, now=now)


def send_back(
    connection: Connection, number: int, reason: str, comments: Iterable[Comment], *, by: Caller, now: datetime
) -> None:
    """Back to its author, with a reason and comments on entries. Raises WrongStatus or NoSuchEntry."""
    status = next_status("return", queries.get_change_set(connection, number).status)
    permits.demand_within(connection, number, by)
    _set(connection, number, status=status)
    tell(connection, number, "return", by=by, now=now, comment=reason)
    events.comment(connection, number, comments, by=by, now=now)


def approve(
    connection: Connection,
    number: int,
    *,
    by: Caller,
    clock: Clock,
    four_eyes: bool = True,
    demand_seen: Callable[[Record], None] = lambda _: None,
) -> Applied:
    """Approval publishes at once; a later effective date is simply a version that starts later.

    `demand_seen` raises where the caller has not seen what would be published; it is asked of those who may approve it.
    Raises WrongStatus, what `_demand_approvable` and publishing raise. The operator needs no second person, and history
    says so.
    """
    held = queries.get_change_set(connection, number)
    status = next_status("approve", held.status)
    second = _demand_approvable(connection, number, by=by, today=clock.now().date(), four_eyes=four_eyes)
    demand_seen(held)
    applied = publish(connection, number, clock)
    rivals.demand_current(connection, number)
    if held.undoes is not None:
        undone = queries.get_change_set(connection, held.undoes).revision
        lineage.turn_back(connection, undone, queries.about(number), applied.revision)
    _set(
        connection, number, status=status, approved_by=by.name, second_person=second, revision=applied.revision
    )  # fmt: skip
    told = None if second else ALONE_OPERATOR if by.is_operator else ALONE
    tell(
        connection, number, "approve", by=by, now=clock.now(), comment=told, revision=applied.revision,
        second_person=second,
    )  # fmt: skip
    return applied


def _demand_approvable(connection: Connection, number: int, *, by: Caller, today: date, four_eyes: bool) -> bool:
    """Whether the caller is a second person, who wrote none of it.

    Raises NothingToPublish, OwnChangeSet where a second person is needed, NotYours outside the reviewer's division, or
    InThePast.
    """
    _demand_entries(connection, number)
    second = not permits.took_part(connection, number, by)
    if four_eyes and not second and not by.is_operator:
        raise permits.own_change_set(number)
    permits.demand_within(connection, number, by)
    permits.demand_no_past(connection, number, today)
    return second


def withdraw(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """Given up by its author; it stays on record. Raises WrongStatus or NotYours."""
    held = queries.get_change_set(connection, number)
    status = next_status("withdraw", held.status)
    permits.demand_author(held, by)
    _set(connection, number, status=status)
    tell(connection, number, "withdraw", by=by, now=now)


def changed(connection: Connection, number: int) -> None:
    """It is another than what somebody may have read."""
    _set(connection, number, edition=change_set.c.edition + 1)


def tell(
    connection: Connection,
    number: int,
    action: str,
    *,
    by: Caller,
    now: datetime,
    comment: str | None = None,
    **details: object,
) -> None:
    """What was done, in the change set's own history and in the log."""
    events.add(connection, number, action, by=by, now=now, comment=comment)
    record(connection, by, Deed(f"change-set.{action}", f"change-set/{number}"), now, **details)


def _set(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(change_set).where(change_set.c.id == number).values(values))


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing now would come to, and what would stand in its way."""

    applied: Applied
    conflicts: tuple[Fault, ...]
    remarks: tuple[tuple[str, checks.Remark], ...]


def preview(connection: Connection, number: int, *, now: datetime) -> Preview:
    """The draft as the next revision, by the code that will publish it, in a transaction that its owner rolls back."""
    unpublished(queries.get_change_set(connection, number).status)
    applied = apply_change_set(connection, number, now)
    told = chain(checks.plans_that_end(connection, applied.revision), still_named.remarks(connection, applied.revision))
    remarks = islice(told, MOST_REMARKS)
    conflicts = (*_gone_by(connection, number, now.date()), *checks.broken(connection, applied.revision, applied.kinds))
    return Preview(applied, conflicts, tuple(remarks))


def _gone_by(connection: Connection, number: int, today: date) -> Sequence[Fault]:
    """The first day that is past meanwhile, where the cover doesn't say that this is meant."""
    try:
        permits.demand_no_past(connection, number, today)
    except InThePast as past:
        return past.faults
    return ()
