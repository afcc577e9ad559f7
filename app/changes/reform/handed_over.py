"""An open batch of transfers names an item for as long as the item is with the department that took it over.

A batch that is only planned may be called off, from its first day on; an undoing takes back what it undoes.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Connection, Subquery, and_, distinct, exists, func, or_, select, union

from app.catalogue.moments import revision
from app.catalogue.named import named_item
from app.catalogue.objects import ITEM, TRANSFER
from app.catalogue.versions import OPEN, ever
from app.changes.models import change_set
from app.changes.reform.transfers import SHOWN
from app.clock import SHANGHAI
from app.db import Record, Statement
from app.errors import Fault, fault

WAS, NOW = TRANSFER.table.alias("was"), TRANSFER.table.alias("now")
NAMED, STILL = named_item.alias("named"), named_item.alias("still")


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    of_revision = select(revision.c.published_at, revision.c.starts_on, change_set.c.undoes)
    of_revision = of_revision.outerjoin_from(revision, change_set, change_set.c.id == revision.c.change_set)
    known = connection.execute(of_revision.where(revision.c.number == number)).one()
    if known.undoes is None:
        today = known.published_at.astimezone(SHANGHAI).date()
        yield from map(_left_out, connection.execute(_no_longer_named(number, known.starts_on, today)))


def _no_longer_named(number: int, starts_on: date, today: date) -> Statement:
    """Of each batch the items that it named on a day, names no more, and that are with its department on it."""
    edge, held = _edges(number), ITEM.table
    named = and_(NAMED.c.object == TRANSFER.name, NAMED.c.version_id == WAS.c.version_id)
    is_edge = and_(edge.c.id == WAS.c.id, WAS.c.valid_from <= edge.c.day, WAS.c.valid_to > edge.c.day)
    with_it = and_(held.c.id == NAMED.c.item_id, held.c.department_code == WAS.c.department_code)
    on_it = and_(held.c.superseded_in == OPEN, held.c.valid_from <= edge.c.day, held.c.valid_to > edge.c.day)
    joined = WAS.join(NAMED, named).join(edge, is_edge).join(held, and_(with_it, on_it))
    shown = [
        WAS.c.code, WAS.c.department_code.label("to"), func.count(distinct(NAMED.c.item_id)).label("items"),
        func.min(NAMED.c.code).label("item"), func.min(edge.c.day).label("day"),
    ]  # fmt: skip
    begun = or_(edge.c.day <= today, _names(NOW.c.id == WAS.c.id, NOW.c.valid_to <= edge.c.day))
    same_department = NOW.c.department_code == WAS.c.department_code
    named_still = _names(same_department, NOW.c.valid_from <= edge.c.day, NOW.c.valid_to > edge.c.day)
    lost = (WAS.c.superseded_in == number, WAS.c.is_closed.is_not(True), edge.c.day > starts_on, begun, ~named_still)
    by_batch = ever(shown).select_from(joined).where(*lost).group_by(WAS.c.code, WAS.c.department_code)
    return by_batch.order_by(WAS.c.code).limit(SHOWN)


def _edges(number: int) -> Subquery:
    """The days on which the batches that the revision changes begin, change and end, or did before it."""
    edge = TRANSFER.table.alias("edge")
    changed = ever([edge.c.id]).where(edge.c.superseded_in == number)
    days = [
        select(WAS.c.id, day.label("day")).where(WAS.c.id.in_(changed), WAS.c.superseded_in.in_((OPEN, number)))
        for day in (WAS.c.valid_from, WAS.c.valid_to)
    ]
    return union(*days).subquery("edges")


def _names(*of_batch: ColumnElement[bool]) -> ColumnElement[bool]:
    """A batch as it is known now names the item."""
    named = and_(STILL.c.object == TRANSFER.name, STILL.c.version_id == NOW.c.version_id)
    return exists().where(named, STILL.c.item_id == NAMED.c.item_id, NOW.c.superseded_in == OPEN, *of_batch)


def _left_out(row: Record) -> Fault:
    return fault(
        f"划转批次 {row.code} 里有 {row.items} 个事项（{row.item}{' 等' if row.items > 1 else ''}）从 {row.day} 起不再写明，"
        f"而它们那天仍属于划入部门 {row.to}：已经移交的要一直写着。要移回去的，先办结这一批"
        f"（POST /v1/transfers/{row.code}/close），再另开一批；写错的，撤销写入它的变更单"
        "（POST /v1/change-sets/{变更单号}/undo）。",
        f"From {row.day} on, {row.code} leaves out {row.items} items that stay with {row.to}. Hand them back by "
        "another batch, or undo what handed them over.",
        pointer="/content/entries", value=row.item, rule="handed-over-left-out",
    )  # fmt: skip
