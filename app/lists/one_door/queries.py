"""Statements over the items, windows, halls and departments of a place. Each is grouped; none is asked twice."""

from dataclasses import dataclass

from sqlalchemy import func, or_

from app.catalogue.objects import HALL, ITEM, WINDOW
from app.catalogue.params import ItemQuestion
from app.catalogue.places import lies_in
from app.catalogue.properties import item_filters
from app.catalogue.versions import Asked, versions
from app.db import Statement, built_once
from app.lists.one_door.rules import SETS


@dataclass(frozen=True, slots=True)
class Place:
    """A division with all below it, or that one alone."""

    within: str | None = None
    division_code: str | None = None

    @property
    def divisions(self) -> tuple[str, ...]:
        return (self.division_code,) if self.division_code else ()

    def question(self, items: str, department: str | None = None) -> ItemQuestion:
        """The items of a set (CQL2) in this place, of one department where it is named."""
        asked = {"division_code": self.division_code, "department_code": department}
        values = tuple((name, (code,)) for name, code in asked.items() if code)
        return ItemQuestion(values, within=self.within, filter=items)


@built_once
def items_by_department(place: Place, asked: Asked) -> Statement:
    """By department: how many items are in each of SETS."""
    department, condition = ITEM.table.c.department_code, item_filters().condition
    counts = [func.count().filter(condition(text)).label(name) for name, text in SETS.items()]
    items = versions(ITEM, asked, [department, *counts]).where(*place.question(SETS["in_use"]).conditions())
    return items.group_by(department)


@built_once
def items_by_reason(place: Place, asked: Asked) -> Statement:
    """Why items have not entered: (reason, size), the reason null where none is stated."""
    reason = ITEM.table.c.not_in_hall_reason
    items = versions(ITEM, asked, [reason, func.count().label("size")])
    return items.where(*place.question(SETS["not_entered"]).conditions()).group_by(reason)


@built_once
def windows_by_hall(place: Place, asked: Asked) -> Statement:
    """Alike windows together: how many, how many of them state their staff (`staffed`), how many people that is."""
    window = WINDOW.table.c
    alike = (window.hall_code, window.department_code, window.window_kind, window.is_comprehensive)
    staff = (func.count(window.staff_count).label("staffed"), func.sum(window.staff_count).label("staff"))
    windows = versions(WINDOW, asked, [*alike, func.count().label("size"), *staff])
    return windows.where(*lies_in(WINDOW, asked, place.within, place.divisions)).group_by(*alike)


@built_once
def halls(place: Place, asked: Asked) -> Statement:
    """The halls of the place, and those elsewhere in which its departments have a window."""
    hall, window = HALL.table.c, WINDOW.table.c
    named = versions(WINDOW, asked, [window.hall_code]).where(
        *lies_in(WINDOW, asked, place.within, place.divisions), window.hall_code.is_not(None)
    )
    wanted = lies_in(HALL, asked, place.within, place.divisions)
    shown = [hall.code, hall.name, hall.division_code, hall.hall_kind, hall.address]
    found = versions(HALL, asked, shown).order_by(hall.code)
    return found.where(or_(*wanted, hall.code.in_(named))) if wanted else found
