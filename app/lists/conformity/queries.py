"""Statements about a list at a moment: its editions, the items that they name, the items that contradict it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, tuple_

from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import EDITION, ITEM, LIST
from app.catalogue.properties import item_filters
from app.catalogue.queries import get_object
from app.catalogue.versions import Asked, at, history, holding, holds, of_document, versions
from app.db import Record, Statement
from app.lists.conformity.comparing import Side


def get_list(connection: Connection, code: str, moment: Moment) -> Record:
    """Raises ObjectNotFound where there is none of the code on the day."""
    return get_object(connection, LIST, moment, code, LIST.table.c)


def find_list(connection: Connection, code: str, moment: Moment) -> Record | None:
    return connection.execute(versions(LIST, moment).where(LIST.table.c.code == code)).one_or_none()


def editions_in_force(connection: Connection, code: str, moment: Moment) -> Sequence[Record]:
    """Of a list, in the order of their batches."""
    shown = versions(EDITION, moment, of_document(EDITION, moment))
    found = connection.execute(shown.where(EDITION.table.c.list_code == code)).all()
    return sorted(found, key=lambda each: (each.batch or 0, each.issued_on or date.min, each.code))


def items_named(connection: Connection, code: str, moment: Moment) -> dict[tuple[str, int], Record]:
    """The items that the editions of a list name, by edition and place, as they are on the day."""
    place, item = (EDITION.table.c.code.label("edition"), named_item.c.position), ITEM.table.c
    shown = [*place, item.id, item.code, item.name, item.division_code, item.catalog_code]
    joined = EDITION.table.join(named_item, naming(EDITION)).join(ITEM.table, item.id == named_item.c.item_id)
    named = versions(EDITION, moment, shown).select_from(joined)
    rows = connection.execute(named.where(EDITION.table.c.list_code == code, holds(ITEM, moment)))
    return {(row.edition, row.position): row for row in rows}


def ended_items(connection: Connection, code: str, moment: Moment) -> Sequence[Record]:
    """The last version of each item that the editions of a list name though it ended by the day, with the edition."""
    item, held = ITEM.table.c, ITEM.table.alias("held")
    joined = EDITION.table.join(named_item, naming(EDITION)).join(ITEM.table, item.id == named_item.c.item_id)
    shown = [EDITION.table.c.code.label("edition"), named_item.c.position]
    shown += [item.id, item.code, item.name, item.division_code, item.valid_from, item.valid_to]
    ended = (
        history(ITEM, moment, shown)
        .select_from(joined)
        .where(
            EDITION.table.c.list_code == code,
            holds(EDITION, moment),
            item.valid_to <= moment.as_of,
            ~exists().where(held.c.id == item.id, holding(held, moment)),
        )
    )
    rows = connection.execute(ended.order_by("edition", named_item.c.position, item.valid_from))
    return list({row.id: row for row in rows}.values())


def mismatch_counts(connection: Connection, filters: Mapping[Side, str], moment: Moment) -> dict[Side, int]:
    conditions = {side: item_filters().condition(text) for side, text in filters.items()}
    numbers = [func.count().filter(condition) for condition in conditions.values()]
    counted = versions(ITEM, Asked(moment.latest), numbers).where(or_(*conditions.values()))
    return dict(zip(conditions, connection.execute(counted, at(moment)).one(), strict=True))


def mismatches(
    connection: Connection,
    filters: Mapping[Side, str],
    element: str,
    moment: Moment,
    after: Sequence[object] = (),
    limit: int | None = None,
) -> Sequence[Record]:
    """Items of the sides with what they say: those that are listed first, each side in order of code."""
    conditions = {side: item_filters().condition(text) for side, text in filters.items()}
    side: ColumnElement[Any] = case(*((condition, name) for name, condition in conditions.items()))
    item, order = ITEM.table.c, (side, ITEM.table.c.code, ITEM.table.c.id)
    stated = item_filters().properties[element].column.label("value")
    shown = [item.id, item.code, item.name, item.division_code, item.department_code, item.catalog_code]
    found = versions(ITEM, Asked(moment.latest), [side.label("side"), *shown, stated]).where(or_(*conditions.values()))
    return connection.execute(_page(found, order, after, limit), at(moment)).all()


def first_met(connection: Connection, among: str, conditions: Sequence[str], moment: Moment) -> dict[int, int]:
    """Of the items that a filter finds, those that meet one of the conditions: which, by the ids of the items."""
    if not conditions:
        return {}
    met = [item_filters().condition(text) for text in conditions]
    which = case(*((condition, place) for place, condition in enumerate(met)))
    found = versions(ITEM, Asked(moment.latest), [ITEM.table.c.id, which])
    found = found.where(item_filters().condition(among), or_(*met))
    return dict(connection.execute(found, at(moment)).all())


def _page(
    found: Statement, order: Sequence[ColumnElement[Any]], after: Sequence[object], limit: int | None
) -> Statement:
    if after:
        found = found.where(tuple_(*order) > tuple_(*after))
    return found.order_by(*order).limit(limit)
