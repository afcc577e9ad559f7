"""What a workbook brings besides the rows of its items: from what it was written, and the sheets of their lists."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from sqlalchemy import Connection

from app.catalogue.element import Element
from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.workbook import layout
from app.errors import Message
from app.files.errors import BadColumns, BadFile
from app.files.plans import Plan
from app.files.rows import Limits
from app.files.sheet_remarks import sheets_not_read
from app.files.tables import Table
from app.files.workbooks import Sheets
from app.imports.candidates import Candidate
from app.imports.list_sheets import ListSheet, list_sheets, read_list
from app.imports.report import Line
from app.imports.sheet_findings import Told
from app.imports.stamped import Stamped, foreign, read_stamp

OnConflict = Literal["refuse", "mine", "theirs"]
SHOWN = 5
NOT_IMPORTED = Message(
    "里面的改动没有导入。子清单的工作表改过名称的，请改回（如“申请材料”）。",
    "nothing on it was imported. A list's sheet has to keep its name.",
)


@dataclass(slots=True)
class Book:
    """`base` is the moment that a workbook was written at, null for a file that says nothing of it.

    `on_conflict` is what becomes of a cell that was edited after somebody else had changed the element.
    """

    stamped: Stamped | None = None
    base: Moment | None = None
    lists: dict[str, ListSheet] = field(default_factory=dict)
    on_conflict: OnConflict = "refuse"
    unread: Sequence[str] = ()
    lost_stamp: bool = False
    _absent: Counter[str] = field(default_factory=Counter)
    _absent_of: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_template(self) -> bool:
        return self.stamped is not None and self.stamped.stamp.kind == "template"

    def pass_over(self, candidate: Candidate) -> None:
        """The row itself can't be read: what can't be read of its lists is told with it."""
        for sheet in self.lists.values():
            rows = sheet.take(candidate.code, candidate.division)
            candidate.problems += [problem for entry in rows for problem in entry.problems]

    def note_absent(self, sheet: ListSheet, code: str, count: int) -> None:
        """Entries that an item had and the sheet has no row for."""
        if count:
            self._absent[sheet.element.label] += count
            self._absent_of.setdefault(sheet.element.label, []).append(code)

    def remarks(self) -> Iterator[Told]:
        """Sheets that were not read though the workbook is ours, what is hidden on the others, and entries without a row."""
        if self.lost_stamp:
            message = Message(
                f"隐藏的工作表“{layout.STAMP}”不见了，不知道哪些格子改过，整行与现在的内容比较：导出以后别人改过的会变回去。"
                "请核对每一处改动，或重新导出。",
                f"The hidden sheet {layout.STAMP!r} is gone, so whole rows are compared with what holds now: what others "
                "changed since the export would turn back. Check each change, or export it again.",
            )
            yield Told(Line("warning", "version-sheet-missing", message), 1)
        for sheet in self.lists.values():
            yield from (Told(replace(line, sheet=sheet.element.label), times) for line, times in sheet.remarks)
        yield from (Told.of(sheets_not_read([name], NOT_IMPORTED)) for name in self.unread)
        yield from (Told(line, 1) for line in self._without_row())

    def _without_row(self) -> Iterator[Line]:
        """Nothing is deleted."""
        for name, count in self._absent.items():
            codes = "、".join(self._absent_of[name][:SHOWN])
            message = Message(
                f"工作表“{name}”里少了 {count} 条（如 {codes} 的）；没有删除。要删除，请保留那一行，在“{layout.REMOVE}”列填 是。",
                f"The sheet {name!r} lacks {count} entries (such as those of {codes}); they stay. Mark rows that are to go.",
            )
            yield Line("advice", "entries-absent", message, value=str(count), sheet=name)

    def close(self) -> None:
        for sheet in self.lists.values():
            sheet.close()


class Source(NamedTuple):
    """A file that is read: the rows of its items, which column is what, and what else it brings."""

    table: Table
    plan: Plan
    book: Book


class NoItemSheet(BadFile):
    """A workbook of ours whose sheet of items can't be seen."""

    rule: ClassVar[str] = "no-item-sheet"


def demand_items(table: Table) -> None:
    """Raises NoItemSheet where the first sheet to be read is one of a list."""
    if table.sheet in layout.lists():
        raise NoItemSheet(
            f"没有看得见的“{layout.MAIN}”表，第一张是“{table.sheet}”，它只是子清单。请取消隐藏“{layout.MAIN}”表，或重新导出",
            f"there is no visible sheet {layout.MAIN!r}; the first is {table.sheet!r}, which is of a list. Show it again",
        )


def open_book(
    path: Path, table: Table, plan: Plan, limits: Limits, on_conflict: OnConflict, progress: Callable[[int], None]
) -> Book:
    """Raises StampEdited, or a BadFile for a list sheet that can't be read."""
    if table.kind != "xlsx":
        return Book()
    with closing(Sheets(path, limits)) as sheets, ExitStack() as unless_read:
        book = Book(read_stamp(sheets), on_conflict=on_conflict)
        unless_read.callback(book.close)
        for element, sheet in list_sheets(sheets, table.other_sheets, limits, whole=book.stamped is not None):
            _refuse_column(element, plan)
            book.lists[element.name] = read_list(sheet, element, progress)
        unless_read.pop_all()
    if book.stamped is not None:
        ours = (layout.HELP, layout.CODES, layout.STAMP, *layout.lists())
        book.unread = [name for name in table.other_sheets if name not in ours]
    book.lost_stamp = book.stamped is None and layout.HELP in table.other_sheets
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
