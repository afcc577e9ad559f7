"""What is said of a workbook that is given back: of each cell, and above all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from app.errors import Message


class Line(NamedTuple):
    """One thing that is said of a cell: of a whole column where there is no row, of a row where there is no column.

    `severity` is rejected, error, warning or advice; `sheet` is null for the sheet that was read.
    """

    severity: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None
    sheet: str | None = None


Lines: TypeAlias = Callable[[], Iterator[Line]]


class Rule(NamedTuple):
    """How often a rule was broken."""

    severity: str
    times: int
    rule: str
    message: str


class Elsewhere(NamedTuple):
    """Where all that is said of the file can be read without it: what to do, what to do about lines that the workbook has
    no room for, and the members of a refusal.
    """

    remedy: Message
    rest: str
    members: Mapping[str, Any]


class Results(NamedTuple):
    """What the first sheet says beside the lines; `meanings` is what each severity asks of whoever reads it.

    `sheet` is what the sheet that was read is called.
    """

    file_name: str
    sheet: str | None
    head: Sequence[str]
    counts: Mapping[str, int | None]
    meanings: Mapping[str, str]
    rules: Sequence[Rule]
    elsewhere: Elsewhere
