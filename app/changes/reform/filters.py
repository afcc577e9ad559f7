"""That the filter by which entries were settled can be read: as it is read where a filter settles them."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from sqlalchemy import Connection, exists

from app.catalogue.body_filter import condition_of
from app.catalogue.objects import ObjectType
from app.catalogue.versions import OPEN, ever
from app.errors import Fault, Malformed

SHOWN = 50


def broken(kind: ObjectType, connection: Connection, number: int) -> Iterator[Fault]:
    """One that stood in an earlier version stays as it is, whatever can be asked by now."""
    table, former = kind.table.c, kind.table.alias("former")
    stood = exists().where(former.c.id == table.id, former.c.recorded_in < number, former.c.filter == table.filter)
    written = ever([table.filter]).where(table.recorded_in == number, table.superseded_in == OPEN)
    anew = written.where(table.filter.is_not(None), ~stood).distinct().order_by(table.filter)
    read = (_faults_of(connection, text) for text in connection.execute(anew).scalars().all())
    yield from islice(chain.from_iterable(read), SHOWN)


def _faults_of(connection: Connection, text: str) -> Sequence[Fault]:
    try:
        condition_of(connection, text, "/content/filter")
    except Malformed as error:
        return error.faults
    return ()
