"""The order of items for a demand: the first by a fixed sum of what was measured of all, these by the fitted one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.demand.matching.actions import agreement
from app.demand.matching.features import FEATURES, pair_features
from app.demand.matching.index import Index
from app.demand.matching.lexical import Floats
from app.demand.matching.reading import Reading, coverage
from app.demand.matching.semantic import Meaning
from app.demand.matching.tokens import Keys
from app.demand.matching.weights import Linear

COVERAGE, COSINE, ACTION, PERSONS_ONLY = 0.4, 0.6, 0.05, -0.02
RERANKED: Final = 60
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first items in the order of their fused scores, with a row of features each; `others` follow them."""

    reading: Reading
    items: Keys
    features: Floats
    others: Keys

    def column(self, name: str) -> Floats:
        values: Floats = self.features[:, FEATURES.index(name)]
        return values


def candidates(reading: Reading, index: Index, meaning: Meaning | None, limit: int) -> Candidates:
    """Equal scores stand in the order of ids."""
    covered = coverage(reading, index)
    cosine = meaning.similarity(reading) if meaning else np.zeros_like(covered)
    fused = COVERAGE * covered + COSINE * cosine if meaning else covered
    fused = fused + ACTION * agreement(reading.actions, index.actions) + PERSONS_ONLY * index.persons_only
    ordered = first(fused.round(DIGITS), max(limit, RERANKED))
    items, others = ordered[:RERANKED], ordered[RERANKED:]
    features = pair_features(reading, index, items, fused[items], covered[items], cosine[items])
    return Candidates(reading, items, features.round(DIGITS), others)


def first(scores: Floats, count: int) -> Keys:
    """The places of the largest, earlier ones first where equal."""
    if count < len(scores):
        least = np.partition(scores, -count)[-count]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    return places[np.lexsort((places, -scores[places]))][:count]


def total(linear: Linear, features: Floats, names: tuple[str, ...]) -> Floats:
    """The weighted sum of each row, to six decimals."""
    weights = np.array([linear.weights.get(name, 0.0) for name in names])
    sums: Floats = (features * weights).sum(axis=1) + linear.intercept
    return sums.round(DIGITS)
