"""Mean and quartiles of what respondents gave, beside the library's own."""

from collections import Counter
from statistics import fmean, median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.tabulation.rules import spread

pytestmark = pytest.mark.one_database


def test_the_working_days_of_seven_enterprises() -> None:
    found = spread([(1, 2), (3, 1), (5, 3), (20, 1)])
    assert found is not None
    assert (found.n, found.minimum, found.maximum) == (7, 1, 20)
    assert (found.lower_quartile, found.median, found.upper_quartile) == (2, 5, 5)
    assert found.mean == pytest.approx(40 / 7)


def test_one_number_is_all_there_is_to_say() -> None:
    found = spread([(2.5, 1)])
    assert found is not None
    assert {found.mean, found.minimum, found.lower_quartile, found.median, found.upper_quartile, found.maximum} == {2.5}


def test_what_was_written_is_summed_not_what_a_binary_number_makes_of_it() -> None:
    found = spread([(0.1, 3)])
    assert found is not None
    assert found.mean == 0.1


def test_of_no_number_there_is_nothing_to_say() -> None:
    assert spread([]) is None


@given(st.lists(st.integers(0, 50), min_size=2, max_size=60))
def test_quartiles_are_those_of_spreadsheets(numbers: list[int]) -> None:
    found = spread([(float(number), count) for number, count in sorted(Counter(numbers).items())])
    assert found is not None
    quartiles = (found.lower_quartile, found.median, found.upper_quartile)
    assert quartiles == pytest.approx(quantiles(numbers, n=4, method="inclusive"))
    assert found.median == pytest.approx(median(numbers))
    assert found.mean == pytest.approx(fmean(numbers))
