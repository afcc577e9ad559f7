"""One row of a file as it is read: its raw values by field, and what is wrong with it, told by row and column. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from app.demand.survey_files.columns import Columns
from app.demand.surveys.misfits import LONGEST_SHOWN, Misfit
from app.demand.surveys.wording import misfits_of_text
from app.errors import Message
from app.files.cleaning import as_code, shown
from app.files.footers import is_footer, total_among
from app.files.problems import CellProblem, RowProblem
from app.files.rows import Row
from app.patterns import ITEM_CODE, OF_CODE

T = TypeVar("T")
Read: TypeAlias = Callable[[object], T]
NUMBER = "number"
PERSONAL = frozenset({"mobile-number", "identity-number", "mail-address"})
MOST_TOLD = 50  # Problems of a row.


@dataclass(slots=True)
class Reading:
    """A row while it is read."""

    columns: Columns
    row: int
    values: Mapping[str, object]
    problems: list[RowProblem] = field(default_factory=list)

    def cell(self, name: str, read: Read[T]) -> T | None:
        """What `read` makes of the cell, nothing of an empty one; what it can't make anything of is told."""
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return read(value)
        except CellProblem as problem:
            self.tell(name, problem.rule, problem.message, problem.suggestion)
            return None

    def tell(self, name: str, rule: str, message: Message, suggestion: str | None = None) -> None:
        self._add(name, self.shown(name), rule, message, suggestion)

    def tell_misfit(self, name: str, misfit: Misfit, *, is_piece: bool = False) -> None:
        """With the cell as it is written, or the piece of it that is wrong; without what nobody should read again."""
        value = misfit.value if misfit.value is None or is_piece else self.shown(name) or misfit.value
        self._add(name, value, misfit.rule, misfit.message, misfit.suggestion)

    def shown(self, name: str) -> str | None:
        value = shown(self.values.get(name))
        return None if value is None else value[:LONGEST_SHOWN]

    def _add(self, name: str, value: str | None, rule: str, message: Message, suggestion: str | None) -> None:
        """Of a cell that says how to reach somebody only that it does, whatever else is wrong with it."""
        if len(self.problems) == MOST_TOLD:
            return
        if says := personal(shown(self.values.get(name)) or ""):
            value, rule, message, suggestion = None, says.rule, says.message, None
        self.problems.append(RowProblem(self.row, self.columns.column(name), value, rule, message, suggestion))


def personal(text: str) -> Misfit | None:
    """Whose number or address a text holds, if any."""
    return next((each for each in misfits_of_text(text) if each.rule in PERSONAL), None)


def read_code(cell: object) -> str | None:
    """The number of a response. Raises CellProblem."""
    code = as_code(cell)
    if code is not None and (says := personal(code)):
        raise CellProblem(says.rule, says.message)
    if code is not None and not re.fullmatch(ITEM_CODE, code):
        zh = f"问卷编号“{code[:60]}”不对：{OF_CODE.zh}，不要写企业或人的名称"
        raise CellProblem("bad-number", Message(zh, f"{code[:60]!r}: {OF_CODE.en}"))
    return code


def total_row(columns: Columns, row: Row, headers: Sequence[str], code: str | None = None) -> RowProblem | None:
    """A row that says it is a total, or below the table a note in place of the code."""
    place = total_among(row.cells) if code is None else None
    column: str | None
    if place is not None:
        column, said = headers[place], shown(row.cells[place])
    elif code is not None and is_footer(code):
        column, said = columns.column(NUMBER), code
    else:
        return None
    zh = f"这一行是合计或表尾说明（“{said}”），请删去。"
    return RowProblem(row.number, column, said, "total-row", Message(zh, f"The row is a total ({said!r}). Delete it."))
