"""An entry as it comes over the wire, read as drafts of changes: one, or for a split or the like those of its act."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.catalogue.objects import ITEM, OBJECT_TYPES
from app.changes import misfits
from app.changes.drafting import read_content
from app.changes.rules import Draft, Part
from app.changes.schemas import NewEntry, NewPart


def as_drafts(entry: NewEntry, day: date, place: str) -> list[Draft]:
    """All that an entry comes to. `place` is the JSON pointer of the entry in the body."""
    misfits.refuse(entry, entry.effective_on or day, place)
    if entry.kind in ("split", "delegate"):
        ended = [] if entry.keeps else [entry.code]
        parts = [_part(entry, each, day, f"{place}/into/{number}") for number, each in enumerate(entry.into)]
        misfits.refuse_one_twice(parts, place)
        return _act(_ended(entry, ended, day), parts)
    if entry.kind in ("merge", "take_over"):
        ended = entry.from_ if entry.kind == "merge" else []
        whole = NewPart(code=entry.code, content=entry.content)
        return _act(_ended(entry, ended, day), [_part(entry, whole, day, place)])
    return [as_draft(entry, day, place)]


def as_draft(entry: NewEntry, day: date, place: str) -> Draft:
    kind, start = OBJECT_TYPES[entry.object], entry.effective_on or day
    content = read_content(kind, entry.content, f"{place}/content")
    if entry.kind == "create":
        misfits.refuse_two_codes(entry.code, content.get(kind.key, entry.code), f"{place}/content", kind.key)
    misfits.refuse_no_department(entry.kind, content, place)
    return Draft(kind, entry.kind, entry.code, content, start, entry.until, entry.division_code)


def _ended(entry: NewEntry, codes: Iterable[str], day: date) -> list[Draft]:
    start = entry.effective_on or day
    return [Draft(ITEM, entry.kind, code, {}, start, None, entry.division_code, Part("cancel")) for code in codes]


def _part(entry: NewEntry, part: NewPart, day: date, place: str) -> Draft:
    """An item that comes from others: the content of the first of them, but for what is stated."""
    content = read_content(ITEM, part.content, f"{place}/content")
    misfits.refuse_two_codes(part.code, content.get(ITEM.key, part.code), f"{place}/content", ITEM.key)
    misfits.refuse_no_department(entry.kind, content, place)
    comes = Part("create", origins=tuple(entry.from_) or (entry.code,))
    return Draft(ITEM, entry.kind, part.code, content, entry.effective_on or day, None, entry.division_code, comes)


def _act(ended: list[Draft], parts: list[Draft]) -> list[Draft]:
    """In one act: each draft follows the one before it."""
    first, *rest = (*ended, *parts)
    return [first, *(replace(draft, part=replace(draft.part, follows=True)) for draft in rest)]
