"""What must hold of the lists, transfers, agreements and integrated matters that a revision writes."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Connection

from app.changes.reform import editions, naming
from app.errors import Fault

CHECKS = (naming.broken, editions.broken)


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    return chain.from_iterable(check(connection, number) for check in CHECKS)
