"""What is wrong with one cell or one row of a file, in words a clerk can act on."""

from dataclasses import dataclass

from app.errors import Message


class CellProblem(Exception):
    """A cell that cannot be read as what its column asks for; whoever knows row and column makes it a `RowProblem`."""

    def __init__(self, rule: str, message: Message, suggestion: str | None = None) -> None:
        super().__init__(message.zh)
        self.rule, self.message, self.suggestion = rule, message, suggestion


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One problem at a row (numbered as the spreadsheet shows it) and, if it is in one cell, a column and its value.

    `sheet` is null for the sheet of the items, and names the sheet of a list.
    """

    row: int
    column: str | None
    value: str | None
    rule: str
    message: Message
    suggestion: str | None = None
    sheet: str | None = None
