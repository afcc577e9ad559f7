"""What is said of an item by the lists, transfers, agreements and integrated matters that name it: SQL at a moment."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, false, func, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalogue.code_lists import labels
from app.catalogue.mutual import is_one_sided
from app.catalogue.named import is_recorded, named_item, naming
from app.catalogue.objects import AGREEMENT, EDITION, INTEGRATED_MATTER, ITEM, LIST, TRANSFER, ObjectType
from app.catalogue.versions import Asked, history, holds, versions
from app.db import CodeSet, Statement, built_once

# What looks at these may answer otherwise on another day of an item that stays as it is.
OF_LISTS = frozenset({named_item, *(each.table for each in (LIST, EDITION, TRANSFER, AGREEMENT, INTEGRATED_MATTER))})

# The codes that an element gathers: of which objects, and which of their columns.
GATHERED: Mapping[str, tuple[ObjectType, str]] = {
    "lists": (EDITION, "list_code"),
    "agreements": (AGREEMENT, "code"),
    "agreement_partners": (AGREEMENT, "partner_division_code"),
    "integrated_matters": (INTEGRATED_MATTER, "code"),
    "transfers": (TRANSFER, "code"),
}


class JoinedCodes(FunctionElement[tuple[str, ...]]):
    """The codes of all rows as a CodeSet keeps them: each once, in order; `,` of none."""

    type = CodeSet()
    inherit_cache = True


@compiles(JoinedCodes, "sqlite")
def _joined_on_sqlite(element: JoinedCodes, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite joins in no order of ours: an aggregate of our own does (see engines.py)."""
    return f"coalesce(joined_codes({compiler.process(element.clauses, **options)}), ',')"


@compiles(JoinedCodes, "postgresql")
def _joined_on_postgresql(element: JoinedCodes, compiler: SQLCompiler, **options: Any) -> str:
    codes = compiler.process(element.clauses, **options)
    return f"coalesce(',' || string_agg(DISTINCT {codes}, ',' ORDER BY {codes}) || ',', ',')"


@built_once
def said_by_lists(asked: Asked) -> Mapping[str, ColumnElement[Any]]:
    """By the names of LIST_ELEMENTS, at the moment that `versions.at` fills in."""
    return {
        **{name: _gathered(kind, column, asked) for name, (kind, column) in GATHERED.items()},
        **{f"on_{kind}_list": is_on_list(kind, asked) for kind in labels("list_kind") if kind != "own"},
        "is_transferred": _among(TRANSFER, asked, named_by(TRANSFER, asked)),
        "agreement_partner_count": _partner_count(asked),
        "is_in_one_sided_agreement": is_one_sided(asked),
    }


def has_value(asked: Asked) -> dict[str, Callable[[str], ColumnElement[bool]]]:
    """For each of the gathered elements, whether a code is among them."""
    return {name: partial(_is_named_by, kind, column, asked) for name, (kind, column) in GATHERED.items()}


def _is_named_by(kind: ObjectType, column: str, asked: Asked, code: str) -> ColumnElement[bool]:
    return _among(kind, asked, named_by(kind, asked).where(kind.table.c[column] == code))


def _among(kind: ObjectType, asked: Asked, named: Statement) -> ColumnElement[bool]:
    """Whether the item is named; null where nobody recorded objects of the kind in its division."""
    return case((ITEM.table.c.id.in_(named), true()), (is_recorded(kind, asked), false()))


def named_by(kind: ObjectType, asked: Asked) -> Statement:
    """The ids of the items that objects of a kind name at a moment."""
    named = versions(kind, asked, [named_item.c.item_id]).select_from(kind.table.join(named_item, naming(kind)))
    return named.where(named_item.c.item_id.is_not(None))


def _mine(kind: ObjectType, asked: Asked, shown: ColumnElement[Any]) -> Any:
    named = versions(kind, asked, [shown]).select_from(kind.table.join(named_item, naming(kind)))
    return named.where(named_item.c.item_id == ITEM.table.c.id).correlate(ITEM.table).scalar_subquery()


def lists_of(asked: Asked) -> ColumnElement[tuple[str, ...]]:
    """The codes of the lists that the item is on."""
    return _gathered(*GATHERED["lists"], asked)


def _gathered(kind: ObjectType, column: str, asked: Asked) -> ColumnElement[Any]:
    return case((is_recorded(kind, asked), _mine(kind, asked, JoinedCodes(kind.table.c[column]))))


def _partner_count(asked: Asked) -> ColumnElement[Any]:
    count = _mine(AGREEMENT, asked, func.count(distinct(AGREEMENT.table.c.partner_division_code)))
    return case((is_recorded(AGREEMENT, asked), count))


def names_basic_items() -> ColumnElement[bool]:
    """Whether a list is one of the level above, whose entries are no items; one that doesn't say so names items."""
    return func.coalesce(LIST.table.c.entries_of, "items") == "basic_items"


def is_on_list(list_kind: str, asked: Asked) -> ColumnElement[bool]:
    """Whether an edition of a list of this kind names the item; null where its division has had none by the day.

    A list whose last edition ended names nothing: what nobody issued anew is outside it.
    """
    kept, edition = LIST.table.c, EDITION.table.c
    of_kind = and_(kept.code == edition.list_code, kept.list_kind == list_kind, ~names_basic_items())
    with_lists = EDITION.table.join(LIST.table, and_(of_kind, holds(LIST, asked)))
    begun = history(EDITION, asked, [edition.division_code]).where(edition.valid_from <= asked.as_of)
    covered = begun.select_from(with_lists)
    listed = versions(EDITION, asked, [named_item.c.item_id]).select_from(with_lists.join(named_item, naming(EDITION)))
    listed = listed.where(named_item.c.item_id.is_not(None))
    item = ITEM.table.c
    return case((item.division_code.in_(covered), item.id.in_(listed)))
