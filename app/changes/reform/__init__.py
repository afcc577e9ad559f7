"""What must hold of the lists, transfers, agreements, integrated matters and halls that a revision writes."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Connection

from app.changes.reform import halls, naming
from app.errors import Fault

CHECKS = (naming.broken, halls.broken)


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    return chain.from_iterable(check(connection, number) for check in CHECKS)
