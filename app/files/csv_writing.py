"""Rows into a csv file: UTF-8 with a byte order mark, by which Excel knows it; texts are covered (formulas.py)."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TypeAlias

from app.files.formulas import covered_cells

# Some rows, column by column: what is done to cells is done to many at once.
Columns: TypeAlias = Sequence[Iterable[object]]


def csv_pieces(headers: Sequence[str], batches: Iterable[Columns]) -> Iterator[bytes]:
    """The file in pieces, the headers at once; None is an empty cell."""
    yield codecs.BOM_UTF8 + _written([headers])
    for columns in batches:
        yield _written(zip(*map(covered_cells, columns), strict=True))


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
