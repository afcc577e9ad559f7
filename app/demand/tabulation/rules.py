"""What is said of the numbers that respondents gave: mean, median and quartiles, exact on what was written. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

FEW = 5  # Answered by fewer, a share says little of anybody else.


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the numbers of `n` respondents, in the unit of the question."""

    n: int
    mean: float
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float


def spread(counted: Sequence[tuple[float, int]]) -> Spread | None:
    """Of each number in ascending order, with how many gave it; of none there is nothing to say.

    Quartiles lie between the two nearest of the ordered numbers, in proportion (PERCENTILE_CONT of SQL, QUARTILE.INC of
    spreadsheets; type 7 of Hyndman and Fan, Sample quantiles in statistical packages, 1996).
    """
    if not counted:
        return None
    numbers = [Fraction(str(number)) for number, _ in counted]
    ends = list(accumulate(count for _, count in counted))
    summed = sum(number * count for number, (_, count) in zip(numbers, counted, strict=True))
    lower, median, upper = (float(_between(numbers, ends, Fraction(part, 4))) for part in (1, 2, 3))
    return Spread(ends[-1], float(summed / ends[-1]), float(numbers[0]), lower, median, upper, float(numbers[-1]))


def _between(numbers: Sequence[Fraction], ends: Sequence[int], part: Fraction) -> Fraction:
    """`ends` are how many gave a number or a smaller one."""
    place = part * (ends[-1] - 1)
    before = place.numerator // place.denominator
    one = numbers[bisect_right(ends, before)]
    other = numbers[min(bisect_right(ends, before + 1), len(numbers) - 1)]
    return one + (place - before) * (other - one)
