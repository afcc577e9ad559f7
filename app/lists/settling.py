"""A filter settles which items of a division a document names: as they are on its first day, as known now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func

from app.catalogue.body_filter import condition_of
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.versions import Asked, at, versions
from app.changes.reform.sizes import MOST_ENTRIES
from app.db import Record
from app.errors import Malformed, Message, fault

SHOWN = tuple(
    ITEM.table.c[name]
    for name in (
        "id", "code", "catalog_code", "name", "division_code", "department_code", "task_code", "handling_item_code",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """The items that a filter finds, in order of code, and of how many it cannot tell: unknown is neither yes nor no."""

    rows: Sequence[Record]
    unknown: int

    @property
    def told(self) -> Iterator[str]:
        if self.unknown:
            yield f"另有 {self.unknown} 个事项没有填条件所问的内容，无从知道是否符合，没有列入。请补填后核对。"


def settle(
    connection: Connection,
    text: str,
    division_code: str,
    moment: Moment,
    *among: ColumnElement[bool],
    most: int = MOST_ENTRIES,
) -> Settled:
    """What the filter finds in a division, `among` what else is so of the items that come into question.

    Raises Malformed where the filter is wrong, finds nothing or more than `most`.
    """
    condition, item = condition_of(connection, text), ITEM.table.c
    asked, place = Asked(moment.latest), (item.division_code == division_code, *among)
    found = versions(ITEM, asked, SHOWN).where(*place, condition).order_by(item.code, item.id)
    unknown = versions(ITEM, asked, [func.count()]).where(*place, condition.is_(None))
    rows, count = connection.execute(found, at(moment)).all(), connection.execute(unknown, at(moment)).scalar_one()
    settled = Settled(rows, count)
    if not 0 < len(rows) <= most:
        raise _finds(settled, text, division_code, moment, most)
    return settled


def _finds(settled: Settled, text: str, division_code: str, moment: Moment, most: int) -> Malformed:
    count, day = len(settled.rows), moment.as_of
    zh = (
        f"条件在区划 {division_code} 按 {day} 的情况找到 {count} 个可列入的事项，应为 1 到 {most} 个。{''.join(settled.told)}"
        f"请用 GET /v1/items?filter=…&as_of={day} 试好再写。"
    )
    en = f"On {day} the filter finds {count} items of {division_code} to be named; from 1 to {most} are taken."
    told = fault(zh, en, pointer="/filter", value=text[:200], rule="filter-finds")
    return Malformed(Message(zh, en), faults=[told])
