"""Filters that mean something: every operator over the ten items' elements, with right kinds and codes."""

from hypothesis import strategies as st

from tests.filters.items import DEPTHS, TASK_TYPES

Text = st.SearchStrategy[str]
FLAGS = st.sampled_from(["is_online", "is_in_hall", "是否网办", '"是否进驻大厅"', "true", "FALSE"])
NUMBERS = st.sampled_from(["onsite_visits", "promised_limit", "法定办结时限", "fee", "1", "-1", "2.5", "0.3"])
TEXTS = st.sampled_from(["name", "alias", "事项名称", "'abc'", "''", "'食品'", "'～'", "'it''s'", "'a%b'", "'Z'"])
PATTERNS = st.lists(st.sampled_from(["%", "_", "食品", "许可", "a", "A", "b", r"\%", r"\_", r"\\", "''"]), max_size=4)
DATES = st.sampled_from(["valid_from", "失效日期", "DATE('2018-01-01')", "DATE('2024-02-29')", "date('1999-12-31')"])
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
NOT = st.sampled_from(["", "NOT ", "not "])
SET_TESTS = st.sampled_from(["A_OVERLAPS", "a_contains", "A_EQUALS", "A_ContainedBy"])


def quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def chosen(codes: dict[str, str], least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(
        st.sampled_from([*codes, *(label for label in codes.values() if label != "其他")]), min_size=least, max_size=3
    )


def sums() -> Text:
    """Arithmetic over small values: beyond 2^53 the databases no longer agree to the last digit."""
    leaf = st.sampled_from(["id", "0", "1", "3", "-2", "0.5", "10", "2.25", "-id", "statutory_limit"])
    return st.recursive(
        leaf, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner), max_leaves=4
    )


def comparisons(values: Text) -> Text:
    return st.one_of(
        st.builds("{} {} {}".format, values, SIGNS, values),
        st.builds("{} {}BETWEEN {} AND {}".format, values, NOT, values, values),
        st.builds("{} {}IN ({}, {})".format, values, NOT, values, values),
        st.builds("{} IS {}NULL".format, values, NOT),
    )


def code_tests() -> Text:
    some_codes = chosen(TASK_TYPES, 1).map(quoted)
    return st.one_of(
        st.builds("task_type {}IN ({})".format, NOT, some_codes),
        st.builds("事项类型 {} {}".format, SIGNS, st.sampled_from([f"'{code}'" for code in TASK_TYPES])),
        st.builds("{}(online_depths, ({}))".format, SET_TESTS, chosen(DEPTHS, 1).map(quoted)),
        st.just("A_EQUALS(网上办理深度, ())"),
        st.builds("online_depths IS {}NULL".format, NOT),
    )


def conditions() -> Text:
    leaf = st.one_of(
        FLAGS,
        comparisons(NUMBERS),
        comparisons(sums()),
        comparisons(TEXTS),
        comparisons(DATES),
        st.builds("name {}LIKE '{}'".format, NOT, PATTERNS.map("".join)),
        code_tests(),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds("({}) AND ({})".format, inner, inner),
            st.builds("({}) or ({})".format, inner, inner),
            st.builds("NOT ({})".format, inner),
            st.builds("({}) IS {}NULL".format, inner, NOT),
            st.builds("({}) {} ({})".format, inner, st.sampled_from(["=", "<>"]), inner),
        ),
        max_leaves=6,
    )
