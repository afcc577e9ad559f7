"""Sheets of a workbook that were not read though they hold what a file of the kind holds."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from app.files.errors import BadFile
from app.files.header_rows import LOOKED_AT, holds_names
from app.files.rows import Limits, is_blank
from app.files.workbooks import Sheets, read_sheet

MOST_SHEETS = 20


def filled_sheets(path: Path, sheets: Sequence[str], limits: Limits, names: Collection[str]) -> Iterator[str]:
    """Those of the sheets that have a header of the known `names` (folded) and rows below it; 20 are looked into."""
    if sheets:
        with closing(Sheets(path, limits)) as book:
            yield from (each for each in sheets[:MOST_SHEETS] if _is_filled(book, each, names))


def _is_filled(book: Sheets, name: str, names: Collection[str]) -> bool:
    try:
        sheet = book.load(name)
    except BadFile:
        return False
    rows = (cells for _, cells in read_sheet(sheet) if not is_blank(cells)) if sheet else iter(())
    first = list(islice(rows, LOOKED_AT + 1))
    return any(holds_names(cells, names) for cells in first[:-1])
