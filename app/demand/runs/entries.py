"""The items of a division on a day, as the matcher reads them and as its answers name them. One statement each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Connection, bindparam, func, select

from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import ITEM
from app.catalogue.properties import department_name
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, at, versions
from app.changes.models import redaction
from app.db import Prepared, Record, built_once
from app.demand.matching.index import Entry
from app.demand.runs.outcomes import in_use
from app.demand.runs.rules import TEXTS, too_many_items

PERSONS = ("1",)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose lists are looked through: those of a division and all below it, on a day, as known at a revision."""

    within: str
    as_of: date
    revision: int

    @classmethod
    def of(cls, moment: Moment, within: str) -> Self:
        return cls(within, moment.as_of, moment.revision)

    def moment(self, connection: Connection) -> Moment:
        """As the snapshot of this connection reads it, whatever was published since."""
        return Moment(self.as_of, None, self.revision, latest_revision(connection))


def entries_of(connection: Connection, scope: Scope, most: int) -> list[Entry]:
    """The items in use: suspended ones can't meet a demand. Raises TooManyItems where there are more than `most`."""
    item = ITEM.table.c
    shown = [item.id, *(item[name] for name in TEXTS), item.service_objects]
    rows = connection.execute(in_use(scope.within, scope.moment(connection), shown).limit(most + 1)).all()
    if len(rows) > most:
        raise too_many_items(scope.within, most)
    return [
        Entry(row.id, row.name, tuple(row.aliases or ()), row.main_item_name, row.service_objects == PERSONS)
        for row in rows
    ]


def count_entries(connection: Connection, scope: Scope) -> int:
    return int(connection.execute(in_use(scope.within, scope.moment(connection), [func.count()])).scalar_one())


def count_redactions(connection: Connection) -> int:
    """How often words that indexes hold were made unreadable: whoever keeps an index from before has them still."""
    of_words = (redaction.c.object == ITEM.name, redaction.c.field.in_(TEXTS), redaction.c.done_at.is_not(None))
    return int(connection.execute(select(func.count()).select_from(redaction).where(*of_words)).scalar_one())


def items_of(connection: Connection, scope: Scope, ids: Collection[int]) -> dict[int, Record]:
    """What answers say of items, by their ids: code, name, aliases, main item, department, is_online, status."""
    moment = scope.moment(connection)
    statement = _named(Asked(moment.latest))
    return {
        row.id: row for chunk in chunks(sorted(ids)) for row in statement.on(connection, at(moment) | {"ids": chunk})
    }


@built_once
def _named(asked: Asked) -> Prepared:
    item = ITEM.table.c
    shown: list[Any] = [
        item.id, item.code, item.name, item.aliases, item.main_item_name, item.division_code, item.department_code,
        item.is_online, item.status, department_name(asked).label("department_name"),
    ]  # fmt: skip
    return Prepared(versions(ITEM, asked, shown).where(item.id.in_(bindparam("ids", expanding=True))))
