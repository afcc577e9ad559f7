"""Rows of a list sheet as a patch of an item's list: entries added, changed, removed; what has no row stays. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.catalogue.workbook import layout
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.list_sheets import PLACE, REMOVE, Entry, ListSheet

Values = Mapping[str, object]


@dataclass(slots=True)
class Patched:
    """The list as it would be, what is wrong with its rows, and how many entries have no row."""

    entries: list[Values]
    problems: list[RowProblem] = field(default_factory=list)
    absent: int = 0


def patched(sheet: ListSheet, rows: Iterable[Entry], before: Sequence[Values]) -> Patched:
    """The list `before` with the rows applied. New entries come last, in order of their rows."""
    found = Patched([])
    kept: dict[int, Values | None] = dict(enumerate(before, 1))
    touched, added = set[int](), list[Values]()
    for entry in rows:
        found.problems += entry.problems or _misplaced(sheet, entry, len(before), touched)
        if found.problems:
            continue
        values = None if entry.is_removed else _values(sheet, entry, kept.get(entry.place or 0))
        found.problems += _lacking(sheet, entry, values)
        if entry.place is None:
            added.append(values or {})
        else:
            kept[entry.place] = values
            touched.add(entry.place)
    found.entries = [values for values in (*kept.values(), *added) if values is not None]
    found.absent = len(before) - len(touched)
    return found


def _misplaced(sheet: ListSheet, entry: Entry, last: int, touched: set[int]) -> Iterator[RowProblem]:
    place = entry.place
    if place is None and entry.is_removed:
        zh = f"要删除哪一条？“{layout.PLACE}”是空的，这一行是新增的。不要新增的，请删去这一行。"
        message = Message(zh, "Which entry is to go? The row has no number, so it is a new one. Delete the row.")
        yield sheet.problem(entry.row, REMOVE, "是", "removes-nothing", message)
    if place is not None and not 1 <= place <= last:
        zh = f"这个事项只有 {last} 条，没有第 {place} 条。新增的请把“{layout.PLACE}”留空。"
        message = Message(zh, f"The item has {last} entries, no number {place}. Leave the number of a new one empty.")
        yield sheet.problem(entry.row, PLACE, place, "no-such-entry", message)
    if place in touched:
        zh = f"第 {place} 条有两行。复制来的行要新增的，请把“{layout.PLACE}”留空；不要的，请删去一行。"
        message = Message(zh, f"Two rows are entry {place}. Leave the number of a new one empty, or delete one row.")
        yield sheet.problem(entry.row, PLACE, place, "duplicate-entry", message)


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
