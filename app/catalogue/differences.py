"""What is different between two days, or two versions, of an item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from app.catalogue.addresses import item_url
from app.catalogue.element import Element, elements_of
from app.catalogue.moments import Moment, parse_day
from app.catalogue.objects import ITEM
from app.catalogue.present import open_end
from app.catalogue.values import value_label
from app.db import Record
from app.errors import Message, NotFound, fault


class NoSuchVersion(NotFound):
    slug, title = "version-not-found", Message("没有这个版本", "No such version")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: what was asked for, the day it is shown on, the version; none where nothing holds."""

    asked: str
    day: date
    row: Record | None


def read_side(history: Sequence[Record], now: datetime, asked: str | None, parameter: str) -> Side:
    """A day, by default today, or the number of a version. Raises Malformed or NoSuchVersion."""
    if asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < 8:
        rows = [row for row in history if row.version == int(asked)]
        if not rows:
            raise _no_version(history, int(asked), parameter)
        return Side(asked, rows[0].valid_from, rows[0])
    day = now.date() if asked is None else parse_day(asked, parameter)
    row = next((row for row in history if row.valid_from <= day < row.valid_to), None)
    return Side(day.isoformat(), day, row)


def _no_version(history: Sequence[Record], number: int, parameter: str) -> NoSuchVersion:
    known = "、".join(str(each) for each in sorted({row.version for row in history}))
    zh = f"按所知没有第 {number} 个版本。已知的版本：{known}。"
    en = f"No version {number} is known. Known: {known}."
    return NoSuchVersion(
        Message(zh, en), faults=[fault(zh, en, parameter=parameter, value=str(number), rule="unknown-version")]
    )


def difference(before: Side, after: Side, moment: Moment) -> dict[str, object]:
    """Both sides, and every element whose value differs, in the order in which elements are declared."""
    old, new = _content(before), _content(after)
    changed = [name for name in ITEM.elements if old.get(name) != new.get(name)]
    changes = [_change(ITEM.elements[name], old.get(name), new.get(name)) for name in changed]
    return {"from": _side(before, moment), "to": _side(after, moment), "changes": changes}


def _content(side: Side) -> dict[str, Any]:
    return {} if side.row is None else dict(side.row._mapping)


def _side(side: Side, moment: Moment) -> dict[str, object]:
    if side.row is None:
        return {"asked": side.asked, **dict.fromkeys(("version", "code", "name", "valid_from", "valid_to", "url"))}
    row = side.row
    span = {"valid_from": row.valid_from, "valid_to": open_end(row.valid_to)}
    named = {"version": row.version, "code": row.code, "name": row.name}
    return {"asked": side.asked, **named, **span, "url": item_url(row, side.day, moment)}


def _change(element: Element, old: object, new: object) -> dict[str, object]:
    change = field_change(element, old, new)
    if element.kind == "list":
        change["entries"] = list(entry_changes(element, old, new))
    return change


def field_change(element: Element, old: object, new: object) -> dict[str, object]:
    """An element with its old and new value, and what a clerk reads for them."""
    return {
        "field": element.name,
        "label": element.label,
        "old": old,
        "new": new,
        "old_label": value_label(element, old),
        "new_label": value_label(element, new),
    }


def entry_changes(element: Element, old: object, new: object) -> Iterator[dict[str, object]]:
    """The entries of a list that came, went or changed, each named by its first element (a material by its name)."""
    parts = {part.name: part for part in elements_of(element.model)} if element.model else {}
    first = next(iter(parts))
    before, after = _by_name(old, first), _by_name(new, first)
    for key in [*before, *(key for key in after if key not in before)]:
        had, has = before.get(key, {}), after.get(key, {})
        if had == has:
            continue
        kind = "added" if key not in before else "removed" if key not in after else "changed"
        differing = [name for name in parts if had.get(name) != has.get(name)]
        told = [field_change(parts[name], had.get(name), has.get(name)) for name in differing]
        yield {"kind": kind, "name": key[0], "changes": told}


def _by_name(entries: object, first: str) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Entries by name; where several have one name, by which of them it is."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for entry in entries if isinstance(entries, list) else ():
        name = str(entry.get(first, ""))
        found[name, sum(1 for each, _ in found if each == name)] = entry
    return found


# The models below only describe: answers are written from rows to bytes.


class DifferenceSide(BaseModel):
    """A side of the comparison; all but `asked` is null where the item does not hold."""

    asked: str
    version: int | None
    code: str | None
    name: str | None
    valid_from: str | None
    valid_to: str | None
    url: str | None


class FieldChange(BaseModel):
    """One element, from what to what; the labels are what a clerk reads."""

    field: str
    label: str
    old: JsonValue
    new: JsonValue
    old_label: str | None
    new_label: str | None


class EntryChange(BaseModel):
    """An entry of a list: added, removed or changed."""

    kind: str
    name: str
    changes: list[FieldChange]


class ElementChange(FieldChange):
    """`entries` only of lists."""

    entries: list[EntryChange] | None = None


class ItemDifference(BaseModel):
    """Two sides and what differs."""

    id: int
    from_: Annotated[DifferenceSide, Field(alias="from")]
    to: DifferenceSide
    changes: list[ElementChange]
    known_at: str | None
    revision: int
