"""What speaks for a pair of demand and item, as numbers: computed for the first candidates only, all at once."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.index import ALIAS, MAIN_ITEM, NAME, Index
from app.demand.matching.lexical import Floats, sums
from app.demand.matching.reading import Reading
from app.demand.matching.tokens import Keys

FEATURES: Final = (
    "fused",  # the sum that chose the candidates
    "coverage",  # BM25 as a share of the demand's mass
    "own_coverage",  # the same without the thesaurus
    "cosine",  # of meaning; 0 without the extra
    "own_cosine",  # the same without the thesaurus
    "action",  # 1 for the same, -1 for another
    "persons_only",
    "name_recall",  # how much of what the demand may mean the name has
    "name_precision",  # how much of the name the demand may mean
    "alias",  # both shares multiplied, of the best alias
    "main_item",  # how much of the main item the demand may mean
)
MEASURED: Final = 7
"""So many of them, the first ones, are known of every item."""


def slices(firsts: Keys, owners: NDArray[np.signedinteger]) -> tuple[Keys, Keys]:
    """The places of the runs of several owners, one after the other, and which of them each belongs to."""
    lengths = firsts[owners + 1] - firsts[owners]
    whose = np.repeat(np.arange(len(owners)), lengths)
    starts = np.repeat(firsts[owners] - (np.cumsum(lengths) - lengths), lengths)
    return starts + np.arange(len(whose)), whose


@dataclass(frozen=True, slots=True)
class Shares:
    """Of parts of items: whose, of what kind, the mass each shares with the demand, and its own."""

    candidates: Keys
    kinds: NDArray[np.int8]
    shared: Floats
    masses: Floats

    def best(self, kind: int, values: Floats, count: int) -> Floats:
        """The largest value of each candidate's parts of this kind; 0 where it has none."""
        found = np.zeros(count)
        chosen = self.kinds == kind
        np.maximum.at(found, self.candidates[chosen], values[chosen])
        return found


def shares(index: Index, numbers: Keys, items: Keys) -> Shares:
    """What parts of items share with terms, in idf mass. `numbers` are sorted."""
    parts, candidates = slices(index.parts.firsts, items)
    at, part = slices(index.parts.term_firsts, parts)
    terms = index.parts.terms[at]
    hit = np.isin(terms, numbers)
    shared = sums(part[hit], index.postings.idf[terms[hit]], len(parts))
    return Shares(candidates, index.parts.kinds[parts], shared, np.maximum(index.parts.masses[parts], 1e-9))


def pair_features(reading: Reading, index: Index, items: Keys, measured: Floats) -> Floats:
    """A row for each item, a column for each of FEATURES; `measured` are the first ones."""
    count = len(items)
    found = shares(index, reading.numbers, items)
    precision = found.shared / found.masses
    recall = np.minimum(found.shared / max(reading.mass, 1e-9), 1.0)
    columns = (
        found.best(NAME, recall, count),
        found.best(NAME, precision, count),
        found.best(ALIAS, precision * recall, count),
        found.best(MAIN_ITEM, precision, count),
    )
    return np.column_stack((measured, *columns))
