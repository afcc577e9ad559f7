"""Rows of a list sheet as edits of an item's list, and the list with the edits in it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from app.catalogue.workbook import layout
from app.changes.redactable import is_marked
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.list_sheets import Entry, ListSheet

Values = Mapping[str, object]


class Edit(NamedTuple):
    """What a row does to an entry: from what (null: it is new) to what (null: it goes)."""

    row: int
    place: int | None
    old: Values | None
    new: Values | None


@dataclass(slots=True)
class Patch:
    """The edits of a list, what is wrong with its rows, how many entries have none, and rows that name what was redacted."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    redacted: list[int] = field(default_factory=list)
    absent: int = 0


def patch_of(sheet: ListSheet, rows: Sequence[Entry], before: Sequence[Values]) -> Patch:
    """What the rows change of the list as it was exported. A row without a number that repeats an entry is that entry."""
    found, entries = Patch(), dict(enumerate(before, 1))
    left = {place: values for place, values in entries.items() if all(entry.place != place for entry in rows)}
    taken = set[int]()
    for entry in rows:
        wrong = [*entry.problems] or [*_misplaced(sheet, entry, len(before), taken)]
        old = None if entry.place is None else entries.get(entry.place)
        new = None if entry.is_removed else _values(sheet, entry, old)
        found.problems += wrong or _lacking(sheet, entry, new)
        taken |= {entry.place} if entry.place else set()
        if entry.place is None and (same := next((n for n, values in left.items() if values == new), None)):
            del left[same]
        elif is_marked(old):
            found.redacted += [entry.row] if old != new else []
        elif old != new:
            found.edits.append(Edit(entry.row, entry.place, old, new))
    found.absent = len(left)
    return found


class Merged(NamedTuple):
    """The list as it would be, and the edits of entries that somebody else changed meanwhile."""

    entries: list[Values]
    clashes: list[Edit]


def merged(sheet: ListSheet, edits: Iterable[Edit], now: Sequence[Values], *, mine: bool) -> Merged:
    """The edits on the list as it is now. New entries come last. Clashes are left out, unless they are to be `mine`."""
    entries: list[Values | None] = list(now)
    clashes, left = list[Edit](), set(range(len(now)))
    for edit in edits:
        if edit.old is None:
            entries += [] if edit.new in entries else [edit.new]
            continue
        place = _place_of(edit, now, left)
        if place is None and not _is_done(sheet, edit, now):
            clashes.append(edit)
            place = _bearing(sheet, edit.old, now) if mine else None
            entries += [edit.new] if mine and place is None else []
        if place is not None:
            entries[place] = edit.new
            left.discard(place)
    return Merged([entry for entry in entries if entry is not None], clashes)


def _place_of(edit: Edit, now: Sequence[Values], left: Set[int]) -> int | None:
    """Where the entry stands, as it was: where it stood, or else where the first one like it does."""
    places = [place for place in sorted(left) if now[place] == edit.old]
    stood = (edit.place or 0) - 1
    return stood if stood in places else next(iter(places), None)


def _is_done(sheet: ListSheet, edit: Edit, now: Sequence[Values]) -> bool:
    """Whether somebody else did the same."""
    return edit.new in now if edit.new is not None else _bearing(sheet, edit.old, now) is None


def _bearing(sheet: ListSheet, old: Values | None, now: Sequence[Values]) -> int | None:
    """Where the entry of the same name stands: a material by its name, a question by its question."""
    name = layout.entry_elements(sheet.element)[0].name
    return next((place for place, each in enumerate(now) if each.get(name) == (old or {}).get(name)), None)


def _misplaced(sheet: ListSheet, entry: Entry, last: int, taken: set[int]) -> Iterator[RowProblem]:
    place = entry.place
    if place is None and entry.is_removed:
        zh = f"要删除哪一条？“{layout.PLACE}”是空的，这一行是新增的。不要新增的，请删去这一行。"
        message = Message(zh, "Which entry is to go? The row has no number, so it is a new one. Delete the row.")
        yield sheet.problem(entry.row, layout.REMOVE, "是", "removes-nothing", message)
    elif place is not None and not 1 <= place <= last:
        zh = (
            f"导出时这个事项只有 {last} 条，没有第 {place} 条。原有的请改回原来的序号；新增的请把“{layout.PLACE}”留空。"
        )
        en = f"The item had {last} entries, no number {place}. Put the number back; leave that of a new entry empty."
        yield sheet.problem(entry.row, layout.PLACE, place, "no-such-entry", Message(zh, en))
    elif place in taken:
        zh = (
            f"第 {place} 条有两行。原有的请改回原来的序号（拖动填充会改掉它）；复制来新增的，请把“{layout.PLACE}”留空；"
            "不要的，请删去一行。"
        )
        en = f"Two rows are entry {place}. Put the number back, leave that of a new entry empty, or delete one row."
        yield sheet.problem(entry.row, layout.PLACE, place, "duplicate-entry", Message(zh, en))


def _values(sheet: ListSheet, entry: Entry, before: Values | None) -> Values:
    """What the entry says; a column that the sheet doesn't have leaves its element as it was."""
    whole = {**(before or {}), **entry.values}
    return {
        each.name: whole[each.name] for each in layout.entry_elements(sheet.element) if whole.get(each.name) is not None
    }


def _lacking(sheet: ListSheet, entry: Entry, values: Values | None) -> Iterator[RowProblem]:
    fields = sheet.element.model.model_fields if sheet.element.model else {}
    for each in layout.entry_elements(sheet.element):
        if values is not None and fields[each.name].is_required() and each.name not in values:
            how = f"要删除这一条，请在“{layout.REMOVE}”列填 是" if entry.place else "不要的，请删去这一行"
            message = Message(
                f"每一条都要有{each.label}。请填上；{how}。", f"Each entry needs {each.name}: fill it in."
            )
            yield sheet.problem(entry.row, each.name, None, "required", message)
