"""What a file of rows is made of: cells, numbered rows, and the limits a file has to keep."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, NamedTuple

from app.files.problems import RowProblem
from app.settings import Settings

# Blank characters people paste without seeing them: besides what str.strip() knows, the zero-width ones and the BOM.
BLANK: Final = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
    + "".join(map(chr, range(0x2000, 0x200B)))
)


class Missing(Enum):
    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False


MISSING: Final = Missing.MISSING
"""The key is not in this line of ndjson: the element stays as it is, unlike None, which says 'not stated'."""


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A spreadsheet cell whose formula failed (#N/A) or was never calculated; it must not pass for an empty one."""

    text: str


class Percent(float):
    """A number that its cell shows in per cent: 1 is seen as 100%, and is no count."""

    def __str__(self) -> str:
        return f"{self * 100:.15g}%"


class Row(NamedTuple):
    """A row under its number in the spreadsheet (header = 1), as wide as the headers.

    Cells are str (trimmed, never empty), int, float, bool, date, datetime, Percent, BrokenCell, None (empty); from ndjson also
    list, dict and MISSING. `problem` is set when the row holds more than the headers name.
    """

    number: int
    cells: list[object]
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file taken in: bytes as uploaded and unpacked, rows and columns; cells is the area of a sheet."""

    bytes: int = 50 * 2**20
    unpacked_bytes: int = 400 * 2**20
    rows: int = 300_000
    columns: int = 500
    cells: int = 30_000_000


def limits(settings: Settings) -> Limits:
    """As the installation has set them."""
    return Limits(bytes=settings.max_upload_mb * 2**20, rows=settings.max_import_rows)


def is_blank(cells: list[object]) -> bool:
    return not any(cells) and all(cell is None or cell is MISSING for cell in cells)
