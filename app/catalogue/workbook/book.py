"""The workbook of items, whole: its sheets in order, and what is on each."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import IO, TypeVar

from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.walk import Walk
from app.catalogue.workbook import layout, reference, rows
from app.catalogue.workbook.columns import column
from app.catalogue.workbook.descriptions import Described, of_entry, of_item
from app.files.csv_writing import Columns
from app.files.workbook_writing import MOST_ROWS, write_workbook
from app.files.worksheets import Column, Sheet

T = TypeVar("T")
MOST_ITEMS = MOST_ROWS - 5  # The sheet of the versions has six rows beside theirs, and no header.


def write_items(file: IO[bytes], elements: Sequence[Element], walk: Walk) -> None:
    """Raises DoesNotFit. The items are walked through once for each sheet, so that nothing has to be remembered."""
    plain, lists = _parted(elements)
    stamp = layout.Stamp("items", walk.moment.revision, walk.moment.as_of)
    with ExitStack() as opened:

        def closed(walking: Generator[T, None, None]) -> Generator[T, None, None]:
            return opened.enter_context(closing(walking))

        below = {layout.MAIN: closed(walk.cells(plain))}
        below |= {each.label: closed(rows.entries(walk, each)) for each in lists}
        _write(file, elements, below, rows.stamped(stamp, closed(rows.versions(walk))))


def write_template(file: IO[bytes], elements: Sequence[Element], moment: Moment) -> None:
    """The same workbook without an item."""
    stamp = layout.Stamp("template", moment.revision, moment.as_of)
    _write(file, elements, {}, rows.stamped(stamp, ()))


def _write(
    file: IO[bytes], elements: Sequence[Element], below: Mapping[str, Iterable[Columns]], stamped: Iterable[Columns]
) -> None:
    """`below` is what stands below the headers, by the names of sheets."""
    said = _described(elements)
    filled = [Sheet(name, list(map(column, each)), below.get(name, ()), frozen=1) for name, each in said.items()]
    used = reference.used_codes(said)
    hidden = [Sheet(layout.STAMP, [Column("", 24)] * len(rows.VERSION), stamped, 0, "veryHidden", has_header=False)]
    if used:
        hidden.insert(0, reference.code_sheet(used))
    write_workbook(file, [*filled, reference.help_sheet(said), *hidden], reference.ranges(used, filled))


def _described(elements: Sequence[Element]) -> Mapping[str, Sequence[Described]]:
    """What is said of the columns, by the names of sheets."""
    plain, lists = _parted(elements)
    return {layout.MAIN: list(map(of_item, plain))} | {each.label: list(of_entry(each)) for each in lists}


def _parted(elements: Sequence[Element]) -> tuple[Sequence[Element], Sequence[Element]]:
    """Those with a column, and those with a sheet."""
    return [each for each in elements if each.kind != "list"], [each for each in elements if each.kind == "list"]
