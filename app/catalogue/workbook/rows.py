"""The rows of a workbook of items, some at a time, column by column: entries of lists, and versions."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import orjson

from app.catalogue.cells import Write, entry_writer
from app.catalogue.element import Element
from app.catalogue.export_columns import COLUMNS
from app.catalogue.reads import chunks
from app.catalogue.walk import ROWS_AT_ONCE, Walk
from app.catalogue.workbook import layout
from app.files.csv_writing import Columns

WHOSE = tuple(COLUMNS[name] for name in ("code", "division_code", "name"))
VERSION = tuple(COLUMNS[name] for name in ("code", "division_code", "id", "version"))


def entries(walk: Walk, listed: Element) -> Generator[Columns, None, None]:
    """The entries of a list of every item: whose they are, where they stand, what they say, and nothing removed."""
    writers = {inner.name: entry_writer(inner) for inner in layout.entry_elements(listed)}
    with closing(walk.kept((*WHOSE, listed))) as parts:
        for part in parts:
            if rows := [row for item in part for row in _entries_of(*item)]:
                *keys, said = zip(*rows, strict=True)
                yield [*keys, *(_cells(said, *each) for each in writers.items()), (None,) * len(rows)]


def _entries_of(code: str, division: str, name: str, kept: str | None) -> Iterator[tuple[Any, ...]]:
    listed = orjson.loads(kept) if kept else None
    return ((code, division, name, place, entry) for place, entry in enumerate(listed or (), 1))


def _cells(said: Sequence[dict[str, Any]], name: str, write: Write | None) -> Sequence[object]:
    values = [entry.get(name) for entry in said]
    return values if write is None else list(map(write, values))


def stamped(stamp: layout.Stamp, items: Iterable[Sequence[object]]) -> Iterator[Columns]:
    """The hidden sheet of the versions (see `layout.stamp_rows`)."""
    for part in chunks(layout.stamp_rows(stamp, items), ROWS_AT_ONCE):
        filled = ((*row, *(None,) * (len(VERSION) - len(row))) for row in part)
        yield list(zip(*filled, strict=True))


def versions(walk: Walk) -> Generator[Sequence[object], None, None]:
    """Code, division, id and version of each item."""
    with closing(walk.kept(VERSION)) as parts:
        for part in parts:
            yield from part
