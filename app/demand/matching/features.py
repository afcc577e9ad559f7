"""What speaks for a pair of demand and item, as numbers: computed for the first candidates only, all at once."""

from collections.abc import Sequence
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


def slices(firsts: Keys, owners: NDArray[np.signedinteger]) -> tuple[Keys, Keys]:
    """The places of the runs of several owners, one after the other, and which of them each belongs to."""
    lengths = firsts[owners + 1] - firsts[owners]
    whose = np.repeat(np.arange(len(owners)), lengths)
    starts = np.repeat(firsts[owners] - (np.cumsum(lengths) - lengths), lengths)
    return starts + np.arange(len(whose)), whose


@dataclass(frozen=True, slots=True)
class Shares:
    """Of parts of items: which, whose, of what kind, the mass each shares with the demand, and its own."""

    parts: Keys
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

    def best_parts(self) -> Keys:
        """Of each candidate the part that shares most, for its own length too; its name where none does."""
        suits = self.shared**2 / self.masses
        _, first = np.unique(self.candidates, return_index=True)
        best = np.maximum.reduceat(suits, first) if len(first) else suits
        places = np.flatnonzero(suits == best[self.candidates])
        _, first = np.unique(self.candidates[places], return_index=True)
        return self.parts[places[first]]


def shares(index: Index, numbers: Keys, items: Keys) -> Shares:
    """What parts of items share with terms, in idf mass. `numbers` are sorted."""
    parts, candidates = slices(index.parts.firsts, items)
    at, part = slices(index.parts.term_firsts, parts)
    terms = index.parts.terms[at]
    hit = np.isin(terms, numbers)
    shared = sums(part[hit], index.postings.idf[terms[hit]], len(parts))
    return Shares(parts, candidates, index.parts.kinds[parts], shared, np.maximum(index.parts.masses[parts], 1e-9))


def pair_features(reading: Reading, found: Shares, measured: Sequence[NDArray[np.generic]]) -> Floats:
    """A row for each candidate, a column for each of FEATURES; `measured` are the first ones."""
    count = len(measured[0])
    precision = found.shared / found.masses
    recall = np.minimum(found.shared / max(reading.mass, 1e-9), 1.0)
    columns = (
        found.best(NAME, recall, count),
        found.best(NAME, precision, count),
        found.best(ALIAS, precision * recall, count),
        found.best(MAIN_ITEM, precision, count),
    )
    return np.column_stack([np.asarray(column, np.float64) for column in (*measured, *columns)])
