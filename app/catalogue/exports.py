"""Items as files: all that a question asks for, or the first so many, in its order, from one snapshot."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import IO

from app.catalogue.element import Element
from app.catalogue.export_columns import elements_of_file
from app.catalogue.export_params import MEDIA_TYPES, Wish
from app.catalogue.known import demand_known
from app.catalogue.listing import ItemList, count_items
from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.params import ItemQuestion
from app.catalogue.walk import Walk, walked
from app.catalogue.workbook.book import MOST_ITEMS, write_items, write_template
from app.db import Database
from app.downloads import Body, Download, Nothing, Spooled
from app.files.csv_writing import csv_pieces
from app.files.workbook_writing import refuse_rows

PART = ("-节选", "-part")
UNRECORDED = ("-尚无记录", "-not-recorded")  # A file has no place for the note that JSON answers carry.


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


def template(database: Database, elements: Sequence[Element], moment: Moment) -> Download:
    """A blank workbook as an answer."""
    return Download(
        lambda: Spooled.written(partial(write_template, elements=elements, moment=moment)),
        database.downloads,
        media_type=MEDIA_TYPES["xlsx"],
        name="事项导入模板.xlsx",
        plain_name="items-template.xlsx",
    )


def prepare(database: Database, wanted: ItemList, wish: Wish, now: datetime) -> "Export":
    """Raises Malformed for a date, a code, a division, a field or a filter that is wrong, DoesNotFit for too many rows."""
    elements_of_file(wanted.fields, wish.kind)
    with database.read() as connection:
        moment = resolve(connection, now, wish.as_of, wish.known_at, base_as_of=wish.base_as_of)
        demand_known(connection, wanted.question, moment)
        wanted.demand_base(moment)
        wanted.question.shape.conditions()
    prepared = Export(wanted, wish, moment)
    if wish.kind == "xlsx":
        refuse_rows(prepared.count(database), MOST_ITEMS)
    return prepared


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

    @property
    def elements(self) -> list[Element]:
        return elements_of_file(self.wanted.fields, self.wish.kind)

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
        with self._walked(database) as walk, closing(walk.cells(self.elements)) as columns:
            yield from csv_pieces([element.label for element in self.elements], columns)

    def _workbook(self, database: Database) -> Spooled:
        def write(file: IO[bytes]) -> None:
            with self._walked(database) as walk:
                write_items(file, self.elements, walk)

        return Spooled.written(write)

    def _ndjson(self, database: Database) -> Generator[bytes, None, None]:
        with self._walked(database) as walk, closing(walk.lines(self.elements)) as parts:
            for part in parts:
                yield "".join(f"{row[0]}\n" for row in part).encode()

    def _walked(self, database: Database) -> AbstractContextManager[Walk]:
        return walked(database, self.wanted, self.moment, self.wish.limit)
