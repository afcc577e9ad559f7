"""The order of items for a demand: the first by a fixed sum of what is measured of all, these by the fitted one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.actions import agreement
from app.demand.matching.features import FEATURES, pair_features, shares
from app.demand.matching.index import Index
from app.demand.matching.lexical import Floats, Scores
from app.demand.matching.reading import Reading, coverage
from app.demand.matching.semantic import Meaning
from app.demand.matching.tokens import Keys
from app.demand.matching.weights import Linear

COVERAGE: Final = 0.4
COSINE: Final = 0.6
ACTION: Final = 0.05
PERSONS_ONLY: Final = -0.02
RERANKED: Final = 100
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first items, by their places in the index, with a row of FEATURES each, and the part of each that suits best."""

    reading: Reading
    items: Keys
    features: Floats
    parts: Keys

    def column(self, name: str) -> Floats:
        values: Floats = self.features[:, FEATURES.index(name)]
        return values


def candidates(reading: Reading, index: Index, meaning: Meaning | None) -> Candidates:
    """RERANKED of them, where there are so many. Equal sums stand in the order of ids."""
    measured = measure(reading, index, meaning)
    items = first(measured[0], RERANKED)
    found = shares(index, reading.numbers, items)
    features = pair_features(reading, found, [values[items] for values in measured])
    return Candidates(reading, items, features.round(DIGITS), found.best_parts())


def measure(reading: Reading, index: Index, meaning: Meaning | None) -> tuple[Scores, *tuple[NDArray[np.generic], ...]]:
    """Of every item the first of FEATURES."""
    covered, own_covered = coverage(reading, index)
    near, own_near = meaning.similarity(reading) if meaning else (np.zeros_like(covered),) * 2
    like = COVERAGE * covered + COSINE * near if meaning else covered
    action = agreement(reading.actions, index.actions)
    fused = like + (np.float32(ACTION) * action)[index.action_of] + np.float32(PERSONS_ONLY) * index.persons_only
    return (fused, covered, own_covered, near, own_near, action[index.action_of], index.persons_only)


def first(scores: Scores, count: int) -> Keys:
    """The places of the largest, earlier ones first where equal to DIGITS."""
    places = np.arange(len(scores))
    if count < len(scores):
        places = np.flatnonzero(scores >= np.partition(scores, -count)[-count] - 10.0**-DIGITS)
    return places[np.lexsort((places, -scores[places].round(DIGITS)))][:count]


def total(linear: Linear, features: Floats, names: Sequence[str]) -> Floats:
    """The weighted sum of each row."""
    weights = np.array([linear.weights.get(name, 0.0) for name in names])
    sums: Floats = (features * weights).sum(axis=-1) + linear.intercept
    return sums.round(DIGITS)


def ranked(found: Candidates, ranker: Linear) -> tuple[Keys, Floats]:
    """Places among the candidates, the best first, with their scores; equal ones in the order of ids."""
    scores = total(ranker, found.features, FEATURES)
    order = np.lexsort((found.items, -scores))
    return order, scores[order]
