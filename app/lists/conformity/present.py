"""How far lists agree, as the API shows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.objects import OPEN_DAY
from app.catalogue.properties import item_filters
from app.catalogue.shares import percent, ratio
from app.db import Record
from app.errors import Message
from app.lists.conformity.comparing import SIDES, Side
from app.lists.conformity.mending import Mismatch, has_ended
from app.lists.conformity.reconciling import Left, Reconciled
from app.lists.conformity.service import ComparedItems, ComparedLists, OfList
from app.lists.conformity.taking_over import STATES, UPPER, Contradiction, Entry, Row
from app.pages import MAX_LIMIT, link

OF_LIST = ("code", "name", "list_kind", "division_code")
OF_EDITION = ("code", "name", "document_number", "batch", "issued_by", "issued_on", "valid_from")
OF_ITEM = ("side", "code", "name", "division_code", "department_code", "value")
OF_UPPER = ("supervising_department", "implementing_body", "basis")


def list_out(of_list: OfList) -> dict[str, object]:
    return {**_chosen(of_list.held, OF_LIST), "editions": [_edition(each) for each in of_list.editions]}


def _edition(row: Record) -> dict[str, object]:
    until = None if row.valid_to == OPEN_DAY else row.valid_to
    return {**_chosen(row, OF_EDITION), "valid_to": until, "entries": len(row.entries or ())}


def _chosen(row: Record, names: Iterable[str]) -> dict[str, object]:
    return {name: row._mapping[name] for name in names}


def take_over_out(lists: ComparedLists, path: str, moment: Moment, *, english: bool) -> dict[str, object]:
    """All but the rows."""
    found = lists.found
    counts = {
        state: {"count": len(found.of(state)), "url": link(path, state=state, **moment.pinned)} for state in STATES
    }
    claimed, above = len(found.of("claimed")), len(found.of(*UPPER))
    coverage = {
        "numerator": claimed,
        "denominator": above,
        "value": ratio(claimed, above),
        "percent": percent(claimed, above),
        "numerator_url": counts["claimed"]["url"],
        "denominator_url": link(path, state=UPPER, **moment.pinned),
    }
    told = [_contradiction(each, english=english) for each in found.contradictions]
    both = {"ours": list_out(lists.ours), "upper": list_out(lists.upper)}
    return {**both, "counts": counts, "catalogue_coverage": coverage, "contradictions": told}


CONTRADICTIONS: Mapping[str, tuple[str, str]] = {
    "claimed-and-unclaimed": (
        "{0} 的未认领事项里有 {1}，清单里却已经承接了它。请删去未认领的这一条，或删去条目。",
        "{0} says why {1} is not taken over, but it is. Take out one of both.",
    ),
    "not-in-upper-list": (
        "{0} 的未认领事项里有 {1}，当日生效的上级清单却没有这一项。请核对基本编码，或删去这一条。",
        "{0} says why {1} is not taken over, but the list above doesn't have it. Check the code.",
    ),
}


def _contradiction(each: Contradiction, *, english: bool) -> dict[str, object]:
    said = each.said
    message = Message(*(text.format(said.edition, said.basic_code) for text in CONTRADICTIONS[each.rule]))
    place = {"rule": each.rule, "edition": said.edition, "catalog_code": said.basic_code}
    return {**place, "message": message.said(english=english)}


def take_over_row(row: Row, moment: Moment) -> dict[str, object]:
    named = next((entry for entry in (row.upper, *row.ours) if entry is not None), None)
    return {
        "state": row.state,
        "catalog_code": row.basic_code,
        "name": _name(named) if named else None,
        "reason": row.reason,
        "upper": _upper(row.upper) if row.upper else None,
        "ours": [_our_entry(entry, moment) for entry in row.ours],
    }


def _name(entry: Entry) -> object:
    return entry.said.get("name") or (entry.item.name if entry.item else None)


def _upper(entry: Entry) -> dict[str, object]:
    return {"edition": entry.edition, **{name: entry.said.get(name) for name in OF_UPPER}}


def _our_entry(entry: Entry, moment: Moment) -> dict[str, object]:
    item = entry.item
    return {
        "edition": entry.edition,
        "code": item.code if item else entry.said.get("code"),
        "name": _name(entry),
        "url": item_url(item, moment.as_of, moment) if item else None,
    }


def mismatches_out(
    of_list: ComparedItems, counted: Mapping[Side, int], ended: Sequence[Record], moment: Moment
) -> dict[str, object]:
    """All but the rows."""
    filters, compared = of_list.filters, of_list.compared
    return {
        "ours": list_out(of_list.ours),
        "element": compared.element,
        "label": item_filters().properties[compared.element].label,
        "counts": {
            side: {"count": counted[side], "items_url": link("/v1/items", filter=filters[side], **moment.pinned)}
            for side in SIDES
        },
        "ended": [_ended(row, moment) for row in ended[:MAX_LIMIT]],
        "ended_total": len(ended),
    }


def _ended(row: Record, moment: Moment) -> dict[str, object]:
    said = _chosen(row, ("edition", "code", "name"))
    return {**said, "ended_on": row.valid_to, "url": item_url(row, row.valid_from, moment)}


def mismatch_row(row: Record, moment: Moment) -> dict[str, object]:
    return {**_chosen(row, OF_ITEM), "url": item_url(row, moment.as_of, moment)}


def reconciled_out(found: Reconciled, follow: str, *, english: bool) -> dict[str, object]:
    cover = None if found.drafted is None else found.drafted.change_set
    path = None if cover is None else f"/v1/change-sets/{cover.id}"
    left = [_left(each, found.moment, english=english) for each in found.left]
    left += [_left_of_ended(row, found.moment, english=english) for row in found.ended]
    return {
        "list_code": found.held.code,
        "follow": follow,
        "as_of": found.moment.as_of.isoformat(),
        "mended": _by_side(found.mended),
        "left": left[:MAX_LIMIT],
        "left_total": len(left),
        "change_set": cover and cover.id,
        "status": cover and cover.status,
        "title": cover and cover.title,
        "url": path,
        "preview_url": path and f"{path}/preview",
    }


def _by_side(mended: Sequence[Mismatch]) -> dict[Side, int]:
    return {side: sum(each.side == side for each in mended) for side in SIDES}


def _left(left: Left, moment: Moment, *, english: bool) -> dict[str, Any]:
    item = left.found.item
    said = _chosen(item, ("side", "code", "name", "value"))
    return {**said, "reason": left.why.said(english=english), "url": item_url(item, moment.as_of, moment)}


def _left_of_ended(row: Record, moment: Moment, *, english: bool) -> dict[str, Any]:
    why = has_ended(row.edition, row.valid_to).said(english=english)
    said = {"side": "listed", "code": row.code, "name": row.name, "value": None}
    return {**said, "reason": why, "url": item_url(row, row.valid_from, moment)}
