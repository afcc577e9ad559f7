"""The sheets of a workbook whose rows are entries of items: materials, fees, questions, steps and the like."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, Any, NamedTuple

import orjson

from app.catalogue.cells import cell_reader
from app.catalogue.codes import is_local
from app.catalogue.element import Element
from app.catalogue.values import Read
from app.catalogue.workbook import layout
from app.catalogue.workbook.layout import CODE, DIVISION, NAME, PLACE, REMOVE
from app.errors import Message
from app.files.cleaning import as_code, as_count, as_flag, shown
from app.files.errors import BadColumns, BadFile
from app.files.plans import Field, Plan, plan
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Limits, Row
from app.files.tables import Table, open_named
from app.files.workbooks import Sheets
from app.imports.columns import spellings
from app.imports.sheet_findings import Told, sheet_findings

IN_MEMORY = 8 * 2**20
ROWS_AT_ONCE = 1_000
KEYS = (CODE, DIVISION, NAME, PLACE, REMOVE)
OWN_READERS: Mapping[str, Read] = {CODE: as_code, DIVISION: as_code, PLACE: as_count, REMOVE: as_flag}
Whose = tuple[str, str | None]
"""The code of an item, and its division where the row says it."""


class Entry(NamedTuple):
    """A row of a list: where it stood in the list (from 1), or that it is new; whether it is to go; what it says."""

    row: int
    place: int | None
    is_removed: bool
    values: Mapping[str, object]
    problems: Sequence[RowProblem] = ()


@dataclass(slots=True)
class ListSheet:
    """The entries of one list, found by item; they wait on disk.

    `columns` are the headers, by inner element; `remarks` what deserves a look in the sheet as a whole.
    """

    element: Element
    columns: Mapping[str, str]
    remarks: Sequence[Told] = ()
    _file: IO[bytes] = field(default_factory=partial(tempfile.SpooledTemporaryFile, max_size=IN_MEMORY))
    _places: dict[str, dict[str | None, list[int]]] = field(default_factory=dict)

    def add(self, whose: Whose, entry: Entry) -> None:
        code, division = whose
        self._places.setdefault(code, {}).setdefault(division, []).append(self._file.seek(0, 2))
        problems = [[*each.message, each.column, each.value, each.rule, each.suggestion] for each in entry.problems]
        self._file.write(orjson.dumps([entry.row, entry.place, entry.is_removed, entry.values, problems]) + b"\n")

    def take(self, code: str, division: str | None) -> list[Entry]:
        """The entries of an item in order of their rows; they are asked for once.

        A local code means the item of its division, where both say it.
        """
        of_code = self._places.get(code, {})
        anywhere = division is None or not is_local(code)
        mine = [each for each in of_code if anywhere or each in (division, None)]
        places = [place for each in mine for place in of_code.pop(each)]
        return sorted((self._at(place) for place in places), key=lambda entry: entry.row)

    def left(self) -> Iterator[Whose]:
        """Whose entries nobody asked for."""
        yield from [(code, division) for code, of_code in self._places.items() for division in of_code]

    def _at(self, place: int) -> Entry:
        self._file.seek(place)
        row, at, removed, values, told = orjson.loads(self._file.readline())
        problems = [
            RowProblem(row, column, value, rule, Message(zh, en), suggestion, self.element.label)
            for zh, en, column, value, rule, suggestion in told
        ]
        return Entry(row, at, removed, values, problems)

    def problem(self, row: int, name: str | None, value: object, rule: str, message: Message) -> RowProblem:
        """At a cell of the sheet, by the name of an inner element or of a key."""
        column = None if name is None else self.columns.get(name)
        return RowProblem(row, column, shown(value), rule, message, sheet=self.element.label)

    def close(self) -> None:
        self._file.close()


def list_sheets(
    sheets: Sheets, others: Sequence[str], limits: Limits, *, whole: bool
) -> Iterator[tuple[Element, Table]]:
    """The sheets that say of which item each of their rows is, one after the other; others are left unread.

    In a workbook of ours (`whole`) each has to say it, and which entry the row is. Raises a BadFile.
    """
    known = layout.lists()
    for name in [name for name in others if name in known]:
        with naming(name):
            table = open_named(sheets, name, limits)
            if whole and table is not None:
                _demand_keys(table)
        if table is not None and layout.CODE in table.headers:
            yield known[name], table


def _demand_keys(table: Table) -> None:
    missing = next((key for key in (layout.CODE, layout.PLACE) if key not in table.headers), None)
    if missing is not None:
        raise BadColumns(
            f"没有“{missing}”一列，不知道每一行是哪个事项的哪一条。请从导出的工作簿里把这一列复制回来，或重新导出",
            f"there is no column {missing!r}: which entry of which item a row is can't be told. Put it back",
            column=missing,
        )


def read_list(table: Table, element: Element, progress: Callable[[int], None]) -> ListSheet:
    """The rows of a sheet, to be closed. Raises a BadFile."""
    planned = _planned(table, element)
    readers = {name: _reader(element, name) for name in planned.fields if name != NAME}
    columns = {name: planned.column(name) or name for name in planned.fields}
    with ExitStack() as unless_read:
        sheet = unless_read.enter_context(closing(ListSheet(element, columns, list(sheet_findings(table, planned)))))
        for number, row in enumerate(table):
            whose, entry = _entry(row, planned, readers, sheet)
            sheet.add(whose, entry)
            if not number % ROWS_AT_ONCE:
                progress(0)
        unless_read.pop_all()
    return sheet


def _planned(table: Table, element: Element) -> Plan:
    inner = [
        Field(each.name, tuple(name for header in each.headers for name in spellings(header)), each.label)
        for each in layout.entry_elements(element)
    ]
    own = [Field(name) for name in KEYS]
    with naming(element.label):
        return plan(table.headers, [*own, *inner], sheet=table.sheet)


@contextmanager
def naming(sheet: str) -> Iterator[None]:
    """What is wrong with a sheet of several says with which."""
    try:
        yield
    except BadFile as error:
        faults = [
            replace(each, detail=Message(f"工作表“{sheet}”：{each.detail.zh}", f"Sheet {sheet!r}: {each.detail.en}"))
            for each in error.faults
        ]
        raise type(error)(*faults[0].detail, faults=faults) from error


def _reader(element: Element, name: str) -> Read:
    if name in OWN_READERS:
        return OWN_READERS[name]
    return cell_reader(next(each for each in layout.entry_elements(element) if each.name == name))


def _entry(row: Row, planned: Plan, readers: Mapping[str, Read], sheet: ListSheet) -> tuple[Whose, Entry]:
    read: dict[str, Any] = {}
    problems = [replace(row.problem, sheet=sheet.element.label)] if row.problem else []
    for name, cell in planned.values(row.cells).items():
        if name == NAME:
            continue
        try:
            read[name] = None if cell is None else readers[name](cell)
        except CellProblem as problem:
            at = sheet.problem(row.number, name, cell, problem.rule, problem.message)
            problems.append(replace(at, suggestion=problem.suggestion))
    whose = (read.pop(CODE, None) or "", read.pop(DIVISION, None))
    place, removed = read.pop(PLACE, None), read.pop(REMOVE, None) is True
    return whose, Entry(row.number, place, removed, read, problems)
