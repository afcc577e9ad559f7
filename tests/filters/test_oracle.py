"""The `cql2` package reads the language too; on valid filters both must see the same tree.

Left out is what it reads otherwise than the standard or we mean to: `^`, chained comparisons, IS NULL right after a
comparison, numbers beyond its floats, keywords as bare names, lists of one or none, more brackets than it can bear, a sign after NOT.
"""

import json
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import cql2
from hypothesis import given, settings
from hypothesis import strategies as st

from app.filters import syntax
from app.filters.parsing import parse

Text = st.SearchStrategy[str]
MAX_BRACKETS = 8

GAPS = st.sampled_from([" ", "  ", "\n", "\t "])
NAMES = ["a", "promised_limit", "是否网办", '"中 文"', "x1", "notable", "android", "islike", "trueish", "Null_"]
LEAVES = st.sampled_from([*NAMES, "1", "2.5", "007", "9007199254740991", "1e3"])
NOT = st.sampled_from(["", "NOT ", "not "])


def cased(word: str) -> Text:
    return st.tuples(*(st.sampled_from([letter.upper(), letter.lower()]) for letter in word)).map("".join)


def sums() -> Text:
    def larger(inner: Text) -> Text:
        joined = st.builds("{}{}{}{}{}".format, inner, GAPS, st.sampled_from("+-*/"), GAPS, inner)
        return joined | joined.map("({})".format)

    return st.recursive(LEAVES, larger, max_leaves=3)


def predicates() -> Text:
    texts = st.sampled_from(["'x'", "'y''z'", "'AND'", "'食品 (1)'", "''"])
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    return st.one_of(
        st.builds("{}{}{}{}{}".format, sums(), GAPS, signs, GAPS, sums()),
        st.builds(
            "a {} {}".format,
            signs,
            texts | st.sampled_from(["TRUE", "false", "DATE('2020-01-31')", "-1", "-2.5", "-b"]),
        ),
        st.builds("{} {}{} {} {} {}".format, sums(), NOT, cased("between"), sums(), cased("and"), sums()),
        st.builds("a {}{} ({}, {})".format, NOT, cased("in"), texts, texts),
        st.builds("a {}{} '%食_'".format, NOT, cased("like")),
        st.builds("a {} {}{}".format, cased("is"), NOT, cased("null")),
        st.builds("{}(a, ('5', {}))".format, st.sampled_from(["A_OVERLAPS", "a_contains", "A_Equals"]), texts),
    )


def filters() -> Text:
    def larger(inner: Text) -> Text:
        return st.one_of(
            st.builds("{}{}{}".format, cased("not"), GAPS, inner),
            st.builds("{}{}{}{}{}".format, inner, GAPS, cased("and"), GAPS, inner),
            st.builds("{}{}{}{}{}".format, inner, GAPS, cased("or"), GAPS, inner),
            inner.map("({})".format),
            st.builds("({}) {} {}{}".format, inner, cased("is"), NOT, cased("null")),
        )

    return st.recursive(predicates(), larger, max_leaves=6).filter(lambda text: text.count("(") <= MAX_BRACKETS)


@settings(max_examples=500)
@given(text=filters())
def test_the_tree_is_that_of_the_cql2_package(text: str) -> None:
    theirs = json.loads(json.dumps(cql2.parse_text(text).to_json()))
    assert flattened(as_json(parse(text))) == flattened(theirs)


@singledispatch
def as_json(node: syntax.Node) -> Any:
    raise TypeError(type(node))


def operation(name: str, *arguments: Any, negated: object = None) -> dict[str, Any]:
    made = {"op": name.lower(), "args": list(arguments)}
    return made if negated is None else {"op": "not", "args": [made]}


@as_json.register
def _or(node: syntax.Or) -> Any:
    return operation("or", *map(as_json, node.conditions))


@as_json.register
def _and(node: syntax.And) -> Any:
    return operation("and", *map(as_json, node.conditions))


@as_json.register
def _not(node: syntax.Not) -> Any:
    return operation("not", as_json(node.condition))


@as_json.register
def _signed(node: syntax.Compare | syntax.Arithmetic) -> Any:
    return operation(node.sign, as_json(node.left), as_json(node.right))


@as_json.register
def _like(node: syntax.Like) -> Any:
    return operation("like", as_json(node.value), as_json(node.pattern), negated=node.negated)


@as_json.register
def _between(node: syntax.Between) -> Any:
    return operation("between", *map(as_json, (node.value, node.low, node.high)), negated=node.negated)


@as_json.register
def _in(node: syntax.In) -> Any:
    return operation("in", as_json(node.value), [as_json(each) for each in node.options.nodes], negated=node.negated)


@as_json.register
def _is_null(node: syntax.IsNull) -> Any:
    return operation("isNull", as_json(node.value), negated=node.negated)


@as_json.register
def _call(node: syntax.Call) -> Any:
    arguments = [as_json(each) for each in node.arguments.nodes]
    return {"date": arguments[0]} if node.name.upper() == "DATE" else operation(node.name, *arguments)


@as_json.register
def _array(node: syntax.Array) -> Any:
    return [as_json(each) for each in node.nodes]


@as_json.register
def _reference(node: syntax.Reference) -> Any:
    return {"property": node.name}


@as_json.register
def _written(node: syntax.String | syntax.Boolean) -> Any:
    return node.value


@as_json.register
def _negative(node: syntax.Negative) -> Any:
    value = as_json(node.value)
    return -value if isinstance(value, float) else operation("*", -1.0, value)


@as_json.register
def _number(node: syntax.Number) -> Any:
    return float(node.token)


def flattened(tree: Any) -> Any:
    """AND in AND, OR in OR as one; operator names in one case."""
    if isinstance(tree, list):
        return [flattened(each) for each in tree]
    if not isinstance(tree, dict) or "op" not in tree:
        return tree
    name = tree["op"].lower()
    arguments = [part for each in tree["args"] for part in opened(flattened(each), name)]
    return {"op": name, "args": arguments}


def opened(tree: Any, name: str) -> Iterator[Any]:
    same = name in {"and", "or"} and isinstance(tree, dict) and tree.get("op") == name
    yield from tree["args"] if same else [tree]
