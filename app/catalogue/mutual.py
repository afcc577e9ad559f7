"""Whether both sides of an agreement say that they handle an item for each other: SQL at a moment."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT, DEPARTMENT, ITEM
from app.catalogue.versions import Asked, holding, versions
from app.db import PlainText, Statement

THEIRS, NAMED_BY_THEM = AGREEMENT.table.alias("theirs"), named_item.alias("named_by_them")
OUR_ITEM, THEIR_ITEM = ITEM.table.alias("our_item"), ITEM.table.alias("their_item")


class PartnerCode(FunctionElement[str]):
    """The partner's code in the entry at a place of an agreement; null where it is not stated."""

    type = PlainText
    inherit_cache = True


@compiles(PartnerCode, "sqlite")
def _partner_code_on_sqlite(element: PartnerCode, compiler: SQLCompiler, **options: Any) -> str:
    entries, place = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract({entries}, '$[' || {place} || '].partner_code')"


@compiles(PartnerCode, "postgresql")
def _partner_code_on_postgresql(element: PartnerCode, compiler: SQLCompiler, **options: Any) -> str:
    entries, place = (compiler.process(each, **options) for each in element.clauses)
    return f"({entries} -> {place} ->> 'partner_code')"


def is_one_sided(asked: Asked) -> ColumnElement[bool]:
    """Whether an agreement names the item with a partner of this catalogue, and none of the partner's its counterpart.

    Two entries mean each other where one gives the other's code; where ours gives none, by the basic code. Where that is
    not known either, an agreement of the partner with us may mean the item: that is not held against it.
    """
    return case((ITEM.table.c.id.in_(_one_sided(asked)), true()), else_=false())


def _one_sided(asked: Asked) -> Statement:
    ours = AGREEMENT.table
    is_named = and_(named_item.c.object == AGREEMENT.name, named_item.c.version_id == ours.c.version_id)
    ours_with_items = ours.join(named_item, is_named).join(OUR_ITEM, OUR_ITEM.c.id == named_item.c.item_id)
    named = versions(AGREEMENT, asked, [named_item.c.item_id]).select_from(ours_with_items)
    is_here = ours.c.partner_division_code.in_(_divisions_with_items(asked))
    return named.where(holding(OUR_ITEM, asked), is_here, ~_counterpart_is_named(asked))


def _divisions_with_items(asked: Asked) -> Statement:
    """Those with a department that has items."""
    department, item = DEPARTMENT.table.c, ITEM.table.alias("item_here")
    has_items = exists().where(item.c.department_code == department.code, holding(item, asked))
    return versions(DEPARTMENT, asked, [department.division_code]).where(has_items)


def _counterpart_is_named(asked: Asked) -> ColumnElement[bool]:
    ours, basic = AGREEMENT.table.c, OUR_ITEM.c.catalog_code
    back = and_(
        THEIRS.c.division_code == ours.partner_division_code,
        THEIRS.c.partner_division_code == ours.division_code,
        holding(THEIRS, asked),
    )
    given = PartnerCode(ours.entries, named_item.c.position)
    given_by_them = PartnerCode(THEIRS.c.entries, NAMED_BY_THEM.c.position)
    means_theirs = given.in_([NAMED_BY_THEM.c.code, THEIR_ITEM.c.code])
    means_ours = given_by_them.in_([named_item.c.code, OUR_ITEM.c.code])
    is_alike = and_(given.is_(None), or_(basic.is_(None), THEIR_ITEM.c.catalog_code == basic))
    named = and_(NAMED_BY_THEM.c.object == AGREEMENT.name, NAMED_BY_THEM.c.version_id == THEIRS.c.version_id)
    held = and_(THEIR_ITEM.c.id == NAMED_BY_THEM.c.item_id, holding(THEIR_ITEM, asked))
    return (
        exists()
        .where(back, named, held, or_(means_theirs, means_ours, is_alike))
        .correlate(AGREEMENT.table, named_item, OUR_ITEM)
    )
