"""A draft that is applied on trial, and the items that it writes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, case, func, literal, select

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_DAY
from app.catalogue.versions import OPEN
from app.changes.models import entry
from app.db import Statement


@dataclass(frozen=True, slots=True)
class Tried:
    """A change set that was applied as a revision, in a transaction that is rolled back.

    One that only `restores` what was published before answers for nothing of it.
    """

    number: int
    revision: int
    today: date
    restores: bool = False

    def before(self, day: date) -> Moment:
        return Moment(day, None, self.revision - 1, self.revision)

    def after(self, day: date) -> Moment:
        return Moment(day, None, self.revision, self.revision)


def written(tried: Tried) -> Statement:
    """Days, with the ids and codes of items that begin to be on them what the draft makes of them.

    What merely was cut at the draft's edges is not among them: of a version only the days of an entry are looked at.
    """
    version = ITEM.table.c
    day = case((version.valid_from > entry.c.effective_on, version.valid_from), else_=entry.c.effective_on)
    until = func.coalesce(entry.c.until, literal(OPEN_DAY, Date()))
    return (
        select(day.label("day"), version.id, version.code)
        .join(entry, entry.c.object_id == version.id)
        .where(entry.c.change_set_id == tried.number, entry.c.object == ITEM.name)
        .where(version.recorded_in == tried.revision, version.superseded_in == OPEN)
        .where(version.valid_from < until, version.valid_to > entry.c.effective_on)
        .distinct()
    )
