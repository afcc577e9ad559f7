"""How far an import reaches: whose items it may change, and from which day on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from app.access.queries import department_codes
from app.access.rules import Caller
from app.catalogue.divisions import beginning
from app.changes.rules import InThePast
from app.errors import Message, fault


class Place(NamedTuple):
    """Whose an item is: its department, and its division."""

    department_code: object
    division_code: object

    @classmethod
    def of(cls, content: Mapping[str, object]) -> "Place":
        return cls(*map(content.get, cls._fields))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose import it is, the departments that an editor edits, and the first day that may change."""

    by: Caller
    departments: frozenset[str] = frozenset()
    since: date = date.min

    @property
    def is_limited(self) -> bool:
        """Whether there are items that the caller may not write of."""
        return self.by.role == "editor" or self.by.division_code is not None

    def covers(self, place: Place) -> bool:
        """Whether the caller may write of what is there, as `changes.permits` has it."""
        if self.by.role == "editor":
            return place.department_code in self.departments
        if self.by.division_code is not None:
            return str(place.division_code or "").startswith(beginning(self.by.division_code))
        return True


def reach_of(connection: Connection, by: Caller, today: date, *, retroactive: bool) -> Reach:
    """What the caller may reach now. The operator corrects the past without saying so."""
    departments = department_codes(connection, by.id) if by.role == "editor" and by.id is not None else ()
    return Reach(by, frozenset(departments), date.min if retroactive or by.is_operator else today)


def refuse_past_day(day: date, today: date, by: Caller, *, retroactive: bool) -> None:
    """Raises InThePast where the whole import would take effect before today and nobody said that it is meant."""
    if day >= today or retroactive or by.is_operator:
        return
    zh = (
        f"生效日期 {day} 早于今天（{today}），会改动已经公布的数字。请改为今天或以后的日期；"
        "确实要更正过去，请在导入时写 retroactive=true。"
    )
    en = f"{day} is before today ({today}): figures of the past would move. To correct the past send retroactive=true."
    place = fault(zh, en, pointer="/effective_on", value=str(day), rule="in-the-past")
    raise InThePast(Message(zh, en), faults=[place])
