"""What the same item said on the day that is compared with: SQL at a moment.

The same is what has the same id: a code, a name or a department may have been another one then.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from app.catalogue.objects import ITEM
from app.catalogue.versions import BASE, Asked, holding
from app.db import Statement

Swaps: TypeAlias = Sequence[tuple[ColumnElement[Any], ColumnElement[Any]]]

EARLIER = ITEM.table.alias("earlier")
STATED_BEFORE: Mapping[str, str] = {
    "material_count_before": "material_count",
    "process_step_count_before": "process_step_count",
    "promised_limit_before": "promised_limit",
    "promised_limit_unit_before": "promised_limit_unit",
}
ASKED = Asked(latest=False)


@cache
def said_before() -> dict[str, ColumnElement[Any]]:
    """By the names of BEFORE_ELEMENTS, at the moment that `versions.at` fills in; all null where it has no base day."""
    same = _same(ASKED)
    there = exists().where(same).correlate(ITEM.table)
    stated = {name: select(EARLIER.c[column]).where(same) for name, column in STATED_BEFORE.items()}
    correlated = {name: each.correlate(ITEM.table).scalar_subquery() for name, each in stated.items()}
    return {"was_in_force_before": _if_asked(there), **correlated}


def looking_once(selected: Statement, asked: Asked = ASKED, instead: Swaps = ()) -> Statement:
    """The statement over items with one look at the base day for each, not one for each thing that is said of it.

    On the way every first element of `instead` gives place to its second.
    """
    if not any(part is BASE for part in iterate(selected)):
        return swapped(selected, instead) if instead else selected
    joined: dict[str, ColumnElement[Any]] = {name: EARLIER.c[column] for name, column in STATED_BEFORE.items()}
    joined["was_in_force_before"] = _if_asked(EARLIER.c.id.is_not(None))
    looks = [(each, joined[name]) for name, each in said_before().items()]
    return swapped(selected, [*instead, *looks]).select_from(ITEM.table.outerjoin(EARLIER, _same(asked)))


def swapped(selected: Statement, pairs: Swaps) -> Statement:
    """The statement with every first element replaced by its second."""

    def swap(element: Any, **_: Any) -> Any:
        return next((new for old, new in pairs if element is old), None)

    return replacement_traverse(selected, {}, swap)  # type: ignore[return-value] # a statement as it was given


def _same(asked: Asked) -> ColumnElement[bool]:
    return and_(EARLIER.c.id == ITEM.table.c.id, holding(EARLIER, Asked(asked.latest, BASE, asked.revision)))


def _if_asked(there: ColumnElement[bool]) -> ColumnElement[bool]:
    return case((BASE.is_not(None), there))
