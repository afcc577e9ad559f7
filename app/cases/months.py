"""Counts of some months beside their items: as each item last was in the month that is counted."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    FromClause,
    Text,
    and_,
    bindparam,
    except_,
    exists,
    func,
    literal_column,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.sql.visitors import iterate

from app.cases.models import case_count
from app.catalogue.objects import ITEM, catalogue_object
from app.catalogue.periods import Period
from app.catalogue.versions import AS_OF, Asked, ever, known_of
from app.db import Statement

# The months that a statement is about. AS_OF is the last day of the last of them.
FIRST_MONTH: ColumnElement[Any] = bindparam("first_month", type_=Text())
LAST_MONTH: ColumnElement[Any] = bindparam("last_month", type_=Text())
FIRST_DAY: ColumnElement[Any] = bindparam("period_first_day", type_=Date())
OF_PERIOD = frozenset({"first_month", "last_month", "period_first_day", "moment_as_of"})
counts = case_count.c
MONTH_BEGINS: ColumnElement[Any] = func.date(counts.month + literal_column("'-01'"), type_=Date())


def in_period(period: Period) -> dict[str, str | date]:
    """What a statement on a period runs with, besides the revision."""
    days = {"period_first_day": period.first_day, "moment_as_of": period.last_day}
    return {"first_month": str(period.first), "last_month": str(period.last), **days}


def names_the_day(parts: Iterable[ColumnElement[Any]]) -> bool:
    """Whether what is asked of an item may be otherwise on another day, though the item stays as it is: lists, the name of
    its department. Then each month is asked by itself.
    """
    return any(each is AS_OF for part in parts for each in iterate(part))


def of_period(
    asked: Asked,
    groups: Sequence[ColumnElement[Any]],
    amounts: Sequence[ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[Statement]:
    """The groups, item and amounts (all labelled) of the counts of a period (see `in_period`) as known at a moment, each
    once, in one statement or in two. Where items count, amounts are summed up by what an item said: they are read in that
    order, and few are left to be sorted into groups.

    What an item says is what it said on the last day of the month, or, where it ended before, on its own last day in
    it. Where it is known otherwise by then that it was not in force in the month at all, it says what was known of the
    month last: what was handled stays where it was handled.
    """
    of_months = (counts.month.between(FIRST_MONTH, LAST_MONTH), known_of(case_count, asked), *conditions)
    if ITEM.table not in _tables((*groups, *amounts, *conditions)):
        return [ever((*groups, counts.item_id, *amounts)).where(*of_months)]
    sums = (func.sum(each).label(each.name) for each in amounts)
    of_counts = (each for each in groups if _tables([each]) != {ITEM.table})
    chosen = ever((*groups, counts.item_id, *sums)).where(*of_months)
    by_version = chosen.group_by(ITEM.table.c.version_id, counts.item_id, *of_counts)
    in_force = case_count.join(ITEM.table, _last_in_month(asked))
    given_up = case_count.outerjoin(ITEM.table, _last_known_in_month(asked))
    return [by_version.select_from(in_force), by_version.select_from(given_up).where(_is_given_up(asked))]


def _tables(parts: Iterable[ColumnElement[Any]]) -> set[FromClause]:
    return {part.table for each in parts for part in iterate(each) if isinstance(part, Column)}


def _last_in_month(asked: Asked) -> ColumnElement[bool]:
    """The last version of the item that held in the month. One that outlasts the month is it; others are rare."""
    item, later = ITEM.table.c, ITEM.table.alias("later")
    begun_later = and_(later.c.valid_from > item.valid_from, later.c.valid_from <= counts.last_day)
    followed = exists().where(later.c.id == item.id, known_of(later, asked), begun_later)
    ended_in_it = and_(item.valid_to > MONTH_BEGINS, ~followed)
    in_period_at_all = and_(item.valid_from <= AS_OF, item.valid_to > FIRST_DAY)
    of_month = and_(item.valid_from <= counts.last_day, or_(item.valid_to > counts.last_day, ended_in_it))
    return and_(item.id == counts.item_id, known_of(ITEM.table, asked), in_period_at_all, of_month)


def _is_given_up(asked: Asked) -> ColumnElement[bool]:
    """Nothing is known any more of the item in the month: looked for only among items that don't hold all the time."""
    always, other = ITEM.table.alias("always"), ITEM.table.alias("other")
    whole = and_(always.c.valid_from <= FIRST_DAY, always.c.valid_to > AS_OF)
    items = select(catalogue_object.c.id).where(catalogue_object.c.object == ITEM.name)
    changing = except_(items, select(always.c.id).where(known_of(always, asked), whole))
    known = exists().where(other.c.id == counts.item_id, known_of(other, asked), _within_month(other))
    return and_(counts.item_id.in_(changing), ~known)


def _last_known_in_month(asked: Asked) -> ColumnElement[bool]:
    """The version that was known last to hold in the month."""
    item, longer = ITEM.table, ITEM.table.alias("longer")
    same = and_(longer.c.id == item.c.id, longer.c.recorded_in <= asked.revision, _within_month(longer))
    outlived = exists().where(same, _was_known_longer(longer))
    return and_(item.c.id == counts.item_id, item.c.recorded_in <= asked.revision, _within_month(item), ~outlived)


def _within_month(versions: FromClause) -> ColumnElement[bool]:
    return and_(versions.c.valid_from <= counts.last_day, versions.c.valid_to > MONTH_BEGINS)


def _was_known_longer(other: FromClause) -> ColumnElement[bool]:
    item = ITEM.table.c
    as_long = and_(other.c.superseded_in == item.superseded_in, other.c.valid_from > item.valid_from)
    return or_(other.c.superseded_in > item.superseded_in, as_long)
