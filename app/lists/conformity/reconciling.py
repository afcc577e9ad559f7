"""Drafting what mends the contradictions of a list and its items: after the list, or after the items."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

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
from app.lists.conformity.mending import CONTENT, Follow, Mismatch, why_not, would_be_empty
from app.lists.conformity.params import Reconciling
from app.lists.conformity.service import ComparedItems, compare_items, upper_codes
from app.lists.conformity.unfit import UNFIT

Named: TypeAlias = Mapping[tuple[str, int], Record]  # The items that the editions name, by edition and place.
TITLES: dict[Follow, str] = {"list": "按{}更新事项", "items": "按事项修订{}"}


@dataclass(frozen=True, slots=True)
class Left:
    """What is not mended, and why."""

    found: Mismatch
    why: Message


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What contradicts a list on a day, how much of it is mended by the entries that were drafted, and what is left.

    `ended` are left too: the items that its editions name though they ended, each in its last version.
    """

    moment: Moment
    held: Record
    mended: Sequence[Mismatch]
    left: Sequence[Left]
    ended: Sequence[Record]
    drafted: Drafted | None


def reconcile(connection: Connection, code: str, wish: Reconciling, *, by: Caller, now: datetime) -> Reconciled:
    """Into the change set that is asked for, or a new one; where nothing can be mended there is none.

    Raises as comparing does, InThePast, or what `changes.service.add` raises.
    """
    day = first_day(connection, wish, now.date())
    moment = resolve(connection, now, str(day))
    of_list = compare_items(connection, code, moment)
    mended, left = _told_apart(connection, of_list, wish.follow, moment)
    if wish.follow == "items":
        named = queries.items_named(connection, code, moment)
        mended, left = _none_emptied(mended, left, _emptied(of_list, mended, named))
        drafts = list(_of_editions(of_list, mended, named, day))
    else:
        drafts = [_of_item(each, day) for each in mended]
    held = of_list.ours.held
    title = TITLES[wish.follow].format(held.name)
    drafted = draft_all(connection, drafts, title, wish, by=by, now=now) if drafts else None
    return Reconciled(moment, held, mended, left, queries.ended_items(connection, code, moment), drafted)


def _told_apart(
    connection: Connection, of_list: ComparedItems, follow: Follow, moment: Moment
) -> tuple[list[Mismatch], list[Left]]:
    """What can be mended, and what can't."""
    compared, mended, left = of_list.compared, list[Mismatch](), list[Left]()
    above = upper_codes(connection, of_list.ours.held, moment) if follow == "items" else None
    unfit = _unfit(connection, of_list, moment) if follow == "list" else {}
    for row in queries.mismatches(connection, of_list.filters, compared.element, moment):
        found = Mismatch(compared.list_kind, row.side, row)
        why = why_not(found, follow, above) or unfit.get(row.id)
        if why is None:
            mended.append(found)
        else:
            left.append(Left(found, why))
    return mended, left


def _unfit(connection: Connection, of_list: ComparedItems, moment: Moment) -> dict[int, Message]:
    """Why items that are listed can't be what the list says, by their ids."""
    reasons = UNFIT.get((of_list.compared.list_kind, "listed"), ())
    met = queries.first_met(connection, of_list.filters["listed"], [each.filter for each in reasons], moment)
    return {number: reasons[place].why for number, place in met.items()}


def _emptied(of_list: ComparedItems, mended: Sequence[Mismatch], named: Named) -> dict[int, str]:
    """The editions that would keep no entry, by the ids of the items that they name."""
    leaving, editions = _leaving(mended, named), of_list.ours.editions
    sizes = Counter(edition for edition, _ in leaving)
    emptied = {each.code for each in editions if sizes[each.code] == len(each.entries or ())}
    if any(each.side == "unlisted" for each in mended):
        emptied.discard(editions[-1].code)
    return {number: edition for (edition, _), number in leaving.items() if edition in emptied}


def _none_emptied(
    mended: Sequence[Mismatch], left: Sequence[Left], emptied: Mapping[int, str]
) -> tuple[list[Mismatch], list[Left]]:
    kept = [Left(each, would_be_empty(emptied[each.item.id])) for each in mended if each.item.id in emptied]
    return [each for each in mended if each.item.id not in emptied], [*left, *kept]


def _leaving(mended: Sequence[Mismatch], named: Named) -> dict[tuple[str, int], int]:
    """The entries that name what isn't so, by edition and place, with the ids of their items."""
    contrary = {each.item.id for each in mended if each.side == "listed"}
    return {place: item.id for place, item in named.items() if item.id in contrary}


def _of_item(found: Mismatch, day: date) -> Draft:
    """The document is right: items say what it says."""
    return Draft(ITEM, "amend", found.item.code, CONTENT[found.place], day, division_code=found.item.division_code)


def _of_editions(of_list: ComparedItems, mended: Sequence[Mismatch], named: Named, day: date) -> Iterator[Draft]:
    """The items are right: what isn't so leaves the editions that name it, what is missing goes to the last batch."""
    missing = [_entry(each.item) for each in mended if each.side == "unlisted"]
    leaving = _leaving(mended, named)
    last = of_list.ours.editions[-1].code
    for edition in of_list.ours.editions:
        before = edition.entries or ()
        entries = [said for place, said in enumerate(before) if (edition.code, place) not in leaving]
        entries += missing if edition.code == last else []
        if len(entries) != len(before) or (missing and edition.code == last):
            yield _amended(edition, entries, day)


def _entry(item: Record) -> dict[str, object]:
    return {"code": item.code, "catalog_code": item.catalog_code, "name": item.name}


def _amended(edition: Record, entries: Sequence[object], day: date) -> Draft:
    """Without the filter by which it was settled, which finds other entries than these."""
    unfiltered = {} if edition.filter is None else {"filter": None}
    return Draft(EDITION, "amend", edition.code, read_content(EDITION, {"entries": list(entries), **unfiltered}), day)
