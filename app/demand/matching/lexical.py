"""BM25 over the terms of items, in memory: postings as arrays with their weights computed beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.tokens import Keys

Floats = NDArray[np.float64]
Scores = NDArray[np.float32]
"""Of every item: half the memory to go through, and exact enough for a share of a demand."""

K1: Final = 0.9
B: Final = 0.4
OFTEN: Final = 16


@dataclass(frozen=True, slots=True)
class Postings:
    """For each term, in the order of keys: its idf, and where its items and their weights stand.

    Those of many items have their weights in `frequent` too, one for each item: they are added without looking up any.
    """

    keys: Keys
    idf: Floats
    firsts: Keys
    items: NDArray[np.int32]
    weights: Scores
    frequent: Mapping[int, Scores]
    size: int

    def numbers(self, keys: Keys) -> Keys:
        """The number of each term, -1 for one that no item has."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[found] == keys, found, -1)

    def idf_of(self, numbers: Keys) -> Floats:
        """How telling each term is; most for one that no item has."""
        return np.where(numbers < 0, self.highest_idf, self.idf[numbers] if len(self.idf) else 0.0)

    @property
    def highest_idf(self) -> float:
        return _idf(np.zeros(1), self.size).item()

    def scores(self, numbers: Keys) -> Scores:
        """BM25 of every item for these terms."""
        found = np.zeros(self.size, np.float32)
        for number in numbers[numbers >= 0].tolist():
            if number in self.frequent:
                found += self.frequent[number]
            else:
                place = slice(self.firsts[number], self.firsts[number + 1])
                found[self.items[place]] += self.weights[place]
        return found


def postings(keys: Keys, numbers: Keys, owners: Keys, size: int) -> Postings:
    """Of `size` items, numbered from 0. `keys` are the different terms, sorted; each occurrence has the number of its term
    and of the item that owns it.
    """
    lengths = np.bincount(owners, minlength=size)
    pairs, counts = np.unique(numbers * max(size, 1) + owners, return_counts=True)
    of_term, of_item = np.divmod(pairs, max(size, 1))
    frequency = np.bincount(of_term, minlength=len(keys))
    idf = _idf(frequency, size)
    average = lengths.mean() if lengths.any() else 1.0
    weights = idf[of_term] * counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths[of_item] / average))
    firsts = np.concatenate(([0], np.cumsum(frequency)))
    found = Postings(keys, idf, firsts, of_item.astype(np.int32), weights.astype(np.float32), {}, size)
    return replace(found, frequent=_spread(found, np.flatnonzero(frequency * OFTEN > size)))


def _spread(found: Postings, numbers: Keys) -> dict[int, Scores]:
    spread = {}
    for number in numbers.tolist():
        place = slice(found.firsts[number], found.firsts[number + 1])
        spread[number] = np.zeros(found.size, np.float32)
        spread[number][found.items[place]] = found.weights[place]
    return spread


def _idf(frequency: NDArray[np.generic], size: int) -> Floats:
    counted = np.asarray(frequency, np.float64)
    return np.log1p((size - counted + 0.5) / (counted + 0.5))


def sums(owners: NDArray[np.signedinteger], values: Floats, size: int) -> Floats:
    """What the values of each owner come to."""
    return np.bincount(owners, values, size).astype(np.float64, copy=False)
