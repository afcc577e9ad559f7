"""How far a share of those who were asked can be trusted: the Wilson score interval. Pure."""

from math import sqrt
from typing import NamedTuple

CONFIDENCE = 0.95
Z = 1.959963984540054  # The 97.5 % point of the normal distribution.


class Interval(NamedTuple):
    """Two shares between 0 and 1."""

    low: float
    high: float


def wilson(count: int, base: int) -> Interval | None:
    """The shares p for which `count` of `base` is no surprise: |count ÷ base − p| ≤ z·√(p(1 − p) ÷ base), at 95 %.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (1927), 209–212. Unlike p ± z·√(p(1 − p) ÷ base) it holds for few respondents too, and
    never leaves 0 to 1: it begins at 0 where nobody said so, ends at 1 where everybody did. It is about answers drawn at
    random and independently. Of nobody there is none. Raises ValueError unless 0 ≤ count ≤ base.
    """
    if not 0 <= count <= base:
        raise ValueError(f"{count} of {base}")
    if base == 0:
        return None
    low = 0.0 if count == 0 else _centre(count, base) - _half_width(count, base)
    high = 1.0 if count == base else _centre(count, base) + _half_width(count, base)
    return Interval(low, high)


def _centre(count: int, base: int) -> float:
    return (count + Z * Z / 2) / (base + Z * Z)


def _half_width(count: int, base: int) -> float:
    return Z / (base + Z * Z) * sqrt(count * (base - count) / base + Z * Z / 4)
