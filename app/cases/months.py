"""Counts of one month beside their items: as each item last was in that month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, FromClause, Text, and_, bindparam, exists, or_
from sqlalchemy.sql.visitors import iterate

from app.cases.models import case_count
from app.catalogue.objects import ITEM
from app.catalogue.periods import Month
from app.catalogue.versions import AS_OF, Asked, ever, known_of
from app.db import Statement

MONTH: ColumnElement[Any] = bindparam("month", type_=Text())
FIRST_DAY: ColumnElement[Any] = bindparam("month_first_day", type_=Date())
counts = case_count.c


def of_month(
    asked: Asked, columns: Sequence[ColumnElement[Any]], conditions: Sequence[ColumnElement[bool]] = ()
) -> Statement:
    """The counts of a month (see `in_month`) as known at a moment, each once.

    What an item says is what it said on the last day of the month, or, where it ended before, on its own last day in
    it. Where it is known otherwise by then that it was not in force in the month at all, it says what was known of the
    month last: what was handled stays where it was handled.
    """
    known = (counts.month == MONTH, known_of(case_count, asked), *conditions)
    looked_at = {part.table for each in (*columns, *conditions) for part in iterate(each) if isinstance(part, Column)}
    if ITEM.table not in looked_at:
        return ever(columns).where(*known)
    return ever(columns).select_from(case_count.outerjoin(ITEM.table, _last_in_month(asked))).where(*known)


def _last_in_month(asked: Asked) -> ColumnElement[bool]:
    """The last version of the item that held in the month; where none is known to, the last that ever was known to."""
    item, other, later = ITEM.table, ITEM.table.alias("other"), ITEM.table.alias("later")
    in_force = exists().where(other.c.id == counts.item_id, _within_month(other), known_of(other, asked))
    followed = exists().where(_same(later), known_of(later, asked), later.c.valid_from > item.c.valid_from)
    given_up = exists().where(_same(later), later.c.recorded_in <= asked.revision, _was_known_longer(later))
    now = and_(known_of(item, asked), ~followed)
    then = and_(~in_force, item.c.recorded_in <= asked.revision, ~given_up)
    return and_(item.c.id == counts.item_id, _within_month(item), or_(now, then))


def _within_month(versions: FromClause) -> ColumnElement[bool]:
    return and_(versions.c.valid_from <= AS_OF, versions.c.valid_to > FIRST_DAY)


def _same(other: FromClause) -> ColumnElement[bool]:
    """Another version of the item in the month."""
    return and_(other.c.id == ITEM.table.c.id, _within_month(other))


def _was_known_longer(other: FromClause) -> ColumnElement[bool]:
    item = ITEM.table.c
    as_long = and_(other.c.superseded_in == item.superseded_in, other.c.valid_from > item.valid_from)
    return or_(other.c.superseded_in > item.superseded_in, as_long)


OF_MONTH = frozenset({"month", "month_first_day", "moment_as_of"})


def in_month(month: Month) -> dict[str, str | date]:
    """What a statement on a month runs with, besides the revision."""
    return {"month": str(month), "month_first_day": month.first_day, "moment_as_of": month.last_day}
