"""Statements about dead links: a page of those that items of today lead to, and the items of each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, literal, select, union_all

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import department_name
from app.catalogue.verification import dead_link, evidence, still_dead
from app.catalogue.verified import ADDRESSES, newest
from app.catalogue.versions import Asked, at, versions
from app.db import PlainText, Record

MOST_ITEMS = 100  # That are shown of one address.


def dead_links_page(
    connection: Connection, moment: Moment, within: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 dead links after a number, as far as an item has them today, and how many there are."""
    had = select(_uses(moment, within).subquery().c.url)
    dead = select(dead_link).where(still_dead(), dead_link.c.url.in_(had))
    page = dead.where(dead_link.c.id > after).order_by(dead_link.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(dead.subquery()), at(moment)).scalar_one()
    return connection.execute(page, at(moment)).all(), total


def items_with(
    connection: Connection, urls: Collection[str], moment: Moment, within: str | None
) -> Mapping[str, Sequence[Record]]:
    """The first hundred items of each address, in order of code, each row with their number (`count`)."""
    uses = _uses(moment, within, urls).subquery()
    in_order = (uses.c.code, uses.c.id, uses.c.is_evidence, uses.c.element)
    place = func.row_number().over(partition_by=uses.c.url, order_by=in_order).label("place")
    placed = select(*uses.c, place, func.count().over(partition_by=uses.c.url).label("count")).subquery()
    wanted = select(placed).where(placed.c.place <= MOST_ITEMS).order_by(placed.c.url, placed.c.place)
    found: dict[str, list[Record]] = {}
    for row in connection.execute(wanted, at(moment)):
        found.setdefault(row.url, []).append(row)
    return found


def _uses(moment: Moment, within: str | None, urls: Collection[str] | None = None) -> CompoundSelect[Any]:
    """Every address that an item has, or its newest evidence, with the item; of these addresses only, if any are given."""
    asked, columns = Asked(moment.latest), ITEM.table.c
    item = (columns.id, columns.code, columns.name, columns.division_code, columns.department_code)
    conditions = ItemQuestion(within=within).conditions()
    named = [(columns[name], literal(name, PlainText), 0, columns[name].is_not(None)) for name in ADDRESSES]
    parts = []
    for url, element, is_evidence, holds in (*named, (evidence.c.url, evidence.c.element, 1, newest(asked))):
        told = (url.label("url"), element.label("element"), literal(is_evidence).label("is_evidence"))
        shown = (*told, *item, department_name(asked).label("department_name"))
        these = [] if urls is None else [url.in_(urls)]
        parts.append(versions(ITEM, asked, shown).where(holds, *conditions, *these))
    return union_all(*parts)
