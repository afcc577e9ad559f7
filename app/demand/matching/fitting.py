"""Fitting the weights to judged demands: a pairwise logistic ranker near its prior, and a regularised logistic decision.

Newton's method on a dozen features: the same input gives the same weights. No more is claimed than what cross-validation shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.deciding import DECISION, decision_features
from app.demand.matching.features import FEATURES
from app.demand.matching.lexical import Floats
from app.demand.matching.ranking import Candidates, ranked
from app.demand.matching.weights import Linear

Grades = NDArray[np.int8]

FOLDS: Final = 5
PRIOR: Final = Linear({"fused": 20.0})
NEAR_PRIOR: Final = 5.0
"""How strongly the ranker is held to its prior, in demands."""
PRIOR_DECISION: Final = Linear({"elsewhere": -2.0, "no_service": -2.0})
NEAR_PRIOR_DECISION: Final = 2.0
STEPS: Final = 30
ENOUGH: Final = 1e-9
NOTHING: Final = 5e-5


@dataclass(frozen=True, slots=True)
class Example:
    """A judged demand: its candidates, and the grade of each: 2 meets it, 1 is related, 0 neither.

    `met`: whether the catalogue has any item for it. `wanted`: how many items meet it, those that were not found included.
    """

    text: str
    found: Candidates
    grades: Grades
    met: bool
    wanted: int


def fit_ranker(examples: Sequence[Example], prior: Linear = PRIOR) -> Linear:
    """Weights under which what is graded higher scores higher; each demand counts alike. The prior, where there is nothing."""
    graded = [example for example in examples if example.grades.any()]
    if not graded:
        return prior
    spread = spreads(np.concatenate([example.found.features for example in graded]))
    differences, weights = zip(*map(pairs, graded), strict=True)
    start = values_of(prior, FEATURES) * spread
    found = logistic(
        np.concatenate(differences) / spread, np.concatenate(weights), start, np.full(len(start), NEAR_PRIOR)
    )
    return Linear(named(FEATURES, found / spread))


def pairs(example: Example) -> tuple[Floats, Floats]:
    """Features of the better less those of the worse, of each pair of different grades, and weights that sum to 1."""
    better, worse = np.nonzero(example.grades[:, None] > example.grades[None, :])
    gains = np.exp2(example.grades.astype(np.float64))
    weights = gains[better] - gains[worse]
    return example.found.features[better] - example.found.features[worse], weights / weights.sum()


def fit_calibrator(examples: Sequence[Example], ranker: Linear, prior: Linear = PRIOR_DECISION) -> Linear:
    """How likely a ranking is one of a demand that is met. Raises ValueError where all are met, or none."""
    met = np.array([example.met for example in examples])
    if met.all() or not met.any():
        raise ValueError("met and unmet demands are needed")
    features = np.array([decision_row(example.found, ranker) for example in examples])
    mean, spread = features.mean(axis=0), spreads(features)
    rows = np.column_stack((np.ones(len(met)), (features - mean) / spread)) * np.where(met, 1.0, -1.0)[:, None]
    start = np.concatenate(([0.0], values_of(prior, DECISION) * spread))
    hold = np.concatenate(([0.0], np.full(len(spread), NEAR_PRIOR_DECISION)))
    found = logistic(rows, np.ones(len(met)), start, hold)
    weights = found[1:] / spread
    return Linear(named(DECISION, weights), round(float(found[0] - weights @ mean), 4))


def decision_row(found: Candidates, ranker: Linear) -> Floats:
    return decision_features(found, *ranked(found, ranker))


def logistic(rows: Floats, weights: Floats, start: Floats, hold: Floats) -> Floats:
    """The x that makes rows @ x large, by the weighted logistic loss, held to `start` by squares."""
    found = start.copy()
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(np.clip(rows @ found, -500, 500)))
        slope = hold * (found - start) - rows.T @ (weights * wrong)
        curve = (rows.T * (weights * wrong * (1 - wrong))) @ rows + np.diag(hold + ENOUGH)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < ENOUGH:
            break
    return found


def spreads(features: Floats) -> Floats:
    """Standard deviations; 1 for what never differs, whose weight stays what it was."""
    found: Floats = features.std(axis=0)
    return np.where(found > ENOUGH, found, 1.0)


def values_of(linear: Linear, names: Sequence[str]) -> Floats:
    return np.array([linear.weights.get(name, 0.0) for name in names])


def named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True) if abs(value) > NOTHING}


def folds(examples: Sequence[Example], count: int = FOLDS) -> Iterator[tuple[list[Example], list[Example]]]:
    """What to fit on and what to hold back, by turns; which fold a demand is in depends on its text alone."""
    order = sorted(examples, key=lambda example: sha256(example.text.encode()).digest())
    for fold in range(count):
        yield [each for n, each in enumerate(order) if n % count != fold], order[fold::count]
