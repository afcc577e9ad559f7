"""Shares are exact, whatever they are of."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.shares import percent, ratio


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (1263, 1428, 88.45),
        (1373, 1428, 96.15),
        (50, 259, 19.31),
        (143, 259, 55.21),
        (35917, 54624, 65.75),
        (1, 800, 0.13),  # 0.125 exactly: half goes up, where a float or a banker would go down
        (23, 800, 2.88),
        (2, 3, 66.67),
        (0, 7, 0.0),
        (7, 7, 100.0),
        (-1, 800, -0.13),
        (1, 0, None),
        (0, 0, None),
    ],
)
def test_a_percent_is_rounded_half_up_from_the_exact_fraction(
    numerator: int, denominator: int, rounded: float | None
) -> None:
    assert percent(numerator, denominator) == rounded


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9))
def test_a_percent_is_what_exact_arithmetic_says(numerator: int, denominator: int) -> None:
    hundredths = Fraction(numerator * 10_000, denominator)
    whole, rest = divmod(abs(hundredths.numerator), hundredths.denominator)
    nudged = whole + (2 * rest >= hundredths.denominator)
    expected = Decimal(nudged if numerator >= 0 else -nudged).scaleb(-2)
    assert percent(numerator, denominator) == float(expected.quantize(Decimal("0.01"), ROUND_HALF_UP))


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_value_is_the_float_nearest_to_the_fraction(numerator: int, denominator: int) -> None:
    assert ratio(numerator, denominator) == float(Fraction(numerator, denominator))
