"""Rows into a csv file: UTF-8 with a byte order mark, by which Excel knows it; texts are covered (formulas.py).

A column at a time, since most columns are empty or hold nothing to be quoted: half the time of the module csv.
"""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from app.files.formulas import covered_cells

# Some rows, column by column: what is done to cells is done to many at once.
Columns: TypeAlias = Sequence[Sequence[object]]
SPECIAL = ('"', ",", "\n", "\r")
BLANK_ROW = '""'  # A row of one empty cell, which a blank line would not be.


def csv_pieces(headers: Sequence[str], batches: Iterable[Columns]) -> Iterator[bytes]:
    """The file in pieces, the headers at once; None is an empty cell."""
    yield codecs.BOM_UTF8 + _written([[header] for header in headers])
    for columns in batches:
        yield _written(columns)


def _written(columns: Columns) -> bytes:
    rows = zip(*map(_cells, columns), strict=True)
    return "".join([f"{','.join(row) or BLANK_ROW}\r\n" for row in rows]).encode()


def _cells(values: Sequence[object]) -> Sequence[str]:
    if values.count(None) == len(values):
        return ("",) * len(values)
    cells = ["" if value is None else str(value) for value in covered_cells(values)]
    whole = "".join(cells)
    return [_quoted(cell) for cell in cells] if any(sign in whole for sign in SPECIAL) else cells


def _quoted(cell: str) -> str:
    """Where it must be (RFC 4180)."""
    special = '"' in cell or "," in cell or "\n" in cell or "\r" in cell
    return '"' + cell.replace('"', '""') + '"' if special else cell
