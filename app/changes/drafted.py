"""Drafts that go into the change set that a request names, or into a new one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.changes import queries, service
from app.changes.item_params import Drafting
from app.changes.rules import OF_COVER, OF_REQUEST, Draft, in_the_past
from app.changes.service import Cover
from app.db import Record
from app.errors import Malformed, Message, fault
from app.pages import MAX_LIMIT

LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Drafted:
    """A change set, and the entries that were added to it."""

    change_set: Record
    entries: Sequence[Record]


def draft_all(
    connection: Connection, drafts: Iterable[Draft], title: str, wish: Drafting, *, by: Caller, now: datetime
) -> Drafted:
    """The change set, and the first thousand entries that the drafts became; what changes nothing becomes none.

    `title` is that of a new change set where the request names none. Raises what `changes.service.add` raises.
    """
    day = first_day(connection, wish, now.date())
    cover = Cover((wish.title or title)[:LONGEST_TITLE], day, wish.reason, wish.document_number, wish.retroactive)
    number = wish.change_set or service.create(connection, cover, by=by, now=now)
    before = queries.last_position(connection, number)
    service.add(connection, number, drafts, by=by, now=now)
    entries, _ = queries.entries_page(connection, number, before, MAX_LIMIT)
    return Drafted(queries.get_change_set(connection, number), entries[:MAX_LIMIT])


def first_day(connection: Connection, wish: Drafting, today: date) -> date:
    """The effective day that is asked for, else that of the change set, else today."""
    cover = None if wish.change_set is None else queries.get_change_set(connection, wish.change_set)
    if cover is not None and wish.of_cover:
        raise _another_cover(cover.id, wish.of_cover)
    day: date = wish.effective_on or (today if cover is None else cover.effective_on)
    if day < today and not (wish if cover is None else cover).retroactive:
        how = OF_REQUEST if cover is None else OF_COVER
        raise in_the_past(day, today, how, parameter="effective_on")
    return day


def _another_cover(number: int, names: Sequence[str]) -> Malformed:
    zh = f"变更单 {number} 已有标题、原因和文号；往里加条目时请去掉 {'、'.join(names)}。"
    en = f"Change set {number} says all that of itself: leave out {', '.join(names)} when adding to it."
    return Malformed(Message(zh, en), faults=[fault(zh, en, parameter=name, rule="misfit") for name in names])
