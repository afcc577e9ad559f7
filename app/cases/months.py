"""Counts of one month beside their items: as each item last was in that month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, Text, and_, bindparam, exists
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
    it. Of an item that is not known of that month at all nothing is said: all its elements are null.
    """
    known = (counts.month == MONTH, known_of(case_count, asked), *conditions)
    looked_at = {part.table for each in (*columns, *conditions) for part in iterate(each) if isinstance(part, Column)}
    if ITEM.table not in looked_at:
        return ever(columns).where(*known)
    return ever(columns).select_from(case_count.outerjoin(ITEM.table, _last_in_month(asked))).where(*known)


def _last_in_month(asked: Asked) -> ColumnElement[bool]:
    """The last version of the item that held in the month."""
    item, later = ITEM.table, ITEM.table.alias("later")
    then = and_(known_of(item, asked), item.c.valid_from <= AS_OF, item.c.valid_to > FIRST_DAY)
    after = exists().where(
        later.c.id == item.c.id,
        known_of(later, asked),
        later.c.valid_from > item.c.valid_from,
        later.c.valid_from <= AS_OF,
    )
    return and_(item.c.id == counts.item_id, then, ~after)


def in_month(month: Month) -> dict[str, str | date]:
    """What a statement on a month runs with, besides the revision."""
    return {"month": str(month), "month_first_day": month.first_day, "moment_as_of": month.last_day}
