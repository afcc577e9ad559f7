"""Statements about batches of transfers and the items they hand over."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func

from app.catalogue.body_filter import condition_of
from app.catalogue.membership import named_by
from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import DEPARTMENT, ITEM, TRANSFER
from app.catalogue.places import lies_in
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, at, history, versions
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


def to_hand_over(connection: Connection, filter_: str, division: str, to: str, moment: Moment) -> Sequence[Record]:
    """The items of a division that a filter finds, without those that are with the department already.

    Raises Malformed with what is wrong with the filter.
    """
    shown, item = [ITEM.table.c[name] for name in HELD], ITEM.table.c
    wanted = (condition_of(connection, filter_), item.division_code == division, item.department_code != to)
    found = versions(ITEM, Asked(moment.latest), shown).where(*wanted).order_by(item.code, item.id)
    return connection.execute(found, at(moment)).all()


def shown_of_batch(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """All that a version says, and how many of its items are in force."""
    return *TRANSFER.table.c, held_count(TRANSFER, asked).label("item_count")


def get_batch(connection: Connection, code: str, moment: Moment) -> Record | None:
    asked = Asked(moment.latest)
    found = versions(TRANSFER, asked, shown_of_batch(asked)).where(TRANSFER.table.c.code == code)
    return connection.execute(found, at(moment)).one_or_none()


def first_days(connection: Connection, ids: Collection[int], moment: Moment) -> dict[int, object]:
    """The day on which each batch came into force."""
    batch = TRANSFER.table.c
    known = history(TRANSFER, moment, [batch.id, func.min(batch.valid_from)]).where(batch.id.in_(ids))
    return dict(connection.execute(known.group_by(batch.id)).all())


def get_department(connection: Connection, code: str, moment: Moment) -> Record | None:
    department = DEPARTMENT.table.c
    found = versions(DEPARTMENT, moment, [department.name, department.division_code]).where(department.code == code)
    return connection.execute(found).one_or_none()


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


def hand_overs(connection: Connection, item: int, moment: Moment) -> Sequence[Record]:
    """Every version of a batch that names the item and began by the day, with the item's place in it."""
    batch = TRANSFER.table.c
    known = history(TRANSFER, moment, [*batch, named_item.c.position])
    known = known.select_from(TRANSFER.table.join(named_item, naming(TRANSFER)))
    mine = known.where(named_item.c.item_id == item, batch.valid_from <= moment.as_of)
    return connection.execute(mine.order_by(batch.valid_from, batch.code)).all()
