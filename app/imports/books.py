"""What a workbook brings besides the rows of its items: from what it was written, and the sheets of their lists."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from app.catalogue.element import Element
from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.workbook import layout
from app.errors import Message
from app.files.errors import BadColumns
from app.files.plans import Plan
from app.files.rows import Limits
from app.files.tables import Table
from app.imports.candidates import Candidate
from app.imports.list_sheets import ListSheet, list_sheets, read_list
from app.imports.patching import Values, patched
from app.imports.report import Line
from app.imports.stamped import Stamped, foreign, read_stamp

OnConflict = Literal["refuse", "mine", "theirs"]
SHOWN = 5


@dataclass(slots=True)
class Book:
    """`base` is the moment that a workbook was written at, null for a file that says nothing of it.

    `on_conflict` is what becomes of a cell that was edited after somebody else had changed the element.
    """

    stamped: Stamped | None = None
    base: Moment | None = None
    lists: dict[str, ListSheet] = field(default_factory=dict)
    on_conflict: OnConflict = "refuse"
    _absent: Counter[str] = field(default_factory=Counter)
    _absent_of: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sheets(self) -> frozenset[str]:
        """What needs no mention as a sheet that was not read."""
        ours = (layout.HELP, *layout.lists()) if self.stamped else ()
        return frozenset((*ours, *(sheet.element.label for sheet in self.lists.values())))

    @property
    def is_template(self) -> bool:
        return self.stamped is not None and self.stamped.stamp.kind == "template"

    def patch(self, candidate: Candidate, before: Mapping[str, object] | None) -> None:
        """Puts the lists that the workbook has rows of into the candidate, on what the item then had."""
        for name, sheet in self.lists.items():
            rows = sheet.take(candidate.code, candidate.division)
            held = (before or {}).get(name)
            had: Sequence[Values] = held if isinstance(held, list) else []
            if not rows:
                self._note_absent(sheet, candidate, len(had))
                continue
            found = patched(sheet, rows, had)
            candidate.problems += found.problems
            self._note_absent(sheet, candidate, found.absent)
            candidate.content[name] = found.entries

    def pass_over(self, candidate: Candidate) -> None:
        """The row itself can't be read: what can't be read of its lists is told with it."""
        for sheet in self.lists.values():
            rows = sheet.take(candidate.code, candidate.division)
            candidate.problems += [problem for entry in rows for problem in entry.problems]

    def _note_absent(self, sheet: ListSheet, candidate: Candidate, count: int) -> None:
        if count:
            name = sheet.element.label
            self._absent[name] += count
            shown = self._absent_of.setdefault(name, [])
            if len(shown) < SHOWN:
                shown.append(candidate.code)

    def absent(self) -> Iterator[Line]:
        """Entries that the item has and the sheet lacks, told in one line a sheet: nothing is deleted."""
        for name, count in self._absent.items():
            codes = "、".join(self._absent_of[name])
            message = Message(
                f"工作表“{name}”里少了 {count} 条（如 {codes} 的）；没有删除。要删除，请保留那一行，在“{layout.REMOVE}”列填 是。",
                f"The sheet {name!r} lacks {count} entries (such as those of {codes}); they stay. Mark rows that are to go.",
            )
            yield Line("advice", "entries-absent", message, value=str(count), sheet=name)

    def without_item(self) -> Iterator[Line]:
        """Rows of lists whose item is not among the rows of the file."""
        for sheet in self.lists.values():
            for code, row in sheet.left():
                name = sheet.element.label
                said = f"事项编码 {code} 不在“{layout.MAIN}”表的行里" if code else "没有事项编码"
                message = Message(
                    f"工作表“{name}”第 {row} 行：{said}，不知道是哪个事项的。请改正编码，或在事项表里加上这个事项，或删去这一行。",
                    f"Row {row} of {name!r} is of no item of the file ({code or 'no code'}). Correct the code or delete it.",
                )
                yield Line("rejected", "entry-without-item", message, row, sheet.header_of_code, code, sheet=name)

    def close(self) -> None:
        for sheet in self.lists.values():
            sheet.close()


class Source(NamedTuple):
    """A file that is read: the rows of its items, which column is what, and what else it brings."""

    table: Table
    plan: Plan
    book: Book


def open_book(
    path: Path, table: Table, plan: Plan, limits: Limits, on_conflict: OnConflict, progress: Callable[[int], None]
) -> Book:
    """Raises StampEdited, or a BadFile for a list sheet that can't be read."""
    if table.kind != "xlsx":
        return Book()
    book = Book(read_stamp(path, limits), on_conflict=on_conflict)
    with ExitStack() as unless_read:
        unless_read.callback(book.close)
        for element, sheet in list_sheets(path, table.other_sheets, limits):
            _refuse_column(element, plan)
            book.lists[element.name] = read_list(sheet, element, progress)
        unless_read.pop_all()
    return book


def _refuse_column(element: Element, plan: Plan) -> None:
    if element.name in plan.fields:
        raise BadColumns(
            f"“{element.label}”既是一列又是一张工作表，不知道以哪个为准；请删去这一列，或删去这张工作表",
            f"{element.label!r} is a column and a sheet as well; delete one of them",
            column=plan.column(element.name),
        )


def base_of(connection: Connection, book: Book, now: datetime) -> Moment | None:
    """Raises ForeignWorkbook for a revision that this catalogue never had."""
    if book.stamped is None or book.is_template:
        return None
    stamp = book.stamped.stamp
    if stamp.revision > latest_revision(connection):
        raise foreign(f"本目录还没有第 {stamp.revision} 版", f"there is no revision {stamp.revision} yet")
    return resolve(connection, now, stamp.as_of.isoformat(), str(stamp.revision))
