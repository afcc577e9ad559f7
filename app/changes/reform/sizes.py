"""How many entries an edition, an agreement, a batch of transfers has: one at least, and no more than are drafted at once."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, and_, exists, literal, or_

from app.catalogue.objects import EDITION, TRANSFER, ObjectType
from app.catalogue.versions import OPEN, ever
from app.errors import Fault, fault
from app.json_rows import JsonLength

MOST_ENTRIES: Final = 20_000
MOST_HANDED_OVER: Final = 5000  # by one batch
SHOWN = 50


def broken(kind: ObjectType, connection: Connection, number: int) -> Iterator[Fault]:
    """`entry-count`. An edition may consist of what a level does not take over, with the reasons.

    What was issued with entries may lose them all later, one correction after the other.
    """
    table, former = kind.table.c, kind.table.alias("former")
    issued = exists().where(former.c.id == table.id, former.c.recorded_in < number)
    count = JsonLength(table.entries)
    unclaimed = JsonLength(table.unclaimed) if kind is EDITION else literal(0)
    written = ever([table.code, count]).where(table.made_in == number, table.superseded_in == OPEN)
    wrong = written.where(or_(count > _most(kind), and_(count == 0, unclaimed == 0, ~issued)))
    for code, counted in connection.execute(wrong.order_by(table.code).limit(SHOWN)):
        yield from faults_of_count(kind, code, counted, "/content/entries")


def faults_of_count(kind: ObjectType, code: object, count: int, pointer: str) -> Iterator[Fault]:
    most = _most(kind)
    if not 0 < count <= most:
        zh, en = kind.label
        advice = "太多的请分成几份。" if count else "请写上条目。"
        yield fault(
            f"{zh} {code} 有 {count} 条条目，应为 1 到 {most} 条。{advice}",
            f"The {en} {code} has {count} entries; from 1 to {most} are taken.",
            pointer=pointer, value=str(count), rule="entry-count",
        )  # fmt: skip


def _most(kind: ObjectType) -> int:
    return MOST_HANDED_OVER if kind is TRANSFER else MOST_ENTRIES
