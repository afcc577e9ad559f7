"""What a filter means, in plain Python with three truth values: the databases must agree with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import singledispatch
from typing import Any

from app.filters import syntax
from app.filters.parsing import parse
from tests.filters.items import ITEMS, PROPERTIES, exactly

Row = Mapping[str, Any]
Truth = bool | None
BY_ANY_NAME = {word: each for each in PROPERTIES for word in (each.name, each.label)}


def true_for(text: str) -> set[int]:
    """The ids of the items for which the filter is true."""
    node = parse(text)
    return {int(str(row["id"])) for row in ITEMS if value_of(node, row) is True}


@singledispatch
def value_of(node: syntax.Node, _: Row) -> Any:
    raise TypeError(type(node))


@value_of.register
def _or(node: syntax.Or, row: Row) -> Truth:
    return any_of(value_of(each, row) for each in node.conditions)


@value_of.register
def _and(node: syntax.And, row: Row) -> Truth:
    return negation(any_of(negation(value_of(each, row)) for each in node.conditions))


@value_of.register
def _not(node: syntax.Not, row: Row) -> Truth:
    return negation(value_of(node.condition, row))


@value_of.register
def _compare(node: syntax.Compare, row: Row) -> Truth:
    return compared(node.sign, *alike(row, node.left, node.right))


@value_of.register
def _between(node: syntax.Between, row: Row) -> Truth:
    value, low, high = alike(row, node.value, node.low, node.high)
    outside = any_of([compared("<", value, low), compared(">", value, high)])
    return outside if node.negated else negation(outside)


@value_of.register
def _in(node: syntax.In, row: Row) -> Truth:
    value, *options = alike(row, node.value, *node.options.nodes)
    found = any_of(compared("=", value, option) for option in options)
    return negation(found) if node.negated else found


@value_of.register
def _like(node: syntax.Like, row: Row) -> Truth:
    value = value_of(node.value, row)
    if value is None:
        return None
    parts = re.findall(r"\\.|.", value_of(node.pattern, row), re.DOTALL)
    pattern = "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
    return (re.fullmatch(pattern, value, re.DOTALL) is None) == bool(node.negated)


@value_of.register
def _is_null(node: syntax.IsNull, row: Row) -> Truth:
    return (value_of(node.value, row) is None) != bool(node.negated)


@value_of.register
def _call(node: syntax.Call, row: Row) -> Any:
    if node.name.upper() == "DATE":
        return date.fromisoformat(value_of(node.arguments.nodes[0], row))
    subject, given = node.arguments.nodes
    held = value_of(subject, row)
    wanted = {
        coded(subject, value_of(each, row)) for each in (given.nodes if isinstance(given, syntax.Array) else [given])
    }
    return None if held is None else SET_TESTS[node.name.upper()](set(held), wanted)


@value_of.register
def _arithmetic(node: syntax.Arithmetic, row: Row) -> Fraction | None:
    left, right = value_of(node.left, row), value_of(node.right, row)
    if left is None or right is None or (node.sign == "/" and settled(right) == 0):
        return None
    return ARITHMETIC[node.sign](Fraction(left), settled(right) if node.sign == "/" else Fraction(right))


@value_of.register
def _negative(node: syntax.Negative, row: Row) -> Fraction | None:
    value = value_of(node.value, row)
    return None if value is None else -Fraction(value)


@value_of.register
def _reference(node: syntax.Reference, row: Row) -> Any:
    return exactly(row[BY_ANY_NAME[node.name].name])


@value_of.register
def _string(node: syntax.String, _: Row) -> str:
    return node.value


@value_of.register
def _number(node: syntax.Number, _: Row) -> Fraction:
    return Fraction(str(node.token))


@value_of.register
def _boolean(node: syntax.Boolean, _: Row) -> bool:
    return node.value


def any_of(values: Iterable[Truth]) -> Truth:
    found = set(values)
    return True if True in found else None if None in found else False


def negation(value: Truth) -> Truth:
    return None if value is None else not value


def compared(sign: str, left: Any, right: Any) -> Truth:
    return None if left is None or right is None else bool(COMPARISONS[sign](settled(left), settled(right)))


def settled(value: Any) -> Any:
    """Computed numbers count to six decimals."""
    return Fraction(round(value * 10**6), 10**6) if isinstance(value, Fraction) else value


def alike(row: Row, *nodes: syntax.Node) -> list[Any]:
    """Written labels as codes and written days as dates, where a property among the nodes asks for it."""
    property_node = next((node for node in nodes if isinstance(node, syntax.Reference)), None)
    values = [value_of(node, row) for node in nodes]
    if property_node is None:
        return values
    return [
        coded(property_node, value) if isinstance(node, syntax.String) else value
        for node, value in zip(nodes, values, strict=True)
    ]


def coded(subject: syntax.Node, value: str) -> Any:
    assert isinstance(subject, syntax.Reference)
    declared = BY_ANY_NAME[subject.name]
    if declared.kind == "date":
        return date.fromisoformat(value)
    return next((code for code, label in (declared.codes or {}).items() if value in {code, label}), value)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}
SET_TESTS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "A_OVERLAPS": lambda held, wanted: bool(held & wanted),
    "A_CONTAINS": lambda held, wanted: held >= wanted,
    "A_EQUALS": lambda held, wanted: held == wanted,
    "A_CONTAINEDBY": lambda held, wanted: held <= wanted,
}
