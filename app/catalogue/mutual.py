"""Whether both sides of an agreement say that they handle an item for each other: SQL at a moment."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, select, true

from app.catalogue.entry_text import EntryText
from app.catalogue.named import named_item, naming
from app.catalogue.objects import AGREEMENT, ITEM
from app.catalogue.versions import Asked, holding, versions
from app.db import Statement

THEIRS, NAMED_BY_THEM = AGREEMENT.table.alias("theirs"), named_item.alias("named_by_them")
OUR_ITEM, THEIR_ITEM = ITEM.table.alias("our_item"), ITEM.table.alias("their_item")


def is_one_sided(asked: Asked) -> ColumnElement[bool]:
    """Whether an agreement names the item with a partner of this catalogue, and none of the partner's its counterpart.

    Two entries mean each other where one gives the other's code; where ours gives none, by the basic code. Where that is
    not known either, an agreement of the partner with us may mean the item: that is not held against it.
    """
    return case((ITEM.table.c.id.in_(one_sided(asked, named_item.c.item_id)), true()), else_=false())


def one_sided(asked: Asked, shown: ColumnElement[Any]) -> Statement:
    """The entries of agreements with a partner of this catalogue, none of whose agreements names the counterpart."""
    ours = AGREEMENT.table
    ours_with_items = ours.join(named_item, naming(AGREEMENT)).join(OUR_ITEM, OUR_ITEM.c.id == named_item.c.item_id)
    named = versions(AGREEMENT, asked, [shown]).select_from(ours_with_items)
    is_here = has_items(asked, ours.c.partner_division_code)
    return named.where(holding(OUR_ITEM, asked), is_here, ~_counterpart_is_named(asked))


def has_items(asked: Asked, division_code: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a division is in this catalogue: whether it has an item at the moment."""
    item = ITEM.table.alias("item_there")
    return division_code.in_(select(item.c.division_code).where(holding(item, asked)))


def _counterpart_is_named(asked: Asked) -> ColumnElement[bool]:
    ours, basic = AGREEMENT.table.c, OUR_ITEM.c.catalog_code
    back = and_(
        THEIRS.c.division_code == ours.partner_division_code,
        THEIRS.c.partner_division_code == ours.division_code,
        holding(THEIRS, asked),
    )
    given = EntryText(ours.entries, named_item.c.position, "partner_code")
    given_by_them = EntryText(THEIRS.c.entries, NAMED_BY_THEM.c.position, "partner_code")
    means_theirs = given.in_([NAMED_BY_THEM.c.code, THEIR_ITEM.c.code])
    means_ours = given_by_them.in_([named_item.c.code, OUR_ITEM.c.code])
    theirs = THEIR_ITEM.c.catalog_code
    theirs_may_be_alike = and_(theirs.is_(None), given_by_them.is_(None))
    is_alike = and_(given.is_(None), or_(basic.is_(None), theirs == basic, theirs_may_be_alike))
    named = and_(NAMED_BY_THEM.c.object == AGREEMENT.name, NAMED_BY_THEM.c.version_id == THEIRS.c.version_id)
    held = and_(THEIR_ITEM.c.id == NAMED_BY_THEM.c.item_id, holding(THEIR_ITEM, asked))
    return (
        exists()
        .where(back, named, held, or_(means_theirs, means_ours, is_alike))
        .correlate(AGREEMENT.table, named_item, OUR_ITEM)
    )
