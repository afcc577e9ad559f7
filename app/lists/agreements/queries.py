"""Agreements at a moment, and their pairs: each item that an agreement names, with the partner, as rows."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, literal, or_, select, tuple_

from app.catalogue import reads
from app.catalogue.divisions import division
from app.catalogue.entry_text import EntryText
from app.catalogue.moments import Moment
from app.catalogue.mutual import has_items, unanswered
from app.catalogue.named import named_item, naming
from app.catalogue.objects import AGREEMENT, ITEM
from app.catalogue.versions import Asked, at, holds, in_force, versions
from app.db import Record, Statement
from app.lists.agreements.rules import MUNICIPALITIES, UNDER_NO_CITY
from app.lists.named_items import held_count, named_count, shown_of_item

AGREED = AGREEMENT.table.c
HEADS = (
    AGREED.id, AGREED.code, AGREED.name, AGREED.division_code, AGREED.partner_division_code, AGREED.department_code,
    AGREED.mode, AGREED.document_number, AGREED.signed_on,
)  # fmt: skip


def _says(name: str) -> ColumnElement[Any]:
    return EntryText(AGREED.entries, named_item.c.position, name)


def scope() -> ColumnElement[str]:
    """within_city, within_province or across_provinces (see rules.py)."""
    ours, theirs = AGREED.division_code, AGREED.partner_division_code
    same_province = func.substr(ours, 1, 2) == func.substr(theirs, 1, 2)
    under_a_city = func.substr(ours, 3, 2) != UNDER_NO_CITY
    same_city = and_(func.substr(ours, 1, 4) == func.substr(theirs, 1, 4), under_a_city)
    one_city = or_(same_city, func.substr(ours, 1, 2).in_(MUNICIPALITIES))
    return case((~same_province, "across_provinces"), (one_city, "within_city"), else_="within_province")


def mode() -> ColumnElement[str | None]:
    """The entry's own, else the agreement's."""
    return func.coalesce(_says("mode"), AGREED.mode)


def division_name(code: ColumnElement[str], asked: Asked) -> ColumnElement[str | None]:
    """What a division is called on the day; null of one that is no more."""
    held = and_(division.c.valid_from <= asked.as_of, division.c.valid_to > asked.as_of)
    return select(division.c.name).where(division.c.code == code, held).limit(1).scalar_subquery()


def heads(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """What a list says of each agreement."""
    counts = named_count(AGREEMENT).label("entry_count"), held_count(AGREEMENT, asked).label("item_count")
    ours = division_name(AGREED.division_code, asked).label("division_name")
    theirs = division_name(AGREED.partner_division_code, asked).label("partner_name")
    return *HEADS, *in_force(AGREEMENT, asked), ours, theirs, scope().label("scope"), *counts


def whole(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    return *heads(asked), AGREED.version_id, AGREED.filter, AGREED.entries, AGREED.note


def _pairs(asked: Asked, wanted: Sequence[ColumnElement[bool]], shown: Sequence[ColumnElement[Any]]) -> Statement:
    item_there = and_(ITEM.table.c.id == named_item.c.item_id, holds(ITEM, asked))
    joined = AGREEMENT.table.join(named_item, naming(AGREEMENT)).join(ITEM.table, item_there)
    return versions(AGREEMENT, asked, shown).select_from(joined).where(*wanted)


def pairs_page(
    connection: Connection,
    moment: Moment,
    wanted: Sequence[ColumnElement[bool]],
    after: Sequence[object],
    limit: int | None,
) -> Sequence[Record]:
    """Pairs in order of the item's code, then of the partner; one more than `limit` where there are more."""
    asked, item = Asked(moment.latest), ITEM.table.c
    partner = AGREED.partner_division_code
    theirs = division_name(partner, asked).label("partner_name")
    shown = [*shown_of_item(asked), partner, theirs, AGREED.code.label("agreement"), mode().label("mode")]
    place = (item.code, item.id, partner, AGREED.code)
    statement = _pairs(asked, wanted, [*shown, scope().label("scope")]).order_by(*place)
    if after:
        statement = statement.where(tuple_(*place) > tuple_(*after))
    if limit is not None:
        statement = statement.limit(limit + 1)
    return connection.execute(statement, at(moment)).all()


def totals(connection: Connection, moment: Moment, wanted: Sequence[ColumnElement[bool]]) -> Record:
    counted = {"agreements": AGREED.id, "partners": AGREED.partner_division_code, "items": ITEM.table.c.id}
    columns = [func.count(distinct(column)).label(name) for name, column in counted.items()]
    statement = _pairs(Asked(moment.latest), wanted, [*columns, func.count().label("pairs")])
    return connection.execute(statement, at(moment)).one()


def totals_by(
    connection: Connection, moment: Moment, wanted: Sequence[ColumnElement[bool]], key: ColumnElement[Any]
) -> dict[str | None, Record]:
    shown = [key.label("key"), func.count(distinct(ITEM.table.c.id)).label("items"), func.count().label("pairs")]
    grouped = _pairs(Asked(moment.latest), wanted, shown).group_by("key")
    return {row.key: row for row in connection.execute(grouped, at(moment))}


def is_in_catalogue(connection: Connection, moment: Moment, division_code: str) -> bool:
    """Whether a division has an item at the moment."""
    there = has_items(Asked(moment.latest), literal(division_code))
    return bool(connection.execute(select(there), at(moment)).scalar())


def undeclared(connection: Connection, moment: Moment, row: Record) -> frozenset[int]:
    """The places of an agreement's entries whose counterpart the partner's agreements don't name."""
    between = (row.division_code, row.partner_division_code)
    places = unanswered(Asked(moment.latest), named_item.c.position, between)
    places = places.where(AGREED.version_id == row.version_id)
    return frozenset(connection.execute(places, at(moment)).scalars())


def items_called(connection: Connection, moment: Moment, codes: Collection[str], division_code: str) -> dict[str, int]:
    """The item behind each code that an item of the division ever had, as known at the revision; the last that had it."""
    held = reads.holdings(connection, ITEM, codes, moment)
    return {
        code: max(mine, key=lambda each: each.valid_from).id
        for code, spans in held.items()
        if (mine := [each for each in spans if each.place == reads.sharing(ITEM, code, division_code)])
    }


def items_of(connection: Connection, moment: Moment, ids: Collection[int], division_code: str) -> dict[int, Record]:
    """The items of a division among these, as they are at the moment."""
    item = ITEM.table.c
    statement = versions(ITEM, Asked(moment.latest), shown_of_item(Asked(moment.latest)))
    statement = statement.where(item.division_code == division_code)
    chunks = (statement.where(item.id.in_(chunk)) for chunk in reads.chunks(sorted(ids)))
    return {row.id: row for chunk in chunks for row in connection.execute(chunk, at(moment))}
