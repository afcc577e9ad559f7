"""Whose cases somebody may report."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection

from app.access.queries import department_codes
from app.access.rules import Caller
from app.catalogue.divisions import beginning
from app.db import Record
from app.errors import Message


@dataclass(frozen=True, slots=True)
class Remit:
    """Whose items somebody may report of: an editor of departments, others of a division or of all."""

    by: Caller
    departments: frozenset[str]

    @classmethod
    def of(cls, connection: Connection, by: Caller) -> Self:
        edits = by.role == "editor" and by.id is not None
        return cls(by, frozenset(department_codes(connection, by.id or 0) if edits else ()))

    def refusal(self, row: Record) -> Message | None:
        if self.by.role == "editor" and row.department_code not in self.departments:
            zh = f"事项那时属于部门 {row.department_code}，“{self.by.name}”只能报自己部门的办件。"
            return Message(zh, f"The item belonged to {row.department_code}, which {self.by.name!r} does not edit.")
        if self.by.division_code and not row.division_code.startswith(beginning(self.by.division_code)):
            zh = f"事项不在区划 {self.by.division_code} 之内，“{self.by.name}”不能报它的办件。"
            return Message(zh, f"The item is not within {self.by.division_code}, where {self.by.name!r} acts.")
        return None
