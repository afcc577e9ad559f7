"""Hostile texts: refused by size before any work, or accepted and then run by both databases."""

from collections.abc import Callable

import pytest
from lark import Lark
from sqlalchemy import Engine, Select, and_, func, or_, select

from app.filters import FilterError, parsing
from app.filters.tokens import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from tests.filters.items import FILTERS, ITEM


def refused(text: str) -> str | None:
    with pytest.raises(FilterError) as error:
        FILTERS.condition(text)
    return error.value.faults[0].rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("(" * 30, "unclosed-bracket"),
        ("(is_online = " * 30, "unclosed-bracket"),
        ("(" * 41 + "is_online" + ")" * 41, "too-deep"),
        ("(" * 3_900 + ")" * 3_900, "too-deep"),
        ("(" * 10_000 + "is_online" + ")" * 10_000, "too-long"),
        ("a" * 100_000, "too-long"),
        ("NOT " * 5_000 + "is_online", "too-long"),
        (" OR ".join(["is_online"] * 601), "too-many-terms"),
        ("fee IN (" + ",".join(["1"] * 1_400) + ")", "too-many-terms"),
    ],
)
def test_a_text_beyond_the_limits_is_refused_before_a_tree_is_built(
    text: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built(*_: object, **__: object) -> None:
        raise AssertionError("a tree was built")

    monkeypatch.setattr(parsing.NODES, "transform", built)
    assert refused(text) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("NOT " * 1_990 + "is_online", "too-deep"),
        ("-" * 7_990 + "fee > 1", "too-deep"),
        ("fee" + " + 1" * 100 + " > 1", "too-deep"),
        ("fee" + " * 2" * 16 + " > 1", "too-many-factors"),
        ("is_online = (" * 25 + "is_online" + ")" * 25, "too-deep"),
        ("name = " + "'" * 7_901, "unclosed-string"),
        ('"' * 7_999, "unclosed-name"),
        ("1" * 7_900, "number-too-large"),
        ("1" * 7_900 + "x", "unquoted-value"),
        ("=" * 8_000, "foreign-symbol"),
        ("< " * 4_000, "unexpected-word"),
        ("NOT " * 2_000, "missing-condition"),
        ("-" * 8_000, "missing-value"),
        ("," * 8_000, "unexpected-word"),
        ("是" * 8_000, "unknown-property"),
    ],
)
def test_a_strange_text_is_refused_in_one_pass(text: str, rule: str) -> None:
    """The grammar is LALR: a word is read once and never again, however deep the text is."""
    assert len(text) <= MAX_LENGTH
    assert refused(text) == rule


def test_the_grammar_needs_no_backtracking() -> None:
    assert isinstance(parsing.GRAMMAR, Lark)
    assert parsing.GRAMMAR.options.parser == "lalr"


def test_long_texts_are_not_remembered() -> None:
    long = f"name = '{'x' * parsing.CACHED_LENGTH}'"
    assert FILTERS.condition(long) is not FILTERS.condition(long)


DEEPEST: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "is_online" + ")" * n,
    "not": lambda n: "NOT " * n + "is_online",
    "not of and": lambda n: "NOT (is_online AND " * n + "is_online" + ")" * n,
    "and of or": lambda n: "(is_online OR is_in_hall AND " * n + "is_online" + ")" * n,
    "or": lambda n: " OR ".join(["is_online"] * n),
    "comparison": lambda n: "is_online = (" * n + "is_online" + ")" * n,
    "null": lambda n: "(" * n + "is_online" + ") IS NULL" * n,
    "in": lambda n: "is_online IN (true, (" * n + "is_online" + "))" * n,
    "sum": lambda n: "promised_limit" + " + onsite_visits" * n + " > 1",
    "difference": lambda n: "promised_limit" + " - onsite_visits" * n + " > 1",
    "bracketed difference": lambda n: "promised_limit - (" * n + "onsite_visits" + ")" * n + " > 1",
    "product": lambda n: "9007199254740991" + " * 9007199254740991" * n + " > 1",
    "quotient": lambda n: "promised_limit" + " / (onsite_visits / 1e-6)" * n + " > 1",
    "bracketed quotient": lambda n: "promised_limit / (" * n + "onsite_visits" + ")" * n + " > 1",
    "negation": lambda n: "-" * n + "promised_limit > 1",
    "between": lambda n: "1 BETWEEN 0 AND " + "promised_limit - (" * n + "onsite_visits" + ")" * n,
    "options": lambda n: "fee IN (" + ", ".join(map(str, range(n))) + ")",
    "codes": lambda n: "A_CONTAINEDBY(online_depths, (" + ", ".join(["'5'", "'6'"] * n) + "))",
    "contained lists": lambda n: "A_CONTAINEDBY(lists, (" + ", ".join(f"'{code}'" for code in range(n)) + "))",
    "overlapping lists": lambda n: "A_OVERLAPS(lists, (" + ", ".join(f"'{code}'" for code in range(n)) + "))",
}


def largest_accepted(make: Callable[[int], str]) -> str:
    """By halving: what is refused at one size is refused at every larger one."""
    low, high = 1, MAX_TERMS + 1
    while high - low > 1:
        middle = (low + high) // 2
        try:
            FILTERS.condition(make(middle))
        except FilterError:
            high = middle
        else:
            low = middle
    return make(low)


def busy_statement(text: str) -> Select[int]:
    """The filter as figures use it: twice, inside FILTER, a subquery and other conditions."""
    condition = FILTERS.condition(text)
    named = or_(ITEM.c.name.is_(None), and_(ITEM.c.name != "", condition))
    counted = func.count().filter(and_(ITEM.c.id > 0, named)).label("counted")
    groups = select(ITEM.c.task_type, counted).where(or_(ITEM.c.id > 5, condition)).group_by(ITEM.c.task_type)
    return select(func.count()).select_from(groups.subquery())


@pytest.mark.parametrize("shape", DEEPEST)
def test_whatever_is_accepted_runs_on_both_databases(shape: str, engines: dict[str, Engine]) -> None:
    statement = busy_statement(largest_accepted(DEEPEST[shape]))
    for engine in engines.values():
        with engine.connect() as connection:
            assert connection.scalar(statement) is not None


def test_the_limits_are_those_of_the_manual() -> None:
    assert (MAX_LENGTH, MAX_DEPTH, MAX_TERMS) == (8_000, 40, 600)
    FILTERS.condition("(" * 40 + "is_online" + ")" * 40)
    FILTERS.condition(" OR ".join(["is_online"] * 600))
    FILTERS.condition(f"name = '{'x' * (MAX_LENGTH - 9)}'")
