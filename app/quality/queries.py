"""Statements about findings."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.properties import item_filters
from app.catalogue.versions import at, versions
from app.quality.rules import Rule


def broken_by(
    connection: Connection, rules: Sequence[Rule], moment: Moment, ids: Collection[int] | None = None
) -> dict[int, frozenset[str]]:
    """The keys of the rules that each item breaks at the moment."""
    number = ITEM.table.c.id
    broken = [item_filters().condition(rule.filter).label(rule.key) for rule in rules]
    statement = versions(ITEM, moment, [number, *broken])
    if ids is not None:
        statement = statement.where(number.in_(ids))
    rows = connection.execute(statement, at(moment))
    found = {row[0]: frozenset(rule.key for rule, broken in zip(rules, row[1:], strict=True) if broken) for row in rows}
    return {item: keys for item, keys in found.items() if keys}
