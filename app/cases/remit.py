"""Whose cases somebody may report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection

from app.access.queries import department_codes
from app.access.rules import Caller
from app.catalogue.divisions import beginning
from app.catalogue.moments import Moment
from app.catalogue.queries import department_names
from app.db import Record
from app.errors import Message


@dataclass(frozen=True, slots=True)
class Remit:
    """Whose items somebody may report of: an editor of departments, others of a division or of all."""

    by: Caller
    departments: frozenset[str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, connection: Connection, by: Caller, moment: Moment) -> Self:
        """With the names of all departments at the moment, where they may have to be told."""
        if by.role != "editor":
            return cls(by, frozenset(), {})
        own = frozenset(() if by.id is None else department_codes(connection, by.id))
        return cls(by, own, department_names(connection, moment))

    def refusal(self, row: Record) -> Message | None:
        if self.by.role == "editor" and row.department_code not in self.departments:
            whose = self._called(row.department_code)
            zh = f"事项那时属于部门 {whose}，“{self.by.name}”只能报自己部门的办件。"
            return Message(zh, f"The item belonged to {whose}, which {self.by.name!r} does not edit.")
        if self.by.division_code and not row.division_code.startswith(beginning(self.by.division_code)):
            zh = f"事项不在区划 {self.by.division_code} 之内，“{self.by.name}”不能报它的办件。"
            return Message(zh, f"The item is not within {self.by.division_code}, where {self.by.name!r} acts.")
        return None

    def _called(self, code: str) -> str:
        name = self.names.get(code)
        return f"{name}（{code}）" if name else code
