"""The history of a change set: who did what and when, and what was said of its entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from app.access.rules import Caller
from app.catalogue.moments import in_shanghai
from app.changes.models import change_set_event, entry
from app.db import Record
from app.errors import Malformed, Message, fault


class NoSuchEntry(Malformed):
    slug, title = "no-such-entry", Message("变更单里没有这一条", "The change set has no such entry")


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said of the entry at a position."""

    position: int
    text: str


def add(
    connection: Connection, number: int, action: str, *, by: Caller, now: datetime, comment: str | None = None
) -> None:
    connection.execute(insert(change_set_event).values(_event(number, action, by, now) | {"comment": comment}))


def comment(connection: Connection, number: int, comments: Iterable[Comment], *, by: Caller, now: datetime) -> None:
    """Raises NoSuchEntry for a position at which nothing stands."""
    said = list(comments)
    known = set(connection.execute(select(entry.c.position).where(entry.c.change_set_id == number)).scalars())
    faults = [
        fault(
            f"变更单 {number} 没有第 {each.position} 条。",
            f"Change set {number} has no entry {each.position}.",
            pointer=f"/comments/{place}/position",
            value=str(each.position),
            rule="no-such-entry",
        )
        for place, each in enumerate(said)
        if each.position not in known
    ]
    if faults:
        raise NoSuchEntry(faults[0].detail, faults=faults)
    event = _event(number, "comment", by, now)
    if said:
        rows = [event | {"comment": each.text, "position": each.position} for each in said]
        connection.execute(insert(change_set_event), rows)


def _event(number: int, action: str, by: Caller, now: datetime) -> dict[str, object]:
    return {
        "change_set_id": number,
        "at": in_shanghai(now),
        "by": by.name,
        "account_id": by.id,
        "action": action,
    }


def history(connection: Connection, number: int) -> Sequence[Record]:
    """All of it, in order."""
    events = select(change_set_event).where(change_set_event.c.change_set_id == number)
    return connection.execute(events.order_by(change_set_event.c.id)).all()


def comments(connection: Connection, number: int) -> dict[int, list[Record]]:
    """What was said of each entry, by its position."""
    said = select(change_set_event).where(
        change_set_event.c.change_set_id == number, change_set_event.c.position.is_not(None)
    )
    found: dict[int, list[Record]] = {}
    for each in connection.execute(said.order_by(change_set_event.c.id)):
        found.setdefault(each.position, []).append(each)
    return found
