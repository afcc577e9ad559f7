"""BM25 over the terms of items, in memory: postings as arrays with their weights computed beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.tokens import Keys, Terms

Floats = NDArray[np.float64]

K1: Final = 0.9
B: Final = 0.4


@dataclass(frozen=True, slots=True)
class Postings:
    """For each term, in the order of keys: its idf, and where its items and their weights stand."""

    keys: Keys
    idf: Floats
    firsts: Keys
    items: NDArray[np.int32]
    weights: NDArray[np.float32]
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

    def scores(self, numbers: Keys) -> Floats:
        """BM25 of every item for these terms."""
        found = np.zeros(self.size)
        for number in numbers[numbers >= 0].tolist():
            place = slice(self.firsts[number], self.firsts[number + 1])
            found[self.items[place]] += self.weights[place]
        return found


def postings(terms: Terms, items: Sequence[int] | NDArray[np.int32], size: int) -> Postings:
    """Of `size` items, numbered from 0; `items` says whose the texts of the terms are."""
    keys, numbers = np.unique(terms.keys, return_inverse=True)
    owners = np.asarray(items, np.int64)[terms.texts]
    lengths = np.bincount(owners, minlength=size)
    pairs, counts = np.unique(numbers * max(size, 1) + owners, return_counts=True)
    of_term, of_item = np.divmod(pairs, max(size, 1))
    frequency = np.bincount(of_term, minlength=len(keys))
    idf = _idf(frequency, size)
    average = lengths.mean() if lengths.any() else 1.0
    weights = idf[of_term] * counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths[of_item] / average))
    firsts = np.concatenate(([0], np.cumsum(frequency)))
    return Postings(keys, idf, firsts, of_item.astype(np.int32), weights.astype(np.float32), size)


def _idf(frequency: NDArray[np.generic], size: int) -> Floats:
    counted = np.asarray(frequency, np.float64)
    return np.log1p((size - counted + 0.5) / (counted + 0.5))


def sums(owners: NDArray[np.signedinteger], values: Floats, size: int) -> Floats:
    """What the values of each owner come to."""
    return np.bincount(owners, values, size).astype(np.float64, copy=False)
