"""Items as files: all that a question asks for, or the first so many, in its order, from one snapshot."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import IO, Any, TypeAlias

from sqlalchemy import ColumnElement, Integer, Result, Text, cast, type_coerce

from app.catalogue import search
from app.catalogue.cells import cell_writer
from app.catalogue.divisions import demand_division
from app.catalogue.element import Element, Kind
from app.catalogue.export_params import MEDIA_TYPES, Wish
from app.catalogue.listing import URL, ItemList, count_items
from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.objects import BESIDE_ELEMENTS, ITEM, VERSION_ELEMENTS
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import said_by_version, valid_until
from app.catalogue.verified import said_by_verification
from app.catalogue.versions import Asked, at, versions
from app.db import Database, PlainText
from app.downloads import Body, Download, Nothing, Spooled
from app.errors import Message, refused
from app.files.csv_writing import Columns, csv_pieces
from app.files.workbook_writing import Column, refuse_rows, write_workbook
from app.json_rows import json_object

ROWS_AT_ONCE = 250
NARROW, WIDE = 12, 24  # Columns of a workbook, in characters.
Shown: TypeAlias = Callable[[Sequence[Element], Asked], list[ColumnElement[Any]]]
PART = ("-节选", "-part")
UNRECORDED = ("-尚无记录", "-not-recorded")  # A file has no place for the note that JSON answers carry.
WIDTHS: Mapping[str, int] = {"code": 36, "name": 40}
# What an import takes. The dates of a version are left out: a row with a date is imported for that day, so that whoever
# corrects an exported list would rewrite the past, and a version may end without the item being cancelled.
READ_BACK: Sequence[str] = (*ITEM.given, "department_name", "version")
COLUMNS: Mapping[str, Element] = {**ITEM.elements, **VERSION_ELEMENTS} | {each.name: each for each in BESIDE_ELEMENTS}


def download(database: Database, prepared: "Export", *, empty: bool = False) -> Download:
    """The file as an answer; an empty one says only what it would be."""
    name, plain_name = prepared.names
    return Download(
        Nothing if empty else partial(prepared.body, database),
        database.downloads,
        media_type=MEDIA_TYPES[prepared.wish.kind],
        name=name,
        plain_name=plain_name,
    )


def prepare(database: Database, wanted: ItemList, wish: Wish, now: datetime) -> "Export":
    """Raises Malformed for a date, a code, a division, a field or a filter that is wrong, DoesNotFit for too many rows."""
    columns_of(wanted)
    with database.read() as connection:
        moment = resolve(connection, now, wish.as_of, wish.known_at)
        demand_division(connection, wanted.question.within)
        wanted.question.shape.conditions()
    prepared = Export(wanted, wish, moment)
    if wish.kind == "xlsx":
        refuse_rows(prepared.count(database))
    return prepared


def columns_of(wanted: ItemList) -> list[Element]:
    """What a file says of each item: what was asked for, else what an import reads back."""
    names = wanted.fields or READ_BACK
    if URL in names:
        zh = f"文件里没有 {URL}（地址只在 JSON 清单里）。请从 fields 里去掉它，用编码查即可。"
        en = f"Files have no {URL}: leave it out of fields."
        raise refused("fields", URL, "not-in-files", Message(zh, en))
    return [COLUMNS[name] for name in names]


@dataclass(frozen=True, slots=True)
class Export:
    """Items at a moment that is settled: what they are then never changes, however long it takes to write them."""

    wanted: ItemList
    wish: Wish
    moment: Moment

    @property
    def names(self) -> tuple[str, str]:
        """What the file is called, in Chinese and plainly: of which day and revision, and whether it is all there is."""
        day, revision, kind = self.moment.as_of, self.moment.revision, self.wish.kind
        part = self.wish.limit is not None or self.wanted.question != ItemQuestion()
        marks = [mark for mark, holds in ((UNRECORDED, self.moment.note), (PART, part)) if holds]
        chinese, plain = ("".join(each) for each in zip(("", ""), *marks, strict=True))
        return f"事项清单-{day}-第{revision}版{chinese}.{kind}", f"items-{day}-r{revision}{plain}.{kind}"

    def count(self, database: Database) -> int:
        """How many rows the file has."""
        with database.read() as connection:
            moment = replace(self.moment, newest=latest_revision(connection))
            found = count_items(connection, self.wanted.question, moment)
        return found if self.wish.limit is None else min(found, self.wish.limit)

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
        return columns_of(self.wanted)

    @contextmanager
    def _walk(self, database: Database, shown: Shown) -> Iterator[Result[*tuple[Any, ...]]]:
        """All rows from one snapshot; one that was published after the moment was settled is looked past."""
        question, options = self.wanted.question, {"yield_per": ROWS_AT_ONCE}
        with database.walk() as connection:
            asked = Asked(self.moment.latest and latest_revision(connection) == self.moment.revision)
            statement = versions(ITEM, asked, shown(self._elements, asked)).where(*question.shape.conditions())
            ordered = statement.order_by(*(key.along(key.column) for key in self.wanted.shape.keys))
            values = {**at(self.moment), **search.given(question.words)}
            with closing(connection.execute(ordered.limit(self.wish.limit), values, execution_options=options)) as rows:
                yield rows


def _said(elements: Sequence[Element], asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What is said of an item, by the names of elements."""
    columns = ITEM.table.c
    by_version = said_by_version(asked) | {"id": columns.id, "made_in": columns.made_in}
    by_version |= {"valid_from": columns.valid_from, "valid_to": valid_until(), **said_by_verification(asked)}
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
