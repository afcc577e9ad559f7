"""Whole numbers instead of shares."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import floor

from seed.demo.draws import share


def portions(whole: int, weights: Sequence[float], salt: str, key: str) -> list[int]:
    """Numbers that add up to the whole, each its weight's part rounded up or down; the draw says which way."""
    if not whole:
        return [0] * len(weights)
    sums = list(accumulate(weights))
    start = share(salt, key)
    ends = [floor(whole * (reached / sums[-1]) + start) for reached in sums]
    return [end - begin for begin, end in pairwise([0, *ends])]


def part(whole: int, ratio: float, salt: str, key: str) -> int:
    """A ratio of the whole, rounded up or down by the draw, so that many small parts add up to the ratio."""
    return floor(whole * ratio + share(salt, key)) if whole else 0
