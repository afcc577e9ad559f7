"""Rows of lists whose item has no row in the file: nothing where they are as they were, else it is not known whose they are."""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.catalogue.reads import chunks
from app.catalogue.workbook import layout
from app.errors import Message
from app.imports.candidates import Candidate
from app.imports.comparison import Comparison, Held
from app.imports.existing import as_exported
from app.imports.list_sheets import Entry, ListSheet, Whose
from app.imports.patching import patch_of
from app.imports.report import Line, rejected

AT_ONCE = 500


def strays(connection: Connection, comparison: Comparison) -> Iterator[Line]:
    """The rows that would change something, or can't be read. Looked up for many items at once."""
    for sheet in comparison.book.lists.values():
        for chunk in chunks(list(sheet.left()), AT_ONCE):
            candidates = [Candidate(0, code, content={"division_code": division}) for code, division in chunk]
            held = as_exported(connection, comparison, candidates)
            for whose, item in zip(chunk, held, strict=True):
                yield from _of_item(sheet, whose, item)


def _of_item(sheet: ListSheet, whose: Whose, item: Held | None) -> Iterator[Line]:
    rows = sheet.take(*whose)
    had = item.content.get(sheet.element.name) if item else None
    found = patch_of(sheet, rows, had if isinstance(had, list) else [])
    wrong = {problem.row for problem in found.problems} | {edit.row for edit in found.edits}
    for entry in rows:
        if entry.problems:
            yield rejected(entry.problems[0], whose[0])
        elif entry.row in wrong:
            yield _stray(sheet, whose[0], entry)


def _stray(sheet: ListSheet, code: str, entry: Entry) -> Line:
    name = sheet.element.label
    said = f"事项编码 {code} 不在“{layout.MAIN}”表的行里" if code else "没有事项编码"
    message = Message(
        f"工作表“{name}”第 {entry.row} 行：{said}，不知道是哪个事项的。请改正编码，或在“{layout.MAIN}”表里留着这个事项的那一行，"
        "或删去这一行。",
        f"Row {entry.row} of {name!r} is of no item of the file ({code or 'no code'}). Correct the code, keep the item's "
        "row on the sheet of items, or delete this one.",
    )
    place = sheet.columns.get(layout.CODE)
    return Line("rejected", "entry-without-item", message, entry.row, place, code, code or None, sheet=name)
