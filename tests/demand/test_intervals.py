"""Intervals of shares, beside published values and beside the definition."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.intervals import Z, wilson

pytestmark = pytest.mark.one_database

BASES = st.integers(1, 10_000)


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    [
        # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # The survey of 2016: eight of ten enterprises used online services, seven had heard of them.
        (8, 10, 0.4902, 0.9433),
        (7, 10, 0.3968, 0.8922),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_intervals_are_those_that_are_published(count: int, base: int, low: float, high: float) -> None:
    assert wilson(count, base) == pytest.approx((low, high), abs=5e-5)


@given(base=BASES, part=st.floats(0, 1))
def test_at_its_ends_the_share_is_just_as_far_away_as_chance_goes(base: int, part: float) -> None:
    count = round(part * base)
    interval = wilson(count, base)
    assert interval is not None
    for end, is_exact in zip(interval, (count == 0, count == base), strict=True):
        distance = abs(count / base - end)
        assert is_exact or distance == pytest.approx(Z * sqrt(end * (1 - end) / base), rel=1e-6, abs=1e-12)
    assert 0 <= interval.low <= count / base <= interval.high <= 1


@given(base=BASES)
def test_nobody_and_everybody_are_exact(base: int) -> None:
    nobody, everybody = wilson(0, base), wilson(base, base)
    assert nobody is not None
    assert everybody is not None
    assert (nobody.low, everybody.high) == (0.0, 1.0)
    assert everybody.low == pytest.approx(1 - nobody.high)
    assert 0 < nobody.high < 1


def test_of_nobody_there_is_none() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("count", "base"), [(-1, 10), (11, 10), (1, 0)])
def test_more_than_all_is_a_mistake(count: int, base: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {base}"):
        wilson(count, base)
