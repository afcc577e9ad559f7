"""That the list above a list (上级清单) is there, and that no list is above itself, by whatever way."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, exists

from app.catalogue.objects import LIST
from app.catalogue.precedence import circle
from app.catalogue.versions import OPEN, ever
from app.db import Record
from app.errors import Fault, fault

SHOWN = 50
POINTER = "/content/upper_list_code"
KEPT = LIST.table.c


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    """`unknown-list`, `circle-of-lists`."""
    written = KEPT.recorded_in == number
    upper = LIST.table.alias("upper")
    known = exists().where(upper.c.code == KEPT.upper_list_code, upper.c.superseded_in == OPEN)
    named = ever([KEPT.code, KEPT.upper_list_code]).where(KEPT.upper_list_code.is_not(None), KEPT.superseded_in == OPEN)
    for code, above in connection.execute(named.where(written, ~known).distinct().order_by(KEPT.code).limit(SHOWN)):
        yield fault(
            f"清单 {code} 的上级清单 {above} 没有登记。请核对编码（见 /v1/lists），或在同一张变更单里新增上级清单。",
            f"The list {above} above {code} is not there.",
            pointer=POINTER, value=above, rule="unknown-list",
        )  # fmt: skip
    if connection.execute(named.where(written).limit(1)).first() is not None:
        yield from _circles(connection.execute(named.add_columns(KEPT.valid_from, KEPT.valid_to)).all())


def _circles(rows: Sequence[Record]) -> Iterator[Fault]:
    """The first circle on any day."""
    for day in sorted({row.valid_from for row in rows}):
        if (found := circle(_above(rows, day))) is not None:
            shown = " → ".join(reversed(found))
            yield fault(
                f"从 {day} 起，上级清单连成了一圈：{shown}（箭头指向上级清单）。清单不能是自己的上级，请改其中一个的上级清单。",
                f"From {day} on the lists are above each other in a circle: {shown}.",
                pointer=POINTER, value=shown[:200], rule="circle-of-lists",
            )  # fmt: skip
            return


def _above(rows: Sequence[Record], day: date) -> Mapping[str, Sequence[str]]:
    held = {row.code: [row.upper_list_code] for row in rows if row.valid_from <= day < row.valid_to}
    return {above: () for (above,) in held.values()} | held
