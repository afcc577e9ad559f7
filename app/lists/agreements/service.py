"""Agreements as the API answers them, and drafting one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import AGREEMENT
from app.catalogue.paging import Page
from app.catalogue.present import open_end
from app.catalogue.queries import get_object, objects_page
from app.catalogue.versions import Asked
from app.changes.drafted import Drafted, first_day
from app.changes.item_params import Drafting
from app.db import Record
from app.errors import Malformed, fault
from app.lists.agreements import queries
from app.lists.agreements.rules import SCOPE_LABELS
from app.lists.agreements.wanted import PATH, Wanted, demand_places, mode_label
from app.lists.drafting import draft_whole, read_whole, refuse
from app.lists.named_items import item_out, named_at
from app.lists.settling import settle
from app.pages import link

Out = dict[str, object]


def page_of(connection: Connection, moment: Moment, wanted: Wanted, page: Page) -> tuple[list[Out], int, str | None]:
    """The agreements of a page, how many there are, and the address of the next page."""
    demand_places(connection, wanted)
    conditions, shown = wanted.conditions(), queries.heads(Asked(moment.latest))
    found = objects_page(connection, AGREEMENT, moment, conditions, page, shown)
    following = page.following(PATH, wanted.parameters, moment, found.total, found.last)
    return [_head(row, moment) for row in found.rows], found.total, following


def _head(row: Record, moment: Moment) -> Out:
    held = {name: row._mapping[name] for name in HEAD}
    return {
        **held,
        "valid_to": open_end(row.valid_to),
        "scope_label": SCOPE_LABELS[row.scope],
        "mode_label": mode_label(row.mode),
        "items_url": link("/v1/items", filter=f"A_CONTAINS(agreements, ('{row.code}'))", **moment.pinned),
        "url": link(f"{PATH}/{row.code}", **moment.pinned),
    }


HEAD = (
    "code", "name", "division_code", "division_name", "partner_division_code", "partner_name", "department_code",
    "scope", "mode", "document_number", "signed_on", "valid_from", "entry_count", "item_count",
)  # fmt: skip


def one(connection: Connection, moment: Moment, code: str) -> Out:
    """An agreement with its entries. Raises ObjectNotFound."""
    row = get_object(connection, AGREEMENT, moment, code, queries.whole(Asked(moment.latest)))
    items = named_at(connection, AGREEMENT, row.version_id, moment)
    other = _other_side(connection, row, moment)
    entries = [_entry(row, place, items.get(place), other, moment) for place in range(len(row.entries or ()))]
    return {**_head(row, moment), "note": row.note, "filter": row.filter, "entries": entries, **moment.stated}


@dataclass(frozen=True, slots=True)
class OtherSide:
    """What this catalogue knows of the partner: its items by the codes that we write, and what it doesn't declare."""

    there: bool
    numbers: Mapping[str, int]
    items: Mapping[int, Record]
    undeclared: frozenset[int]

    def declares(self, place: int) -> bool | None:
        """Whether an agreement of the partner with us names the counterpart of the entry at a place (see `mutual.py`).

        None where the partner has no items in this catalogue, so that nobody can tell.
        """
        return place not in self.undeclared if self.there else None


def _other_side(connection: Connection, row: Record, moment: Moment) -> OtherSide:
    partner = row.partner_division_code
    if not queries.is_in_catalogue(connection, moment, partner):
        return OtherSide(False, {}, {}, frozenset())
    codes = {entry["partner_code"] for entry in row.entries or () if entry.get("partner_code")}
    numbers = queries.items_called(connection, moment, codes, partner)
    items = queries.items_of(connection, moment, numbers.values(), partner)
    return OtherSide(True, numbers, items, queries.undeclared(connection, moment, row))


def _entry(row: Record, place: int, held: Record | None, other: OtherSide, moment: Moment) -> Out:
    entry = row.entries[place]
    theirs = other.numbers.get(entry.get("partner_code") or "")
    mode = entry.get("mode") or row.mode
    return {
        "code": entry["code"],
        "name": entry.get("name"),
        "item": item_out(held, moment),
        "mode": mode,
        "mode_label": mode_label(mode),
        "window": entry.get("window"),
        "delivery": entry.get("delivery"),
        "partner_code": entry.get("partner_code"),
        "partner_name": entry.get("partner_name"),
        "partner_item": item_out(other.items.get(theirs) if theirs is not None else None, moment),
        "declared_by_partner": None if held is None else other.declares(place),
    }


def draft(
    connection: Connection, body: Mapping[str, object], text: str | None, wish: Drafting, *, by: Caller, now: datetime
) -> tuple[Drafted, Sequence[str]]:
    """A new agreement of the entries in the body, or of the items that a filter finds on the effective day; what is to
    be told of that.

    Raises MalformedContent with all that is wrong at once, or what drafting raises.
    """
    content, faults = read_whole(AGREEMENT, body)
    told: Sequence[str] = ()
    if (text is None) == (content.get("entries") is None):
        zh, en = "entries（逐条写）和 filter（按条件定稿）要写一个，只写一个。", "Give either entries or a filter."
        faults.append(fault(zh, en, pointer="/entries", rule="entries-or-filter"))
    if text is not None and content.get("division_code"):
        moment = resolve(connection, now, first_day(connection, wish, now.date()).isoformat())
        try:
            settled = settle(connection, text, str(content["division_code"]), moment)
        except Malformed as error:
            faults += error.faults
        else:
            told = [*settled.told]
            content |= {"entries": [{"code": row.code, "name": row.name} for row in settled.rows], "filter": text}
    refuse(faults)
    return draft_whole(connection, AGREEMENT, content, wish, by=by, now=now), told
