"""What is known of a file while its rows are compared with the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.changes.rules import Draft
from app.errors import Message
from app.files.plans import Plan
from app.files.problems import RowProblem
from app.imports.books import Book
from app.imports.candidates import Candidate, Key, key
from app.imports.reach import Reach


class Span(NamedTuple):
    """From a day until a day."""

    valid_from: date
    valid_to: date


class Held(NamedTuple):
    """An item as the catalogue holds it from a day until a day."""

    id: int
    valid_from: date
    valid_to: date
    content: Mapping[str, object]


@dataclass(slots=True)
class Comparison:
    """The codes seen so far with their rows, the departments of the file, those known and those that are new."""

    plan: Plan
    moment: Moment
    reach: Reach
    divisions: frozenset[str]
    book: Book = field(default_factory=Book)
    seen: dict[Key, int] = field(default_factory=dict)
    departments: set[str] = field(default_factory=set)
    known_departments: dict[str, list[Span]] = field(default_factory=dict)
    new_departments: dict[str, Draft] = field(default_factory=dict)
    mixed_case: Mapping[str, Sequence[tuple[str, str]]] | None = None

    def day(self, candidate: Candidate) -> date:
        return candidate.starts or self.moment.as_of

    def has_seen(self, code: str, division: str) -> bool:
        """A file without divisions means a local code wherever it is used."""
        return key(code, division) in self.seen or (code, None) in self.seen


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and the item it means, None where there is no such item on the row's day."""

    comparison: Comparison
    candidate: Candidate
    found: Held | None

    @property
    def day(self) -> date:
        return self.comparison.day(self.candidate)

    @property
    def is_new(self) -> bool:
        return self.found is None

    @property
    def division(self) -> str | None:
        return self.candidate.division or (self.held("division_code") if self.found else None)

    def held(self, name: str) -> str | None:
        value = self.found.content.get(name) if self.found else None
        return value if isinstance(value, str) else None

    def problem(self, name: str, rule: str, message: Message, suggestion: str | None = None) -> RowProblem:
        """At the cell of the element, or under its label where the file has no such column."""
        candidate = self.candidate
        source = candidate.code_from if name == "code" else name
        value = candidate.content.get(name)
        column = self.comparison.plan.column(source) or ITEM.elements[name].label
        return RowProblem(candidate.row, column, None if value is None else str(value), rule, message, suggestion)

    def at_day(self, name: str, day: date, rule: str, message: Message) -> RowProblem:
        """At the cell of one of the row's days."""
        return RowProblem(self.candidate.row, self.comparison.plan.column(name), str(day), rule, message)
