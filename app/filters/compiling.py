"""A tree of nodes → SQL, checking names, kinds and codes on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import singledispatchmethod
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from app.errors import AppError, Fault
from app.filters import expressions, operands, syntax
from app.filters.errors import FilterError, Piece, refusal
from app.filters.operands import TEXTUAL, YES_AND_NO, Operand, agreed
from app.filters.parsing import parse
from app.filters.properties import Function, Mention, Named, Property, nearest
from app.filters.tokens import piece_of

MAX_FACTORS = 16  # Sixteen factors below 10^16 stay within what SQLite's numbers can hold.
CONDITION_EXAMPLES = {
    "text": "{} = '…'", "number": "{} > 0", "date": "{} >= DATE('2024-01-01')", "code": "{} = '01'",
    "codes": "A_CONTAINS({}, ('01'))",
}  # fmt: skip


class Compilation:
    """One filter text on its way to SQL."""

    def __init__(self, text: str, properties: Mapping[str, Property], functions: Mapping[str, Function]) -> None:
        self._text, self._properties, self._functions = text, properties, functions
        self._root = parse(text)
        self.named: list[Named] = []
        self.mentioned: list[Mention] = []

    def condition(self) -> ColumnElement[bool]:
        return self._condition(self._root).sql

    def number(self) -> ColumnElement[Any]:
        return operands.comparable(self._number(self._root), by_code_point=False)

    @singledispatchmethod
    def _operand(self, node: syntax.Node) -> Operand:
        raise TypeError(f"no SQL for {type(node).__name__}")

    # Conditions

    @_operand.register
    def _or(self, node: syntax.Or) -> Operand:
        return self._flag(node, or_(*(self._condition(each).sql for each in node.conditions)))

    @_operand.register
    def _and(self, node: syntax.And) -> Operand:
        return self._flag(node, and_(*(self._condition(each).sql for each in node.conditions)))

    @_operand.register
    def _not(self, node: syntax.Not) -> Operand:
        if isinstance(node.condition, syntax.Not):  # NOT NOT is nothing, whatever it stands before.
            return self._condition(node.condition.condition)
        return self._flag(node, not_(self._condition(node.condition).sql))

    @_operand.register
    def _compare(self, node: syntax.Compare) -> Operand:
        sign = str(node.sign)
        negation = "NOT " if sign == "<>" else ""
        self._refuse_null((node.left, node.right), negated=bool(negation))
        ordered = sign not in expressions.EQUALITIES
        left, right = self._alike((node.left, node.right), f"{negation}A_CONTAINS", ordered=ordered)
        return self._flag(node, expressions.COMPARISONS[sign](left, right))

    @_operand.register
    def _between(self, node: syntax.Between) -> Operand:
        value, low, high = self._alike((node.value, node.low, node.high), "A_OVERLAPS", ordered=True)
        return self._flag(node, value.between(low, high), node.negated)

    @_operand.register
    def _in(self, node: syntax.In) -> Operand:
        function = "NOT A_OVERLAPS" if node.negated else "A_OVERLAPS"
        value, *options = self._alike((node.value, *node.options.nodes), function, ordered=False)
        return self._flag(node, value.in_(options), node.negated)

    @_operand.register
    def _like(self, node: syntax.Like) -> Operand:
        value = self._operand(node.value)
        if value.kind == "codes":
            raise self._multi_valued(node.value, (node.pattern,), "A_OVERLAPS")
        if value.kind not in TEXTUAL:
            raise operands.wrong_kind("like-operand", value)
        return self._flag(node, value.sql.like(self._pattern(node.pattern), escape=expressions.ESCAPE), node.negated)

    @_operand.register
    def _is_null(self, node: syntax.IsNull) -> Operand:
        value = self._operand(node.value)
        sql = operands.comparable(value, by_code_point=False)
        return self._flag(node, sql.is_not(None) if node.negated else sql.is_(None))

    # Functions

    @_operand.register
    def _call(self, node: syntax.Call) -> Operand:
        name = node.name.upper()
        if name in expressions.SET_TESTS:
            return self._set_test(node, name)
        if name == "DATE":
            return operands.day(self._argument(node, "DATE('2024-01-31')"), self._piece(node))
        if name in self._functions:
            return self._flag(node, self._called(node, self._functions[name]))
        known = [*expressions.SET_TESTS, "DATE", *(each.lower() for each in self._functions)]
        suggestion = next(iter(nearest(name, known, cutoff=0.65)), None)
        raise refusal("unknown-function", piece_of(node.name), suggestion=suggestion, available=", ".join(known))

    def _set_test(self, node: syntax.Call, name: str) -> Operand:
        test, fewest = expressions.SET_TESTS[name]
        usage = f"{name}(要素, ('代码', '代码'))"
        if len(node.arguments.nodes) != 2:
            raise refusal("function-arguments", self._piece(node), name=name, suggestion=usage)
        subject, given = node.arguments.nodes
        column = self._operand(subject)
        if column.kind != "codes":
            raise refusal("not-multi-valued", column.piece, name=name)
        values = [self._code(each, column) for each in (given.nodes if isinstance(given, syntax.Array) else [given])]
        if len(values) < fewest:
            raise refusal("function-arguments", self._piece(node), name=name, suggestion=usage)
        has = column.declared.has if column.declared else None
        return self._flag(node, test(column.sql, list(dict.fromkeys(values)), has))

    def _code(self, node: syntax.Node, column: Operand) -> str:
        if isinstance(node, syntax.Reference):
            raise self._unknown_word(node, column)
        if not isinstance(node, syntax.String):
            piece = self._piece(node)
            raise refusal("code-value", piece, suggestion=f"'{piece.text if piece.text.isalnum() else '01'}'")
        written = operands.text(node.value, self._piece(node))
        if column.declared is None:
            return str(written.value)
        code = str(operands.coded(written, column.declared).value)
        self.named.append(Named(column.declared.name, code, written.piece))
        return code

    def _argument(self, node: syntax.Call, usage: str) -> str:
        match node.arguments.nodes:
            case [syntax.String() as argument]:
                return argument.value
        raise refusal("function-arguments", self._piece(node), name=str(node.name), suggestion=usage)

    def _called(self, node: syntax.Call, function: Function) -> ColumnElement[bool]:
        argument = self._argument(node, f"{node.name}('…')")
        try:
            return function(argument)
        except AppError as error:
            cause = error.faults[0] if error.faults else Fault(detail=error.detail)
            piece = self._piece(node.arguments.nodes[0])
            raise FilterError(
                error.detail, piece, rule=cause.rule or error.slug, suggestion=cause.suggestion
            ) from error

    # Names and values

    @_operand.register
    def _reference(self, node: syntax.Reference) -> Operand:
        declared = self._properties.get(node.name)
        if declared is None:
            raise self._unknown_property(node)
        if declared.kind == "list":
            raise self._list_property(node, declared)
        self.mentioned.append(Mention(declared.name, self._piece(node)))
        return Operand(declared.kind, declared.column, self._piece(node), declared=declared)

    @_operand.register
    def _string(self, node: syntax.String) -> Operand:
        return operands.text(node.value, self._piece(node))

    @_operand.register
    def _literal_number(self, node: syntax.Number) -> Operand:
        return operands.number(Decimal(str(node.token)), self._piece(node))

    @_operand.register
    def _boolean(self, node: syntax.Boolean) -> Operand:
        return operands.boolean(node.value, self._piece(node))

    @_operand.register
    def _null(self, node: syntax.Null) -> Operand:
        raise refusal("null-comparison", self._piece(node), suggestion="IS NULL")

    @_operand.register
    def _array(self, node: syntax.Array) -> Operand:
        raise refusal("list-out-of-place", self._piece(node))

    @_operand.register
    def _negative(self, node: syntax.Negative) -> Operand:
        value = self._number(node.value)
        if isinstance(value.value, int | Decimal):
            return operands.number(Decimal(value.value).copy_negate(), self._piece(node))
        return replace(value, sql=-operands.exact(value), piece=self._piece(node), declared=None, computed=True)

    @_operand.register
    def _arithmetic(self, node: syntax.Arithmetic) -> Operand:
        left, right, sign = self._number(node.left), self._number(node.right), str(node.sign)
        factors = left.factors + right.factors if sign in "*/" else max(left.factors, right.factors)
        if factors > MAX_FACTORS:
            raise refusal("too-many-factors", self._piece(node), limit=MAX_FACTORS)
        divisor = expressions.rounded(right.sql) if sign == "/" and right.computed else operands.exact(right)
        sql = expressions.ARITHMETIC[sign](operands.exact(left), divisor)
        return Operand("number", sql, self._piece(node), computed=True, factors=factors)

    # What a place in the filter asks for

    def _condition(self, node: syntax.Node) -> Operand:
        operand = self._operand(node)
        if operand.kind != "flag":
            example = CONDITION_EXAMPLES[operand.kind].format(operand.piece.shown)
            raise operands.wrong_kind("not-a-condition", operand, suggestion=example)
        return operand

    def _number(self, node: syntax.Node) -> Operand:
        operand = self._operand(node)
        if operand.kind != "number":
            raise operands.wrong_kind("not-a-number", operand)
        return operand

    def _pattern(self, node: syntax.Node) -> ColumnElement[str]:
        """Only a written text: a stored one might end with the escape character, which PostgreSQL refuses."""
        if not isinstance(node, syntax.String):
            raise refusal("like-pattern", self._piece(node))
        backslashes = len(node.value) - len(node.value.rstrip("\\"))
        if backslashes % 2:
            raise refusal("like-escape", self._piece(node))
        return operands.text(node.value, self._piece(node)).sql

    def _alike(self, nodes: Sequence[syntax.Node], set_test: str, *, ordered: bool) -> list[ColumnElement[Any]]:
        """The nodes as SQL of one kind, ready to be compared; `set_test` is what fits if the first is multi-valued."""
        first = self._operand(nodes[0])
        if first.kind == "codes":
            raise self._multi_valued(nodes[0], nodes[1:], set_test)
        found = [first, *(self._beside(node, first) for node in nodes[1:])]
        for node, operand in zip(nodes, found, strict=True):
            if operand.kind == "codes":
                raise self._multi_valued(node, nodes[:1], set_test)
        found = agreed(found, ordered=ordered)
        by_code_point = ordered or sum(operand.value is None for operand in found) > 1
        return [operands.comparable(operand, by_code_point=by_code_point) for operand in found]

    def _beside(self, node: syntax.Node, first: Operand) -> Operand:
        if isinstance(node, syntax.Reference) and node.name not in self._properties:
            raise self._unknown_word(node, first)
        return self._operand(node)

    # Refusals

    def _piece(self, node: syntax.Node) -> Piece:
        start, end = node.meta.start_pos, node.meta.end_pos
        return Piece(self._text[start:end], start)

    def _refuse_null(self, nodes: Sequence[syntax.Node], *, negated: bool) -> None:
        left, right = nodes
        for node, other in ((left, right), (right, left)):
            if isinstance(node, syntax.Null):
                suggestion = f"{self._piece(other).shown} IS {'NOT ' if negated else ''}NULL"
                raise refusal("null-comparison", self._piece(node), suggestion=suggestion)

    def _unknown_property(self, node: syntax.Reference) -> FilterError:
        near = nearest(node.name, self._properties)
        return refusal(
            "unknown-property",
            Piece(node.name, node.meta.start_pos),
            nearest=list(dict.fromkeys(_both_names(self._properties[word]) for word in near)),
            suggestion=next(iter(near), None),
        )

    def _list_property(self, node: syntax.Reference, declared: Property) -> FilterError:
        instead = self._properties.get(declared.instead or "")
        nearest = [_both_names(instead)] if instead else []
        return refusal("list-property", self._piece(node), nearest=nearest, suggestion=declared.instead)

    def _unknown_word(self, node: syntax.Reference, beside: Operand) -> FilterError:
        """A word after a comparison that names nothing: a slip in a name, or a value that lacks its quotes."""
        piece = self._piece(node)
        if beside.kind == "flag" and (value := YES_AND_NO.get(node.name.lower())):
            return refusal("flag-value", piece, suggestion=value, other=beside.piece.shown)
        if nearest(node.name, self._properties, cutoff=0.75):
            return self._unknown_property(node)
        rule = "double-quoted-value" if node.quoted else "unquoted-value"
        return refusal(rule, piece, suggestion=f"'{node.name}'")

    def _multi_valued(self, node: syntax.Node, others: Sequence[syntax.Node], test: str) -> FilterError:
        name, values = self._piece(node), ", ".join(self._as_code(other) for other in others)
        return refusal("multi-valued", name, name=name.shown, suggestion=f"{test}({name.shown}, ({values}))")

    def _as_code(self, node: syntax.Node) -> str:
        if isinstance(node, syntax.Array):
            return ", ".join(self._as_code(each) for each in node.nodes)
        shown = self._piece(node).shown
        return f"'{shown}'" if isinstance(node, syntax.Number | syntax.Reference) else shown

    def _flag(self, node: syntax.Node, sql: ColumnElement[bool], negated: syntax.Mark = None) -> Operand:
        return Operand("flag", sql if negated is None else not_(sql), self._piece(node))


def _both_names(declared: Property) -> str:
    return f"{declared.name}（{declared.label}）"
