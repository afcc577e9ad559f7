"""A file of entries: each row read as an entry, what is wrong told by row and column, nothing guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from app.catalogue.cells import cell_reader
from app.errors import Fault, Message
from app.files.cleaning import shown
from app.files.headers import folded
from app.files.plans import Field, Plan, plan
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Limits, Row
from app.files.tables import Expected, open_table
from app.lists.editions import service
from app.lists.editions.checking import EntryProblem, Said, Target, item_ids, problems
from app.lists.editions.drafting import SHOWN, EntriesRefused
from app.lists.editions.rules import Difference, Entry, difference
from app.lists.editions.tables import BESIDE, ENTRY, SHEET

FIELDS = tuple(Field(each.name, each.headers, each.label) for each in ENTRY)
NAMES = frozenset(folded(name) for known in FIELDS for name in (known.name, *known.names)).union(map(folded, BESIDE))
LABELS = {each.name: each.label for each in ENTRY}
READERS = {each.name: cell_reader(each) for each in ENTRY}


@dataclass(slots=True)
class Sheet:
    """What a file holds: its entries, the row of each, and the problems of rows that could not be read whole."""

    columns: Mapping[str, str]
    entries: list[Said] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def column(self, name: str) -> str:
        """As the file calls it, else as it should be called."""
        return self.columns.get(name) or LABELS[name]


def read(path: Path, name: str, limits: Limits) -> Sheet:
    """Raises a BadFile where nothing can be taken from the file."""
    table = open_table(path, name, limits, Expected(NAMES, SHEET))
    planned = plan(table.headers, FIELDS, beside=BESIDE, sheet=table.sheet, others=table.perhaps_meant)
    sheet = Sheet({each: planned.column(each) or LABELS[each] for each in planned.fields})
    for row in table:
        _add(sheet, planned, row)
    return sheet


def _add(sheet: Sheet, planned: Plan, row: Row) -> None:
    """An entry that is wrong in one cell stands with its others, so that all is told at once."""
    if row.problem is not None:
        sheet.problems.append(row.problem)
    entry: dict[str, str] = {}
    for name, raw in planned.values(row.cells).items():
        try:
            value = READERS[name](raw)
        except CellProblem as problem:
            sheet.problems.append(
                RowProblem(
                    row.number, sheet.column(name), shown(raw), problem.rule, problem.message, problem.suggestion
                )
            )
            value = shown(raw)
        if value is not None:
            entry[name] = str(value)
    sheet.entries.append(entry)
    sheet.rows.append(row.number)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file against its list: all problems in order of rows, and what would change against what is in force then."""

    sheet: Sheet
    problems: Sequence[RowProblem]
    difference: Difference


def check(connection: Connection, target: Target, sheet: Sheet, code: str) -> Checked:
    """`code` is what the new edition is called. Of a list of batches nothing is removed."""
    spoilt = {(each.row, each.column) for each in sheet.problems}
    found = problems(connection, target, sheet.entries, lambda place: f"第 {sheet.rows[place]} 行")
    told = [_of_row(sheet, each) for each in found]
    rest = [each for each in told if (each.row, each.column) not in spoilt]
    ordered = sorted([*sheet.problems, *rest], key=lambda each: each.row)
    return Checked(sheet, ordered, _difference(connection, target, sheet, code))


def _of_row(sheet: Sheet, found: EntryProblem) -> RowProblem:
    return RowProblem(
        sheet.rows[found.place],
        sheet.column(found.field),
        found.value,
        found.rule,
        found.message,
        found.suggestion,
    )


def _difference(connection: Connection, target: Target, sheet: Sheet, code: str) -> Difference:
    ids = item_ids(connection, target, sheet.entries) if target.of_items else [None] * len(sheet.entries)
    named = zip(sheet.entries, ids, strict=True)
    after = [Entry(code, place, said, number) for place, (said, number) in enumerate(named, 1)]
    if target.kept.succession == "cumulative":
        return difference((), after)
    rows = service.in_force(service.editions_of(connection, target.kept.code, target.moment), target.day)
    return difference(service.entries_of(connection, rows), after)


def refuse(found: Sequence[RowProblem]) -> None:
    """Raises EntriesRefused with the problems of a file that was to be drafted."""
    if not found:
        return
    faults = [
        Fault(
            detail=Message(f"第 {each.row} 行：{each.message.zh}", f"Row {each.row}: {each.message.en}"),
            row=each.row,
            column=each.column,
            value=each.value,
            rule=each.rule,
            suggestion=each.suggestion,
        )
        for each in found[:SHOWN]
    ]
    zh, en = faults[0].detail
    raise EntriesRefused(
        Message(f"文件有 {len(found)} 处问题，什么都没有写入。{zh}", f"{len(found)} faults; nothing was written. {en}"),
        faults=faults,
    )
