"""Filters over one set of properties."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement
from sqlalchemy.sql.visitors import iterate

from app.filters.compiling import Compilation
from app.filters.parsing import CACHED_LENGTH
from app.filters.properties import Function, Mention, Named, Property, by_any_name
from app.filters.wording import in_words

NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})


def quoted(value: object) -> str:
    """A text as a filter says it."""
    return "'" + str(value).replace("'", "''") + "'"


class Compiled(NamedTuple):
    """What a text became, the codes that its tests of sets name, and the properties that it names."""

    expression: ColumnElement[Any]
    named: tuple[Named, ...]
    mentioned: tuple[Mention, ...]


class Filters:
    """Turns CQL2 text into SQLAlchemy over the given properties and functions.

    A property answers to its name and to its label, a function to its name in any case. Expressions of short texts are
    kept, so functions must depend on nothing but their argument.
    """

    def __init__(self, properties: Iterable[Property], functions: Mapping[str, Function] = NO_FUNCTIONS) -> None:
        declared = tuple(properties)
        self.properties: Mapping[str, Property] = MappingProxyType({each.name: each for each in declared})
        self._named = by_any_name(declared)
        self._functions = {name.upper(): function for name, function in functions.items()}
        self._kept = lru_cache(maxsize=256)(self._compile)

    def condition(self, text: str) -> ColumnElement[bool]:
        """A condition, three-valued as in SQL. Raises FilterError."""
        return self._compiled(text, "flag").expression

    def number(self, text: str) -> ColumnElement[Any]:
        """A number: a property or arithmetic, null where a part is null or a divisor zero. Raises FilterError."""
        return self._compiled(text, "number").expression

    def named(self, text: str) -> tuple[Named, ...]:
        """The codes that a condition's tests of sets name, for what no code list tells. Raises FilterError."""
        return self._compiled(text, "flag").named

    def mentioned(self, text: str) -> tuple[Mention, ...]:
        """The properties that a condition names, as often as it does. Raises FilterError."""
        return self._compiled(text, "flag").mentioned

    def columns(self, text: str) -> frozenset[tuple[str, str]]:
        """All that a condition looks at: tables with their columns, by name. Raises FilterError."""
        parts = (part for part in iterate(self.condition(text)) if isinstance(part, Column))
        return frozenset((part.table.name, part.name) for part in parts)

    def in_words(self, text: str) -> str:
        """A condition as people say it, by labels. Raises FilterError for what is no CQL2."""
        return in_words(text, self._named)

    def _compiled(self, text: str, kind: str) -> Compiled:
        return self._kept(text, kind) if len(text) <= CACHED_LENGTH else self._compile(text, kind)

    def _compile(self, text: str, kind: str) -> Compiled:
        compilation = Compilation(text, self._named, self._functions)
        expression = compilation.condition() if kind == "flag" else compilation.number()
        return Compiled(expression, tuple(compilation.named), tuple(compilation.mentioned))
