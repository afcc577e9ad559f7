"""What is different between two days, or two versions, of an item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import Connection

from app.catalogue.addresses import item_url
from app.catalogue.divisions import division, divisions
from app.catalogue.element import Element, elements_of
from app.catalogue.moments import Moment, parse_day
from app.catalogue.objects import DEPARTMENT, ITEM
from app.catalogue.present import open_end
from app.catalogue.values import value_label
from app.catalogue.versions import versions
from app.db import Record
from app.errors import Message, NotFound, fault

Entry: TypeAlias = Mapping[str, Any]


class NoSuchVersion(NotFound):
    slug, title = "version-not-found", Message("没有这个版本", "No such version")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: what was asked for, its day, the version that holds then; or why none does."""

    asked: str
    day: date
    row: Record | None
    why_not: str | None = None

    @property
    def content(self) -> Mapping[str, Any]:
        return {} if self.row is None else dict(self.row._mapping)


def read_side(history: Sequence[Record], now: datetime, asked: str | None, parameter: str) -> Side:
    """A day, by default today, or the number of a version. Raises Malformed or NoSuchVersion."""
    if asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < 8:
        rows = [row for row in history if row.version == int(asked)]
        if not rows:
            raise _no_version(history, int(asked), parameter)
        return Side(asked, rows[0].valid_from, rows[0])
    day = now.date() if asked is None else parse_day(asked, parameter)
    row = next((row for row in history if row.valid_from <= day < row.valid_to), None)
    return Side(day.isoformat(), day, row, None if row else _why_not(history, day))


def _no_version(history: Sequence[Record], number: int, parameter: str) -> NoSuchVersion:
    known = "、".join(str(each) for each in sorted({row.version for row in history})) or "无"
    zh = f"按所知没有第 {number} 个版本。已知的版本：{known}。"
    en = f"No version {number} is known. Known: {known}."
    told = fault(zh, en, parameter=parameter, value=str(number), rule="unknown-version")
    return NoSuchVersion(Message(zh, en), faults=[told])


def _why_not(history: Sequence[Record], day: date) -> str:
    ended = [row.valid_to for row in history if row.valid_to <= day]
    begins = [row.valid_from for row in history if row.valid_from > day]
    if not history:
        return "按所知它从未有效。"
    if not ended:
        return f"{day} 还没有这个事项：它从 {begins[0]} 起生效。"
    return f"自 {ended[-1]} 起已取消" + (f"，{begins[0]} 起恢复。" if begins else "。")


def difference(connection: Connection, before: Side, after: Side, moment: Moment) -> dict[str, object]:
    """Both sides, and every element whose value differs, in the order in which elements are declared."""
    old, new = before.content, after.content
    names = [_names_on(connection, replace(moment, as_of=side.day), side.content) for side in (before, after)]
    changed = [name for name in ITEM.elements if old.get(name) != new.get(name)]
    changes = [_change(ITEM.elements[name], old.get(name), new.get(name), names) for name in changed]
    return {"from": _side(before, moment), "to": _side(after, moment), "changes": changes}


def _names_on(connection: Connection, moment: Moment, content: Mapping[str, Any]) -> Mapping[str, str | None]:
    """What the department and the division of an item are called on the day."""
    if not content:
        return {}
    department = DEPARTMENT.table.c
    named = versions(DEPARTMENT, moment, [department.name]).where(department.code == content["department_code"])
    placed = divisions(moment).with_only_columns(division.c.name).where(division.c.code == content["division_code"])
    return {
        "department_code": connection.execute(named).scalar(),
        "division_code": connection.execute(placed).scalar(),
    }


def _side(side: Side, moment: Moment) -> dict[str, object]:
    row = side.row
    if row is None:
        nothing = dict.fromkeys(("version", "code", "name", "valid_from", "valid_to", "url"))
        return {"asked": side.asked, **nothing, "note": side.why_not}
    span = {"valid_from": row.valid_from, "valid_to": open_end(row.valid_to)}
    named = {"version": row.version, "code": row.code, "name": row.name}
    return {"asked": side.asked, **named, **span, "url": item_url(row, side.day, moment), "note": None}


def _change(element: Element, old: object, new: object, names: Sequence[Mapping[str, str | None]]) -> dict[str, object]:
    change = field_change(element, old, new) | {"derived": element.derived}
    if element.kind == "list":
        change["entries"] = list(entry_changes(element, old, new))
    for label, called in zip(("old_label", "new_label"), names, strict=True):
        change[label] = called.get(element.name) or change[label]
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
    """The entries of a list that came, went or changed, each named by its first element (a material by its name).

    Entries that are equal on both sides are not told of, unless nothing but their order differs.
    """
    parts = {part.name: part for part in elements_of(element.model)} if element.model else {}
    before, after = _entries(old), _entries(new)
    went, came = _without(before, after), _without(after, before)
    if not went and not came:
        yield {"kind": "reordered", "name": element.label, "changes": []}
    first = next(iter(parts))
    for had in went:
        has = next((each for each in came if each.get(first) == had.get(first)), None)
        if has is not None:
            came.remove(has)
        yield _entry_change("removed" if has is None else "changed", parts, had, has or {})
    yield from (_entry_change("added", parts, {}, has) for has in came)


def _entries(value: object) -> list[Entry]:
    return list(value) if isinstance(value, list) else []


def _without(entries: Sequence[Entry], others: Sequence[Entry]) -> list[Entry]:
    """The entries that have no equal among the others, one for one."""
    left = list(others)
    rest = []
    for entry in entries:
        if entry in left:
            left.remove(entry)
        else:
            rest.append(entry)
    return rest


def _entry_change(kind: str, parts: Mapping[str, Element], had: Entry, has: Entry) -> dict[str, object]:
    first = next(iter(parts))
    differing = [name for name in parts if had.get(name) != has.get(name)]
    told = [field_change(parts[name], had.get(name), has.get(name)) for name in differing]
    return {"kind": kind, "name": str((has or had).get(first, "")), "changes": told}


# The models below only describe: answers are written from rows to bytes.


class DifferenceSide(BaseModel):
    """A side of the comparison; where the item does not hold, all but `asked` and `note` is null."""

    asked: str
    version: int | None
    code: str | None
    name: str | None
    valid_from: str | None
    valid_to: str | None
    url: str | None
    note: Annotated[str | None, Field(description="那一天为什么没有这个事项")]


class FieldChange(BaseModel):
    """One element, from what to what; the labels are what a clerk reads."""

    field: str
    label: str
    old: JsonValue
    new: JsonValue
    old_label: str | None
    new_label: str | None


class EntryChange(BaseModel):
    """An entry of a list; `reordered` where nothing but the order differs."""

    kind: Literal["added", "removed", "changed", "reordered"]
    name: str
    changes: list[FieldChange]


class ElementChange(FieldChange):
    """`entries` only of lists."""

    derived: Annotated[bool, Field(description="由其他要素算出：随它们而变，不是谁改的")]
    entries: list[EntryChange] | None = None


class ItemDifference(BaseModel):
    """Two sides and what differs."""

    id: int
    from_: Annotated[DifferenceSide, Field(alias="from")]
    to: DifferenceSide
    changes: list[ElementChange]
    known_at: str | None
    revision: int
