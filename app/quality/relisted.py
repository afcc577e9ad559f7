"""What lists, transfers and agreements that a draft writes do to the findings of items that it leaves as they are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from sqlalchemy import Column, Connection, Table, select
from sqlalchemy.sql.visitors import iterate

from app.catalogue.objects import AGREEMENT, ITEM, LIST, NAMING, OBJECT_TYPES
from app.catalogue.properties import item_filters
from app.catalogue.reads import chunks
from app.catalogue.versions import ever, versions
from app.changes.models import entry
from app.quality.exemptions.queries import exempt_among
from app.quality.queries import broken_in
from app.quality.rules import Rule
from app.quality.tried import Tried, written
from app.quality.verdicts import Changed

ABOUT_ITEMS = [kind.name for kind in (LIST, *NAMING)]
NONE = frozenset[str]()


@dataclass(slots=True)
class Written:
    """What a draft begins to say of items on a day: in which tables, about which divisions, from which entry on."""

    position: int
    tables: set[Table] = field(default_factory=set)
    divisions: set[str] = field(default_factory=set)


def relisted(connection: Connection, tried: Tried, rules: Sequence[Rule]) -> Iterator[Changed]:
    """The items of the divisions concerned that break, before or after, a rule that asks for what the draft writes.

    Those that the draft itself writes on the day are left out. Some statements for each day, none for each item.
    """
    for day, of_day in sorted(_written(connection, tried).items()):
        asking = [rule for rule in rules if looked_at(rule.filter) & of_day.tables]
        broken = broken_in(connection, asking, tried.before(day), of_day.divisions)
        breaks = broken_in(connection, asking, tried.after(day), of_day.divisions)
        for ids in chunks(broken.keys() | breaks.keys()):
            exempt = exempt_among(connection, ids, asking, max(day, tried.today))
            for number, code in _left_alone(connection, tried, day, ids).items():
                sides = broken.get(number, NONE), breaks.get(number, NONE)
                yield Changed(code, day, of_day.position, *sides, NONE, exempt.get(number, NONE), tried.restores)


@cache
def looked_at(filter_text: str) -> frozenset[Table]:
    """The tables that a filter asks."""
    parts = (part for part in iterate(item_filters().condition(filter_text)) if isinstance(part, Column))
    return frozenset(part.table for part in parts)


def _written(connection: Connection, tried: Tried) -> Mapping[date, Written]:
    shown = (entry.c.effective_on, entry.c.position, entry.c.object, entry.c.division_code, entry.c.object_id)
    mine = select(*shown).where(entry.c.change_set_id == tried.number, entry.c.object.in_(ABOUT_ITEMS))
    rows = connection.execute(mine.order_by(entry.c.position)).all()
    partners = _partners(connection, {row.object_id for row in rows if row.object == AGREEMENT.name})
    found: dict[date, Written] = {}
    for row in rows:
        of_day = found.setdefault(row.effective_on, Written(row.position))
        of_day.tables.add(OBJECT_TYPES[row.object].table)
        of_day.divisions |= {row.division_code, *partners.get(row.object_id, ())}
    return found


def _partners(connection: Connection, agreements: Collection[int]) -> dict[int, set[str]]:
    """The divisions with which agreements are, or were."""
    columns, found = AGREEMENT.table.c, dict[int, set[str]]()
    for chunk in chunks(agreements):
        named = ever([columns.id, columns.partner_division_code]).where(columns.id.in_(chunk))
        for number, division in connection.execute(named):
            found.setdefault(number, set()).add(division)
    return found


def _left_alone(connection: Connection, tried: Tried, day: date, ids: Collection[int]) -> dict[int, str]:
    """Those of the items that there are on the day afterwards and that the draft doesn't write then, with their codes."""
    columns, of_draft = ITEM.table.c, written(tried).subquery("of_draft")
    own = select(of_draft.c.id).where(of_draft.c.day == day)
    there = versions(ITEM, tried.after(day), [columns.id, columns.code])
    return dict(connection.execute(there.where(columns.id.in_(ids), columns.id.not_in(own))).all())
