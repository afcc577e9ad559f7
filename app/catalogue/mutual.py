"""Whether both sides of an agreement say that they handle an item for each other: SQL at a moment."""

from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true, tuple_

from app.catalogue.named import is_recorded, named_item, naming
from app.catalogue.objects import AGREEMENT, ITEM
from app.catalogue.versions import Asked, ever, holding, versions
from app.db import Statement

THEIRS, NAMED_BY_THEM = AGREEMENT.table.alias("theirs"), named_item.alias("named_by_them")
OUR_ITEM, THEIR_ITEM, ITEM_THERE = (ITEM.table.alias(name) for name in ("our_item", "their_item", "item_there"))

Sides: TypeAlias = tuple[str, str]


def is_one_sided(asked: Asked) -> ColumnElement[bool]:
    """Whether an agreement names the item with a partner of this catalogue, and none of the partner's its counterpart.

    Null where that is not so, but other partners are not in this catalogue: what they agreed nobody knows here.

    Two entries mean each other where one gives the other's code; where ours gives none, by the basic code. Where that is
    not known either, an agreement of the partner with us may mean the item: that is not held against it.
    """
    item = ITEM.table.c.id
    nobody_knows = item.in_(_with_partners_elsewhere(asked))
    is_told = and_(is_recorded(AGREEMENT, asked), ~nobody_knows)
    return case((item.in_(one_sided(asked, named_item.c.item_id)), true()), (is_told, false()))


def _with_partners_elsewhere(asked: Asked) -> Statement:
    ours = AGREEMENT.table
    named = versions(AGREEMENT, asked, [named_item.c.item_id]).select_from(ours.join(named_item, naming(AGREEMENT)))
    is_here = func.coalesce(ours.c.partner_division_code.in_(_partners_here(asked)), false())
    return named.where(named_item.c.item_id.is_not(None), ~is_here)


def one_sided(asked: Asked, shown: ColumnElement[Any]) -> Statement:
    """The entries of agreements with a partner of this catalogue, none of whose agreements names the counterpart."""
    is_here = AGREEMENT.table.c.partner_division_code.in_(_partners_here(asked))
    return _named(asked, shown).where(is_here, ~_counterpart_is_named(asked))


def unanswered(asked: Asked, shown: ColumnElement[Any], between: Sides) -> Statement:
    """The same of two divisions, ours and the partner's, wherever that is: no agreements but theirs are read."""
    return _named(asked, shown).where(~_counterpart_is_named(asked, between))


def _named(asked: Asked, shown: ColumnElement[Any]) -> Statement:
    ours = AGREEMENT.table
    ours_with_items = ours.join(named_item, naming(AGREEMENT)).join(OUR_ITEM, OUR_ITEM.c.id == named_item.c.item_id)
    return versions(AGREEMENT, asked, [shown]).select_from(ours_with_items).where(holding(OUR_ITEM, asked))


def _partners_here(asked: Asked) -> Statement:
    """The divisions of this catalogue, or those with which somebody has an agreement: each of these is asked for by the
    index of divisions. That doesn't serve what was known earlier: then the items are gone through, once.
    """
    if not asked.latest:
        return select(ITEM_THERE.c.division_code).where(holding(ITEM_THERE, asked))
    partner = ever([AGREEMENT.table.c.partner_division_code]).distinct().subquery("partner")
    return select(partner.c.partner_division_code).where(has_items(asked, partner.c.partner_division_code))


def has_items(asked: Asked, division_code: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a division is in this catalogue: whether it has an item at the moment."""
    return exists().where(ITEM_THERE.c.division_code == division_code, holding(ITEM_THERE, asked))


def _counterpart_is_named(asked: Asked, between: Sides | None = None) -> ColumnElement[bool]:
    """Never null. What the partner's agreements say is gathered once, then looked up for each of our entries."""
    sides = (AGREEMENT.table.c.division_code, AGREEMENT.table.c.partner_division_code)
    given, given_by_them = named_item.c.partner_code, NAMED_BY_THEM.c.partner_code
    basic, theirs = OUR_ITEM.c.catalog_code, THEIR_ITEM.c.catalog_code
    said_by_partners = partial(_said_by_partners, asked, between)

    def said(ours: ColumnElement[Any], by_them: ColumnElement[Any]) -> ColumnElement[bool]:
        return tuple_(*sides, ours).in_(said_by_partners(by_them).where(by_them.is_not(None)))

    means_theirs = or_(said(given, NAMED_BY_THEM.c.code), said(given, THEIR_ITEM.c.code))
    means_ours = or_(said(named_item.c.code, given_by_them), said(OUR_ITEM.c.code, given_by_them))
    may_be_any = and_(basic.is_(None), tuple_(*sides).in_(said_by_partners()))
    of_no_basic_item = said_by_partners().where(theirs.is_(None), given_by_them.is_(None))
    is_alike = and_(given.is_(None), or_(may_be_any, said(basic, theirs), tuple_(*sides).in_(of_no_basic_item)))
    return func.coalesce(or_(means_theirs, means_ours, is_alike), false())


def _said_by_partners(asked: Asked, between: Sides | None, *shown: ColumnElement[Any]) -> Select[Any]:
    """Of each entry of a partner's agreements: with whom, whose it is, and what is shown of it."""
    theirs = THEIRS.c
    named = and_(NAMED_BY_THEM.c.object == AGREEMENT.name, NAMED_BY_THEM.c.version_id == theirs.version_id)
    entries = THEIRS.join(NAMED_BY_THEM, named).join(THEIR_ITEM, THEIR_ITEM.c.id == NAMED_BY_THEM.c.item_id)
    said = select(theirs.partner_division_code, theirs.division_code, *shown).select_from(entries)
    said = said.where(holding(THEIRS, asked), holding(THEIR_ITEM, asked))
    if between is None:
        return said
    return said.where(theirs.partner_division_code == between[0], theirs.division_code == between[1])
