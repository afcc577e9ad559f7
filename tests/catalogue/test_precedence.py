"""Against brute force: every order of at most five things."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.precedence import circle, longest_path, stages

NAMES = "甲乙丙丁戊"
EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=8)
LASTS = st.fixed_dictionaries({name: st.integers(0, 9) for name in NAMES})


def graph(edges: set[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: sorted(first for first, then in edges if then == name) for name in NAMES}


def paths(before: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Every chain of things that wait for each other."""
    chains = (each for size in range(1, len(NAMES) + 1) for each in permutations(NAMES, size))
    return [each for each in chains if all(first in before[then] for first, then in pairwise(each))]


@given(EDGES)
def test_there_is_a_circle_where_no_order_would_do(edges: set[tuple[str, str]]) -> None:
    before = graph(edges)
    orders = [
        order for order in permutations(NAMES) if all(order.index(first) < order.index(then) for first, then in edges)
    ]
    found = circle(before)
    assert (found is None) == bool(orders)
    if found is not None:
        assert found[0] == found[-1]
        assert all(first in before[then] for first, then in pairwise(found))


@given(EDGES, LASTS)
def test_a_stage_is_the_longest_chain_and_the_longest_path_lasts_longest(
    edges: set[tuple[str, str]], lasts: dict[str, int]
) -> None:
    before = graph({each for each in edges if each[0] < each[1]})
    every = paths(before)
    assert stages(before) == {name: max(len(each) for each in every if each[-1] == name) for name in NAMES}
    path = longest_path(before, lasts)
    assert tuple(path) in every
    assert sum(lasts[name] for name in path) == max(sum(lasts[name] for name in each) for each in every)
