"""A thousand edits as they come over the months: corrections of the past, suspensions, cancellations, new items."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from app.changes.rules import Draft
from tests.factories import amend, draft, item

FIRST, LAST = date(2024, 1, 1), date(2026, 2, 1)
DEPARTMENTS = ("D-1", "D-2", "D-3")
TYPES = ("01", "07", "20")


def stated(chance: Random) -> dict[str, Any]:
    """What an item says; some of it isn't stated."""
    return {
        "is_online": chance.choice((True, True, False, None)),
        "onsite_visits": chance.choice((0, 1, 2, None)),
        "task_type": chance.choice(TYPES),
        "department_code": chance.choice(DEPARTMENTS),
        "statutory_limit": 20,
        "statutory_limit_unit": "1",
        "promised_limit": chance.randint(1, 20),
        "promised_limit_unit": "1",
    }


@dataclass
class Desk:
    """Knows which items are in use and which are suspended, so that every edit is one that can be published."""

    chance: Random
    in_use: list[str] = field(default_factory=list)
    suspended: list[str] = field(default_factory=list)
    starts: dict[str, date] = field(default_factory=dict)

    def new(self, start: date) -> Draft:
        code = f"HZ-{len(self.starts):04}"
        self.starts[code] = start
        self.in_use.append(code)
        return item(code, start=start, **stated(self.chance))

    def edits(self, on: date, wanted: int) -> Iterator[Draft]:
        """Each about another item."""
        codes = self.chance.sample([*self.in_use, *self.suspended], wanted)
        for code in codes:
            yield self._edit(code, on)

    def _edit(self, code: str, on: date) -> Draft:
        lot = self.chance.random()
        if code in self.suspended:
            self.suspended.remove(code)
            self.in_use.append(code)
            return draft("resume", code, start=on)
        if lot < 0.05:
            return self.new(self._past(FIRST))
        if lot < 0.1:
            self.in_use.remove(code)
            return draft("cancel", code, start=on)
        if lot < 0.15:
            self.in_use.remove(code)
            self.suspended.append(code)
            return draft("suspend", code, start=on)
        names = self.chance.sample(sorted(stated(self.chance)), 2)
        new = {name: value for name, value in stated(self.chance).items() if name in names}
        return amend(code, self._past(self.starts[code]) if lot < 0.8 else on, **new)

    def _past(self, since: date) -> date:
        return since + timedelta(self.chance.randrange((LAST - since).days))
