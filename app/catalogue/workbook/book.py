"""The workbook of items, whole: its sheets in order, what is on each, and the ranges they name."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO

from app.catalogue.code_lists import code_lists
from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.walk import Walk
from app.catalogue.workbook import layout, rows
from app.catalogue.workbook.columns import column, range_of
from app.catalogue.workbook.descriptions import Described, notes, of_entry, of_item
from app.files.csv_writing import Columns
from app.files.workbook_writing import MOST_ROWS, write_workbook
from app.files.worksheets import Column, Sheet, absolute

MOST_ITEMS = MOST_ROWS - 5  # The sheet of the versions has six rows beside theirs, and no header.
HELP_COLUMNS = (
    Column("工作表", 12),
    Column("列名", 32),
    Column("含义", 72),
    Column("可填内容", 72),
    Column("要求", 10),
    Column("国家交换字段", 28),
)
EVERYWHERE = "全部"


@dataclass(frozen=True, slots=True)
class Content:
    """What stands below the headers: of the main sheet, of the lists by their names, of the versions."""

    items: Iterable[Columns] = ()
    entries: Mapping[str, Iterable[Columns]] = field(default_factory=dict)
    versions: Iterable[Sequence[object]] = ()


def write_items(file: IO[bytes], elements: Sequence[Element], walk: Walk) -> None:
    """Raises DoesNotFit. The items are walked through once for each sheet, so that nothing has to be remembered."""
    plain, lists = _parted(elements)
    stamp = layout.Stamp("items", walk.moment.revision, walk.moment.as_of)
    with ExitStack() as opened:
        items, versions = walk.cells(plain), rows.versions(walk)
        entries = {each.name: rows.entries(walk, each) for each in lists}
        for walking in (items, versions, *entries.values()):
            opened.enter_context(closing(walking))
        _write(file, elements, stamp, Content(items, entries, versions))


def write_template(file: IO[bytes], elements: Sequence[Element], moment: Moment) -> None:
    """The same workbook without an item."""
    _write(file, elements, layout.Stamp("template", moment.revision, moment.as_of), Content())


def _write(file: IO[bytes], elements: Sequence[Element], stamp: layout.Stamp, content: Content) -> None:
    plain, lists = _parted(elements)
    described: dict[str, Sequence[Described]] = {layout.MAIN: [of_item(element) for element in plain]}
    described |= {element.label: of_entry(element) for element in lists}
    below = {layout.MAIN: content.items} | {each.label: content.entries.get(each.name, ()) for each in lists}
    filled = [Sheet(name, list(map(column, said)), below[name], frozen=1) for name, said in described.items()]
    codes = _used(described)
    stamped = Sheet(
        layout.STAMP,
        [Column("", 24)] * len(rows.VERSION),
        rows.stamped(stamp, content.versions),
        visibility="veryHidden",
        has_header=False,
    )
    listed = [_codes(codes)] if codes else []
    write_workbook(file, [*filled, _help(described), *listed, stamped], _ranges(codes, filled))


def _parted(elements: Sequence[Element]) -> tuple[Sequence[Element], Sequence[Element]]:
    """Those with a column, and those with a sheet."""
    return [each for each in elements if each.kind != "list"], [each for each in elements if each.kind == "list"]


def _help(described: Mapping[str, Sequence[Described]]) -> Sheet:
    """What holds everywhere, then a row for each column of each sheet."""
    said: list[tuple[object, ...]] = [(EVERYWHERE, None, note, None, None, None) for note in notes()]
    for name, columns in described.items():
        for each in columns:
            element = each.element
            said.append((name, element.label, each.meaning, each.takes, each.duty, element.exchange))
    return Sheet(layout.HELP, HELP_COLUMNS, [list(zip(*said, strict=True))], frozen=2)


def _used(described: Mapping[str, Sequence[Described]]) -> Sequence[str]:
    """The code lists that any column takes its values from."""
    elements = (each.element for columns in described.values() for each in columns)
    return tuple(dict.fromkeys(element.codes for element in elements if element.codes))


def _codes(used: Sequence[str]) -> Sheet:
    """Two columns for each code list: the codes, and what they are called."""
    lists = [code_lists()[key] for key in used]
    columns = [Column(name, 24) for each in lists for name in (f"{each.name_zh}代码", each.name_zh)]
    cells = [values for each in lists for values in (list(each.labels), list(each.labels.values()))]
    as_long = list(zip(*zip_longest(*cells), strict=True))
    return Sheet(layout.CODES, columns, [as_long], visibility="hidden")


def _ranges(used: Sequence[str], sheets: Sequence[Sheet]) -> Mapping[str, str]:
    """Where the labels of the code lists stand that a drop-down names."""
    named = {each.validation.choices for sheet in sheets for each in sheet.columns if each.validation}
    return {
        range_of(key): absolute(layout.CODES, 2 * place, 2, 2 * place, len(code_lists()[key].codes) + 1)
        for place, key in enumerate(used, 1)
        if range_of(key) in named
    }
