"""Drafting what mends the contradictions of a list and its items: after the list, or after the items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import EDITION, ITEM
from app.changes.drafted import Drafted, draft_all, first_day
from app.changes.drafting import read_content
from app.changes.rules import Draft
from app.db import Record
from app.errors import Message
from app.lists.conformity import queries
from app.lists.conformity.mending import CONTENT, Follow, Mismatch, why_not
from app.lists.conformity.params import Reconciling
from app.lists.conformity.service import ComparedItems, compare_items, upper_codes

TITLES: dict[Follow, str] = {"list": "按{}更新事项", "items": "按事项修订{}"}


@dataclass(frozen=True, slots=True)
class Left:
    """What is not mended, and why."""

    found: Mismatch
    why: Message


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What contradicts a list on a day, how much of it is mended by the entries that were drafted, and what is left."""

    moment: Moment
    held: Record
    mended: Sequence[Mismatch]
    left: Sequence[Left]
    drafted: Drafted | None


def reconcile(connection: Connection, code: str, wish: Reconciling, *, by: Caller, now: datetime) -> Reconciled:
    """Into the change set that is asked for, or a new one; where nothing can be mended there is none.

    Raises as comparing does, InThePast, or what `changes.service.add` raises.
    """
    day = first_day(connection, wish, now.date())
    moment = resolve(connection, now, str(day))
    of_list = compare_items(connection, code, moment)
    mended, left = _told_apart(connection, of_list, wish.follow, moment)
    drafts = list(DRAFTING[wish.follow](connection, of_list, mended, moment))
    held = of_list.ours.held
    title = TITLES[wish.follow].format(held.name)
    drafted = draft_all(connection, drafts, title, wish, by=by, now=now) if drafts else None
    return Reconciled(moment, held, mended, left, drafted)


def _told_apart(
    connection: Connection, of_list: ComparedItems, follow: Follow, moment: Moment
) -> tuple[list[Mismatch], list[Left]]:
    """What can be mended, and what can't."""
    compared, mended, left = of_list.compared, list[Mismatch](), list[Left]()
    above = upper_codes(connection, of_list.ours.held, moment) if follow == "items" else frozenset[str]()
    for row in queries.mismatches(connection, of_list.filters, compared.element, moment):
        found = Mismatch(compared.list_kind, row.side, row)
        why = why_not(found, follow, above)
        if why is None:
            mended.append(found)
        else:
            left.append(Left(found, why))
    return mended, left


def _of_items(_: Connection, __: ComparedItems, mended: Sequence[Mismatch], moment: Moment) -> Iterator[Draft]:
    """The document is right: items say what it says."""
    for each in mended:
        item = each.item
        yield Draft(ITEM, "amend", item.code, CONTENT[each.place], moment.as_of, division_code=item.division_code)


def _of_editions(
    connection: Connection, of_list: ComparedItems, mended: Sequence[Mismatch], moment: Moment
) -> Iterator[Draft]:
    """The items are right: what isn't so leaves the editions that name it, what is missing goes to the last batch."""
    contrary = {each.item.id for each in mended if each.side == "listed"}
    missing = [_entry(each.item) for each in mended if each.side == "unlisted"]
    named = queries.items_named(connection, of_list.ours.held.code, moment)
    leaving = {place for place, item in named.items() if item.id in contrary}
    last = of_list.ours.editions[-1].code
    for edition in of_list.ours.editions:
        before = edition.entries or ()
        entries = [said for place, said in enumerate(before) if (edition.code, place) not in leaving]
        entries += missing if edition.code == last else []
        if len(entries) != len(before) or (missing and edition.code == last):
            yield _amended(edition.code, entries, moment.as_of)


def _entry(item: Record) -> dict[str, object]:
    return {"code": item.code, "catalog_code": item.catalog_code, "name": item.name}


def _amended(code: str, entries: Sequence[object], day: date) -> Draft:
    return Draft(EDITION, "amend", code, read_content(EDITION, {"entries": list(entries)}), day)


DRAFTING = {"list": _of_items, "items": _of_editions}
