"""What must hold of agreements (通办协议): with another division that exists, about items that are agreed once.

A second agreement in force on the same day, of the same two divisions, may not name an item of the first: the pair of
item and partner would count twice. It is refused and not counted once, so that the pairs of agreements add up. A new
document about the same items ends the old agreement on the day that it begins.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, or_

from app.catalogue.divisions import division
from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT
from app.catalogue.versions import OPEN, ever, overlap
from app.changes.reform.naming import SHOWN, written
from app.db import Statement
from app.errors import Fault, fault

PARTNER = "/content/partner_division_code"
table = AGREEMENT.table.c


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    yield from _with_oneself(connection, number)
    yield from _unknown_partners(connection, number)
    yield from _agreed_twice(connection, number)


def _versions(number: int, *shown: Any) -> Statement:
    return ever(shown).where(table.recorded_in == number, table.superseded_in == OPEN).order_by(table.code)


def _with_oneself(connection: Connection, number: int) -> Iterator[Fault]:
    alone = _versions(number, table.code, table.division_code).where(table.division_code == table.partner_division_code)
    for code, place in connection.execute(alone.distinct().limit(SHOWN)):
        yield fault(
            f"通办协议 {code} 的双方都是区划 {place}：协议是与另一个区划签的。请改对方行政区划代码。",
            f"Both sides of agreement {code} are {place}: an agreement is with another division.",
            pointer=PARTNER, value=place, rule="agreement-with-oneself",
        )  # fmt: skip


def _unknown_partners(connection: Connection, number: int) -> Iterator[Fault]:
    partner = table.partner_division_code
    known = exists().where(division.c.code == partner)
    for code, place in connection.execute(_versions(number, table.code, partner).where(~known).distinct().limit(SHOWN)):
        yield fault(
            f"通办协议 {code} 的对方行政区划代码 {place} 不在 GB/T 2260 代码表里（见 /v1/divisions）。",
            f"The partner {place} of agreement {code} is not in the GB/T 2260 table.",
            pointer=PARTNER, value=place, rule="unknown-division",
        )  # fmt: skip


def _agreed_twice(connection: Connection, number: int) -> Iterator[Fault]:
    other, named = AGREEMENT.table.alias("other"), named_item.alias("named")
    entry = (table.code, table.partner_division_code, named_item.c.code, named_item.c.position)
    twice = written(AGREEMENT, number, *entry, func.min(other.c.code)).join(
        named, named.c.item_id == named_item.c.item_id
    )
    twice = twice.join(other, and_(named.c.object == AGREEMENT.name, named.c.version_id == other.c.version_id))
    twice = twice.where(_clashes(other, number)).group_by(*entry).order_by(table.code, named_item.c.position)
    for code, partner, item, position, first in connection.execute(twice.limit(SHOWN)):
        yield fault(
            f"通办协议 {code} 第 {position + 1} 条的事项 {item}，已由同时有效的协议 {first} 与同一伙伴 {partner} 约定："
            "一个事项与一个伙伴只算一项次。请从一份协议里删去它，或让旧协议在新协议生效那天终止。",
            f"Entry {position + 1} of agreement {code} names {item}, which {first} already agrees with {partner}.",
            pointer=f"/content/entries/{position}/code", value=item, rule="item-agreed-twice",
        )  # fmt: skip


def _clashes(other: FromClause, number: int) -> ColumnElement[bool]:
    """Another agreement of the two on one of the days; of two that the revision writes the later one is at fault."""
    return and_(
        other.c.superseded_in == OPEN,
        other.c.id != table.id,
        other.c.division_code == table.division_code,
        other.c.partner_division_code == table.partner_division_code,
        overlap(other, AGREEMENT.table),
        or_(other.c.recorded_in != number, other.c.version_id < table.version_id),
    )
