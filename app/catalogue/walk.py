"""Through all items of a list at a settled moment, as often as it takes: from one snapshot, in one order."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Text, cast, type_coerce

from app.catalogue import search
from app.catalogue.before import looking_once, said_before
from app.catalogue.cells import cell_writer
from app.catalogue.element import Element, Kind
from app.catalogue.listing import ItemList
from app.catalogue.membership import said_by_lists
from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import ITEM
from app.catalogue.properties import said_by_version, valid_until
from app.catalogue.verified import said_by_verification
from app.catalogue.versions import Asked, at, versions
from app.db import Database, PlainText, Record
from app.files.csv_writing import Columns

ROWS_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Walk:
    """The items of a list, or the first so many, at a moment; what was published after it is looked past."""

    connection: Connection
    wanted: ItemList
    moment: Moment
    limit: int | None
    asked: Asked

    def partitions(self, columns: Sequence[ColumnElement[Any]]) -> Generator[Sequence[Record], None, None]:
        """Some rows at a time."""
        question = self.wanted.question
        statement = versions(ITEM, self.asked, columns).where(*question.shape.conditions())
        statement = statement.order_by(*(key.along(key.column) for key in self.wanted.shape.keys)).limit(self.limit)
        ordered = looking_once(statement, self.asked)
        values, options = {**at(self.moment), **search.given(question.words)}, {"yield_per": ROWS_AT_ONCE}
        with closing(self.connection.execute(ordered, values, execution_options=options)) as rows:
            yield from rows.partitions()

    def cells(self, elements: Sequence[Element]) -> Generator[Columns, None, None]:
        """The cells of some rows at a time, column by column."""
        writers = list(map(cell_writer, elements))
        with closing(self.partitions(self.kept(elements))) as parts:
            for part in parts:
                columns = zip(writers, zip(*part, strict=True), strict=True)
                yield [values if write is None else list(map(write, values)) for write, values in columns]

    def said(self, elements: Sequence[Element]) -> dict[str, ColumnElement[Any]]:
        """What is said of an item, by the names of elements."""
        columns = ITEM.table.c
        by_version = said_by_version(self.asked) | {"id": columns.id, "made_in": columns.made_in}
        by_version |= {"valid_from": columns.valid_from, "valid_to": valid_until()}
        by_version |= said_by_verification(self.asked) | said_by_lists(self.asked) | said_before()
        return {e.name: columns[e.name] if e.name in ITEM.elements else by_version[e.name] for e in elements}

    def kept(self, elements: Sequence[Element]) -> list[ColumnElement[Any]]:
        """As the database keeps it, without making objects of it: `cell_writer` takes it from there."""
        said = self.said(elements)
        return [AS_KEPT.get(e.kind, _as_it_is)(said[e.name]).label(e.name) for e in elements]


@contextmanager
def walked(database: Database, wanted: ItemList, moment: Moment, limit: int | None) -> Iterator[Walk]:
    with database.walk() as connection:
        asked = Asked(moment.latest and latest_revision(connection) == moment.revision)
        yield Walk(connection, wanted, moment, limit, asked)


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


AS_KEPT: Mapping[Kind, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "flag": lambda column: type_coerce(column, Integer),
    "codes": lambda column: type_coerce(column, PlainText),
    "texts": lambda column: cast(column, Text),
    "list": lambda column: cast(column, Text),
}
