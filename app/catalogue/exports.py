"""Items as files: all that a question asks for, or the first so many, in order of code, from one snapshot."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, TypeAlias

from sqlalchemy import ColumnElement, Integer, Result, Text, cast, type_coerce

from app.catalogue.cells import cell_writer
from app.catalogue.divisions import demand_division
from app.catalogue.element import Element, Kind
from app.catalogue.export_params import MEDIA_TYPES, Wish
from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.objects import ITEM, VERSION_ELEMENTS
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import said_by_version
from app.catalogue.queries import count_items
from app.catalogue.versions import Asked, at, versions
from app.db import Database, PlainText
from app.downloads import Body, Download, Spooled
from app.files.csv_writing import Columns, csv_pieces
from app.files.workbook_writing import Column, refuse_rows, write_workbook
from app.json_rows import json_object

ROWS_AT_ONCE = 250
NARROW, WIDE = 12, 24  # Columns of a workbook, in characters.
Shown: TypeAlias = Callable[[Sequence[Element], Asked], list[ColumnElement[Any]]]
WIDTHS: Mapping[str, int] = {"code": 36, "name": 40}


def export(database: Database, question: ItemQuestion, wish: Wish, now: datetime) -> Download:
    """The file that a request asks for. Whatever is wrong with the request is raised here, before the first byte."""
    prepared = prepare(database, question, wish, now)
    day, revision = prepared.moment.as_of, prepared.moment.revision
    return Download(
        prepared.body(database),
        media_type=MEDIA_TYPES[wish.kind],
        name=f"事项清单-{day}-第{revision}版.{wish.kind}",
        plain_name=f"items-{day}-r{revision}.{wish.kind}",
    )


def prepare(database: Database, question: ItemQuestion, wish: Wish, now: datetime) -> "Export":
    """Raises Malformed for a date, a code, a division or a filter that is wrong, DoesNotFit for too many rows."""
    with database.read() as connection:
        moment = resolve(connection, now, wish.as_of, wish.known_at)
        demand_division(connection, question.within)
        conditions = question.conditions()
        if wish.kind == "xlsx":
            count = count_items(connection, question, moment)
            refuse_rows(count if wish.limit is None else min(count, wish.limit))
    return Export(wish, moment, conditions)


@dataclass(frozen=True, slots=True)
class Export:
    """Items at a moment that is settled: what they are then never changes, however long it takes to write them."""

    wish: Wish
    moment: Moment
    conditions: Sequence[ColumnElement[bool]]

    def body(self, database: Database) -> Body:
        """The file in pieces. A workbook is written first, so that what does not fit in it is raised here."""
        if self.wish.kind == "ndjson":
            return self._ndjson(database)
        return self._csv(database) if self.wish.kind == "csv" else self._workbook(database)

    def _csv(self, database: Database) -> Generator[bytes, None, None]:
        with closing(self._columns(database)) as columns:
            yield from csv_pieces([element.label for element in self._elements], columns)

    def _workbook(self, database: Database) -> Spooled:
        def write(file: IO[bytes]) -> None:
            with closing(self._columns(database)) as columns:
                write_workbook(file, "事项", list(map(_column, self._elements)), columns)

        return Spooled.written(write)

    def _columns(self, database: Database) -> Generator[Columns, None, None]:
        """The cells of some rows at a time, column by column."""
        writers = list(map(cell_writer, self._elements))
        with self._walk(database, _kept) as rows:
            for part in rows.partitions():
                columns = zip(writers, zip(*part, strict=True), strict=True)
                yield [values if write is None else list(map(write, values)) for write, values in columns]

    def _ndjson(self, database: Database) -> Generator[bytes, None, None]:
        with self._walk(database, lambda elements, asked: [json_object(_said(elements, asked))]) as rows:
            for part in rows.scalars().partitions():
                yield "".join(f"{line}\n" for line in part).encode()

    @property
    def _elements(self) -> list[Element]:
        return [ITEM.elements.get(name) or VERSION_ELEMENTS[name] for name in self.wish.names]

    @contextmanager
    def _walk(self, database: Database, shown: Shown) -> Iterator[Result[*tuple[Any, ...]]]:
        """All rows from one snapshot; one that was published after the moment was settled is looked past."""
        columns, options = ITEM.table.c, {"yield_per": ROWS_AT_ONCE}
        with database.walk() as connection:
            asked = Asked(self.moment.latest and latest_revision(connection) == self.moment.revision)
            statement = versions(ITEM, asked, shown(self._elements, asked)).where(*self.conditions)
            ordered = statement.order_by(columns.code, columns.id).limit(self.wish.limit)
            with closing(connection.execute(ordered, at(self.moment), execution_options=options)) as rows:
                yield rows


def _said(elements: Sequence[Element], asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What is said of an item, by the names of elements."""
    by_version, columns = said_by_version(asked), ITEM.table.c
    return {e.name: columns[e.name] if e.name in ITEM.elements else by_version[e.name] for e in elements}


def _kept(elements: Sequence[Element], asked: Asked) -> list[ColumnElement[Any]]:
    """As the database keeps it, without making objects of it: `cell_writer` takes it from there."""
    said = _said(elements, asked)
    return [AS_KEPT.get(e.kind, _as_it_is)(said[e.name]).label(e.name) for e in elements]


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


AS_KEPT: Mapping[Kind, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "flag": lambda column: type_coerce(column, Integer),
    "codes": lambda column: type_coerce(column, PlainText),
    "texts": lambda column: cast(column, Text),
    "list": lambda column: cast(column, Text),
}


def _column(element: Element) -> Column:
    is_number = element.kind == "number"
    width = NARROW if is_number or element.kind == "flag" else WIDE
    return Column(element.label, WIDTHS.get(element.name, width), is_number)
