"""Statements about batches of transfers and the items they hand over."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.catalogue.membership import named_by
from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import DEPARTMENT, ITEM, TRANSFER
from app.catalogue.places import lies_in
from app.catalogue.reads import chunks, holders_ever, sharing
from app.catalogue.versions import Asked, at, history, known_of, of_document, versions
from app.db import Record
from app.lists.named_items import held_count

HELD = (
    "id", "code", "name", "division_code", "department_code", "task_code", "handling_item_code",
)  # fmt: skip


def held_under(connection: Connection, codes: Collection[str], moment: Moment) -> Sequence[Record]:
    """The items that hold one of the codes."""
    shown = [ITEM.table.c[name] for name in HELD]
    found = (
        connection.execute(versions(ITEM, moment, shown).where(ITEM.table.c.code.in_(chunk))) for chunk in chunks(codes)
    )
    return [row for rows in found for row in rows]


def shown_of_batch(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """All that a version says, the days on which the batch is in force, and how many of its items are."""
    return *of_document(TRANSFER, asked), held_count(TRANSFER, asked).label("item_count")


def get_batch(connection: Connection, code: str, moment: Moment) -> Record | None:
    asked = Asked(moment.latest)
    found = versions(TRANSFER, asked, shown_of_batch(asked)).where(TRANSFER.table.c.code == code)
    return connection.execute(found, at(moment)).one_or_none()


def get_department(connection: Connection, code: str, moment: Moment) -> Record | None:
    department = DEPARTMENT.table.c
    found = versions(DEPARTMENT, moment, [department.name, department.division_code]).where(department.code == code)
    return connection.execute(found).one_or_none()


def called_now(connection: Connection, codes: Collection[str], division: str, moment: Moment) -> dict[str, str]:
    """Of codes that the division's items have on other days, the codes that these have at the moment."""
    holders, item = holders_ever(connection, ITEM, codes), ITEM.table.c
    of_items = {code: held.get(sharing(ITEM, code, division)) for code, held in holders.items()}
    found = (
        connection.execute(versions(ITEM, moment, [item.id, item.code]).where(item.id.in_(chunk)))
        for chunk in chunks({number for number in of_items.values() if number is not None})
    )
    now = {row.id: row.code for rows in found for row in rows}
    return {code: now[number] for code, number in of_items.items() if number in now}


def standing(connection: Connection, codes: Collection[str], moment: Moment) -> set[str]:
    """Those of the codes that are of departments in force."""
    code = DEPARTMENT.table.c.code
    found = (versions(DEPARTMENT, moment, [code]).where(code.in_(chunk)) for chunk in chunks(codes))
    return {code for statement in found for code in connection.execute(statement).scalars()}


def entries_in_force(connection: Connection, within: str | None, moment: Moment) -> Sequence[Record]:
    """What every batch in force hands over."""
    wanted = lies_in(TRANSFER, moment, within)
    return connection.execute(versions(TRANSFER, moment, [TRANSFER.table.c.entries]).where(*wanted)).all()


def count_transferred(connection: Connection, within: str | None, moment: Moment) -> int:
    """The items for which `is_transferred` is true at the moment."""
    asked = Asked(moment.latest)
    wanted = (ITEM.table.c.id.in_(named_by(TRANSFER, asked)), *lies_in(ITEM, moment, within))
    counted = versions(ITEM, asked, [func.count()]).where(*wanted)
    return int(connection.execute(counted, at(moment)).scalar_one())


def first_named(connection: Connection, batch: int, version: int, moment: Moment) -> dict[int, date]:
    """By the place of an item in a version of a batch, the first day on which the batch names the item."""
    mine, begins = named_item.alias("mine"), TRANSFER.table.c.valid_from
    joined = TRANSFER.table.join(named_item, naming(TRANSFER)).join(mine, mine.c.item_id == named_item.c.item_id)
    known = history(TRANSFER, moment, [mine.c.position, func.min(begins)]).select_from(joined)
    known = known.where(mine.c.object == TRANSFER.name, mine.c.version_id == version)
    known = known.where(TRANSFER.table.c.id == batch, begins <= moment.as_of)
    return dict(connection.execute(known.group_by(mine.c.position)).all())


def hand_overs(connection: Connection, item: int, moment: Moment) -> Sequence[Record]:
    """Every version of a batch that names the item and began by the day, with the item's place in it, and until when
    the batch holds.
    """
    batch, whole = TRANSFER.table.c, TRANSFER.table.alias("whole")
    until = select(func.max(whole.c.valid_to)).where(whole.c.id == batch.id, known_of(whole, moment)).scalar_subquery()
    known = history(TRANSFER, moment, [*batch, named_item.c.position, until.label("until")])
    known = known.select_from(TRANSFER.table.join(named_item, naming(TRANSFER)))
    mine = known.where(named_item.c.item_id == item, batch.valid_from <= moment.as_of)
    return connection.execute(mine.order_by(batch.valid_from, batch.code)).all()
