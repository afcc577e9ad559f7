"""Everything that is known at a revision, a line for each object, and the position from which the feed goes on."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import orjson
from sqlalchemy import Connection

from app.catalogue.moments import Moment, latest_revision, resolve
from app.catalogue.objects import OBJECT_TYPES, ObjectType
from app.catalogue.reads import chunks
from app.catalogue.versions import history
from app.changes.feed.positions import Position
from app.changes.feed.queries import last_position
from app.changes.feed.versions import told, version_out
from app.db import Database

ROWS_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Dump:
    """What is known at a revision that is settled: what is published while it is written stands in the feed."""

    moment: Moment
    position: Position
    object: str | None = None

    @property
    def kinds(self) -> list[ObjectType]:
        return [kind for name, kind in OBJECT_TYPES.items() if self.object in (None, name)]

    def body(self, database: Database) -> Generator[bytes, None, None]:
        with database.walk() as connection:
            yield from self.pieces(connection)

    def pieces(self, connection: Connection) -> Iterator[bytes]:
        """The position first; the number of objects last, so that a file that was cut off is noticed."""
        known_at, count = self.moment.known_at, 0
        yield line({"position": str(self.position), "revision": self.moment.revision, "published_at": known_at})
        for lines in chunks(self._objects(connection), ROWS_AT_ONCE):
            count += len(lines)
            yield b"".join(lines)
        yield line({"objects": count})

    def _objects(self, connection: Connection) -> Iterator[bytes]:
        moment = replace(self.moment, newest=latest_revision(connection))
        for kind in self.kinds:
            columns, options = kind.table.c, {"yield_per": ROWS_AT_ONCE}
            known = history(kind, moment, [columns.id, *told(kind)]).order_by(columns.id, columns.valid_from)
            with closing(connection.execute(known, execution_options=options)) as rows:
                for number, versions in groupby(rows, key=lambda row: row.id):
                    yield line({"object": kind.name, "id": number, "versions": list(map(version_out, versions))})


def taken(connection: Connection, now: datetime, kind: str | None = None) -> Dump:
    """A dump of the newest revision."""
    moment = resolve(connection, now)
    return Dump(moment, last_position(connection, moment.revision), kind)


def line(said: object) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
