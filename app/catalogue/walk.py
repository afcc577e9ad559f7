"""Through all items of a list at a settled moment, as often as it takes: from one snapshot, in one order."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Integer, Text, bindparam, cast, type_coerce

from app.catalogue import search
from app.catalogue.before import looking_once, said_before
from app.catalogue.cells import cell_writer
from app.catalogue.element import Element, Kind
from app.catalogue.export_columns import COLUMNS
from app.catalogue.listing import ItemList
from app.catalogue.membership import said_by_lists
from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import ITEM
from app.catalogue.properties import said_by_version, valid_until
from app.catalogue.verified import said_by_verification
from app.catalogue.versions import Asked, at, versions
from app.db import Database, PlainText, Prepared, Record, built_once
from app.files.csv_writing import Columns
from app.json_rows import json_object

ROWS_AT_ONCE = 250
Form: TypeAlias = Callable[[Mapping[str, ColumnElement[Any]]], Sequence[ColumnElement[Any]]]


@dataclass(frozen=True, slots=True)
class Walk:
    """The items of a list, or the first so many, at a moment; what was published after it is looked past."""

    connection: Connection
    wanted: ItemList
    moment: Moment
    limit: int | None
    asked: Asked

    def lines(self, elements: Sequence[Element]) -> Generator[Sequence[Record], None, None]:
        """Some rows at a time, each one JSON object."""
        return self._partitions(_as_line, elements)

    def kept(self, elements: Sequence[Element]) -> Generator[Sequence[Record], None, None]:
        """Some rows at a time, as the database keeps them: `cell_writer` takes it from there."""
        return self._partitions(_as_kept, elements)

    def _partitions(self, form: Form, elements: Sequence[Element]) -> Generator[Sequence[Record], None, None]:
        limited, wanted = self.limit is not None, self.wanted.shape
        statement = _walking(wanted, self.asked, form, tuple(each.name for each in elements), limited=limited)
        values = {**at(self.moment), **search.given(self.wanted.question.words), "rows": self.limit}
        with closing(statement.on(self.connection, values, yield_per=ROWS_AT_ONCE)) as rows:
            yield from rows.partitions()

    def cells(self, elements: Sequence[Element]) -> Generator[Columns, None, None]:
        """The cells of some rows at a time, column by column."""
        writers = list(map(cell_writer, elements))
        with closing(self.kept(elements)) as parts:
            for part in parts:
                columns = zip(writers, zip(*part, strict=True), strict=True)
                yield [values if write is None else list(map(write, values)) for write, values in columns]


@contextmanager
def walked(database: Database, wanted: ItemList, moment: Moment, limit: int | None) -> Iterator[Walk]:
    with database.walk() as connection:
        asked = Asked(moment.latest and latest_revision(connection) == moment.revision)
        yield Walk(connection, wanted, moment, limit, asked)


@built_once
def _walking(wanted: ItemList, asked: Asked, form: Form, names: tuple[str, ...], *, limited: bool) -> Prepared:
    statement = versions(ITEM, asked, form(_said(asked, names))).where(*wanted.question.conditions())
    ordered = statement.order_by(*(key.along(key.column) for key in wanted.keys))
    limited_to = ordered.limit(bindparam("rows", type_=Integer())) if limited else ordered
    return Prepared(looking_once(limited_to, asked))


def _said(asked: Asked, names: Sequence[str]) -> Mapping[str, ColumnElement[Any]]:
    """What is said of an item, by the names of elements."""
    columns = ITEM.table.c
    said = {**columns, **said_by_version(asked), **said_by_verification(asked), **said_by_lists(asked)}
    said |= {**said_before(), "valid_to": valid_until()}
    return {name: said[name] for name in names}


def _as_line(said: Mapping[str, ColumnElement[Any]]) -> Sequence[ColumnElement[Any]]:
    return [json_object(said)]


def _as_kept(said: Mapping[str, ColumnElement[Any]]) -> Sequence[ColumnElement[Any]]:
    """Without making objects of it."""
    return [AS_KEPT.get(COLUMNS[name].kind, _as_it_is)(each).label(name) for name, each in said.items()]


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


AS_KEPT: Mapping[Kind, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "flag": lambda column: type_coerce(column, Integer),
    "codes": lambda column: type_coerce(column, PlainText),
    "texts": lambda column: cast(column, Text),
    "list": lambda column: cast(column, Text),
}
