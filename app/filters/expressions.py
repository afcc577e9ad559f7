"""The SQL of the language: the same rows on SQLite and PostgreSQL, and no error from either at run time."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from app.db import CodeSet

# Whether a set has a code, where something quicker than its text knows.
Has: TypeAlias = Callable[[str], ColumnElement[bool]] | None
NUMBER = Numeric(asdecimal=False)
SCALE: ColumnElement[int] = literal_column("6", Integer)
ESCAPE = "\\"


class CodePoints(FunctionElement[str]):
    """A text that is compared by code point, whatever the collation of its column."""

    type = Text()
    name = "code_points"
    inherit_cache = True


@compiles(CodePoints)
def _as_it_is(element: CodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(CodePoints, "postgresql")
def _in_c(element: CodePoints, compiler: SQLCompiler, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


def grouped(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition in brackets, to be an operand: without them `(NOT a) IS NULL` loses its own."""
    return Grouping(condition)


def number(value: int | Decimal) -> ColumnElement[Any]:
    """A number of the narrowest type, so that a comparison with a whole column can use its index."""
    kind: TypeEngine[Any] = NUMBER
    if isinstance(value, int):
        kind = Integer() if value.bit_length() < 32 else BigInteger()
    return literal(value, kind)


def exact(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number that can't overflow, and divides without losing its fraction."""
    return cast(value, NUMBER)


def rounded(computed: ColumnElement[Any]) -> ColumnElement[Any]:
    """To six decimals, so that 0.1 + 0.2 = 0.3 and 1 / 3 * 3 = 1 on both databases."""
    return func.round(computed, SCALE, type_=NUMBER)


# The parts are exact or computed, a computed divisor is rounded; a division by zero is null.
ARITHMETIC: Mapping[str, Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / func.nullif(right, literal_column("0"), type_=NUMBER),
}

COMPARISONS: Mapping[str, Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
EQUALITIES = frozenset({"=", "<>"})


def holds(column: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return type_coerce(column, Text()).like(literal(f"%,{_escaped(code)},%", Text()), escape=ESCAPE)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _overlaps(column: ColumnElement[Any], codes: Sequence[str], has: Has) -> ColumnElement[bool]:
    return or_(*(has(code) if has else holds(column, code) for code in codes))


def _contains(column: ColumnElement[Any], codes: Sequence[str], has: Has) -> ColumnElement[bool]:
    return and_(*(has(code) if has else holds(column, code) for code in codes))


def _equals(column: ColumnElement[Any], codes: Sequence[str], _: Has) -> ColumnElement[bool]:
    return type_coerce(column, Text()) == literal(tuple(codes), CodeSet())


def _contained(column: ColumnElement[Any], codes: Sequence[str], _: Has) -> ColumnElement[bool]:
    """True where the given codes make up the whole length of the stored text."""
    lengths = [case((holds(column, code), number(len(code) + 1)), else_=number(0)) for code in codes]
    return func.length(type_coerce(column, Text())) == sum(lengths, number(1))


# The test, and how few codes it makes sense for.
SET_TESTS: Mapping[str, tuple[Callable[[ColumnElement[Any], Sequence[str], Has], ColumnElement[bool]], int]] = {
    "A_OVERLAPS": (_overlaps, 1),
    "A_CONTAINS": (_contains, 1),
    "A_EQUALS": (_equals, 0),
    "A_CONTAINEDBY": (_contained, 0),
}
