"""What is in the one door of a place at a moment, what is not, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment
from app.catalogue.queries import department_names
from app.catalogue.versions import Asked, at
from app.db import Record, Statement
from app.lists.one_door import queries
from app.lists.one_door.queries import Place


@dataclass(frozen=True)
class Windows:
    """Some of the windows, alike ones together."""

    groups: Sequence[Record]

    @property
    def total(self) -> int:
        return sum(each.size for each in self.groups)

    def comprehensive(self, value: bool | None) -> int:  # noqa: FBT001 - a value of the element
        return sum(each.size for each in self.groups if each.is_comprehensive is value)

    @property
    def kinds(self) -> Counter[str | None]:
        kinds: Counter[str | None] = Counter()
        for each in self.groups:
            kinds[each.window_kind] += each.size
        return kinds

    @property
    def staffed(self) -> int:
        """How many of them state their staff."""
        return sum(each.staffed for each in self.groups)

    @property
    def staff(self) -> int | None:
        """The people at the windows that state them; of none nothing is known."""
        return int(sum(each.staff or 0 for each in self.groups)) if self.staffed else None


@dataclass(frozen=True)
class Door:
    """All that was counted: items by department and by reason, windows, halls."""

    place: Place
    moment: Moment
    items: dict[str, Record]
    reasons: Counter[str | None]
    halls: Sequence[Record]
    names: dict[str, str]
    windows: Windows

    def of(self, name: str, department: str | None = None) -> int:
        """How many items are in one of SETS, of all departments or of one."""
        rows = self.items.values() if department is None else filter(None, [self.items.get(department)])
        return sum(row._mapping[name] for row in rows)

    @cached_property
    def by_department(self) -> dict[Any, Windows]:
        return _grouped(self.windows, "department_code")

    @cached_property
    def by_hall(self) -> dict[Any, Windows]:
        return _grouped(self.windows, "hall_code")

    @property
    def departments(self) -> list[str]:
        """Those that have an item in use or a window."""
        return sorted(self.items.keys() | self.by_department.keys())

    @property
    def with_entered_item(self) -> set[str]:
        return {code for code, row in self.items.items() if row.entered}

    @property
    def with_window(self) -> set[str]:
        return set(self.by_department)


def _grouped(windows: Windows, column: str) -> dict[Any, Windows]:
    groups: dict[Any, list[Record]] = {}
    for each in windows.groups:
        groups.setdefault(each._mapping[column], []).append(each)
    return {key: Windows(rows) for key, rows in groups.items()}


def look(connection: Connection, place: Place, moment: Moment) -> Door:
    """Five grouped statements, however many departments there are. Raises Malformed for a division that never was."""
    demand_division(connection, place.within)
    demand_division(connection, place.division_code, "division_code")
    asked = Asked(moment.latest)

    def rows(statement: Statement) -> Sequence[Record]:
        return connection.execute(statement, at(moment)).all()

    return Door(
        place,
        moment,
        items={row.department_code: row for row in rows(queries.items_by_department(place, asked))},
        reasons=Counter({row.not_in_hall_reason: row.size for row in rows(queries.items_by_reason(place, asked))}),
        halls=rows(queries.halls(place, asked)),
        names=department_names(connection, moment),
        windows=Windows(rows(queries.windows_by_hall(place, asked))),
    )
