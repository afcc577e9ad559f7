"""Lists, editions and entries as the API shows them: every number with the link to what it counts."""

from collections.abc import Mapping

from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.objects import LIST
from app.catalogue.present import catalogued, open_end
from app.db import Record
from app.filters import quoted
from app.lists.editions.queries import HEAD
from app.lists.editions.rules import SAID, Difference, Edition, Entry
from app.pages import link

LISTS = "/v1/lists"
Items = Mapping[int, Record]
Shown = dict[str, object]


def list_out(row: Record, counted: Record | None, item_count: int | None, moment: Moment) -> Shown:
    """A list, and how much of it is in force. A list of the level above names no items of ours: null, without a link."""
    path, of_items = f"{LISTS}/{row.code}", row.entries_of != "basic_items"
    on_it = f"A_CONTAINS(lists, ({quoted(row.code)}))"
    return {
        **catalogued(LIST, LISTS, row, moment),
        "edition_count": counted.edition_count if counted else 0,
        "editions_url": link(f"{path}/editions", in_force="true", **moment.pinned),
        "entry_count": int(counted.entry_count) if counted else 0,
        "entries_url": link(f"{path}/entries", **moment.pinned),
        "item_count": (item_count or 0) if of_items else None,
        "items_url": link("/v1/items", filter=on_it, **moment.pinned) if of_items else None,
    }


def edition_out(edition: Edition, moment: Moment) -> Shown:
    """An edition as it is on the day, or nearest to it; from when until when it is in force."""
    row = edition.nearest(moment.as_of)
    path = f"{LISTS}/{row.list_code}"
    return {
        **{name: row._mapping[name] for name in HEAD},
        "valid_from": edition.start,
        "valid_to": open_end(edition.end),
        "is_in_force": edition.on(moment.as_of) is not None,
        "entry_count": row.entry_count,
        "entries_url": link(f"{path}/entries", edition=row.code, **moment.pinned),
        "url": link(f"{path}/editions/{row.code}", **moment.pinned),
    }


def entry_out(entry: Entry, items: Items, moment: Moment) -> Shown:
    """An entry as issued, and the item as it is on the day; null where it is not in force, or none is named."""
    item = None if entry.item_id is None else items.get(entry.item_id)
    said = {name: entry.said.get(name) for name in SAID}
    return {"edition": entry.edition, "position": entry.position, **said, "item": item and _item_out(item, moment)}


def _item_out(row: Record, moment: Moment) -> Shown:
    told = ("id", "code", "name", "division_code", "department_code", "department_name")
    return {**{name: row._mapping[name] for name in told}, "url": item_url(row, moment.as_of, moment)}


def difference_out(found: Difference, items: Items, moment: Moment) -> Shown:
    def out(entry: Entry) -> Shown:
        return entry_out(entry, items, moment)

    renamed = found.renamed
    return {
        "totals": {
            "added": len(found.added),
            "removed": len(found.removed),
            "kept": len(found.kept),
            "renamed": len(renamed),
        },
        "added": list(map(out, found.added)),
        "removed": list(map(out, found.removed)),
        "renamed": [{"before": out(was), "after": out(now)} for was, now in renamed],
    }
