"""Fitting the weights to judged demands: a pairwise logistic ranker near its prior, and a regularised logistic decision.

Newton's method on a dozen features: the same input gives the same weights. No more is claimed than what cross-validation shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

import numpy as np

from app.demand.matching.deciding import DECISION, decision_features
from app.demand.matching.features import FEATURES
from app.demand.matching.lexical import Floats
from app.demand.matching.ranking import Candidates, ranked
from app.demand.matching.scoring import Example, Outcome, outcome
from app.demand.matching.weights import Linear, Mode, Thresholds

FOLDS: Final = 5
RULES: Final = ("action", "persons_only")
"""The same for every demand: few demands say what such a rule is worth, and many seem to."""
FITTED: Final = tuple(name for name in FEATURES if name not in RULES)
RULES_PLACES, FITTED_PLACES = ([FEATURES.index(name) for name in names] for names in (RULES, FITTED))
NEAR_PRIOR: Final = 10.0
"""How strongly a ranker is held to its prior: as by so many demands."""
NEAR_PRIOR_DECISION: Final = 4.0
LEAST: Final = 10
"""Met and unmet demands that a calibrator needs."""
STEPS: Final = 30
ENOUGH: Final = 1e-9
NOTHING: Final = 5e-5

MATCHED: Final = (0.9, 0.95)
MATCHED_WRONG: Final = 100
UNMET: Final = (0.4, 0.3, 0.2)
UNMET_WRONG: Final = 4

PRIOR: Final = Mode(
    ranker=Linear({"fused": 20.0}),
    calibrator=Linear({"elsewhere": -2.0}),
    thresholds=Thresholds(matched=0.9, unmet=0.4),
)
"""Before any demand was judged."""


def fit_ranker(examples: Sequence[Example], prior: Linear) -> Linear:
    """Weights under which what is graded higher scores higher; each demand counts alike. RULES keep the weights of the prior,
    and so does everything where there is nothing to fit to.
    """
    graded = [example for example in examples if example.grades.any()]
    if not graded:
        return prior
    spread = spreads(np.concatenate([example.found.features for example in graded])[:, FITTED_PLACES])
    differences, weights = (np.concatenate(each) for each in zip(*map(pairs, graded), strict=True))
    start, ruled = values_of(prior, FITTED) * spread, differences[:, RULES_PLACES] @ values_of(prior, RULES)
    found = logistic(
        differences[:, FITTED_PLACES] / spread, weights, start, np.full(len(start), NEAR_PRIOR), already=ruled
    )
    return Linear(named(RULES, values_of(prior, RULES)) | named(FITTED, found / spread))


def pairs(example: Example) -> tuple[Floats, Floats]:
    """Features of the better less those of the worse, of each pair of different grades, and weights that sum to 1."""
    better, worse = np.nonzero(example.grades[:, None] > example.grades[None, :])
    gains = np.exp2(example.grades.astype(np.float64))
    weights = gains[better] - gains[worse]
    return example.found.features[better] - example.found.features[worse], weights / weights.sum()


def fit_calibrator(examples: Sequence[Example], ranker: Linear, prior: Linear) -> Linear:
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


def logistic(rows: Floats, weights: Floats, start: Floats, hold: Floats, already: Floats | float = 0.0) -> Floats:
    """The x that makes rows @ x large, by the weighted logistic loss, held to `start` by squares. `already` is what each row
    has without x.
    """
    found = start.copy()
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(np.clip(rows @ found + already, -500, 500)))
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


def fit(examples: Sequence[Example], prior: Mode) -> Mode:
    """Weights near the prior, fitted to examples of one mode. The calibrator stays where too few demands are unmet or met."""
    ranker = fit_ranker(examples, prior.ranker)
    met = sum(example.met for example in examples)
    if min(met, len(examples) - met) < LEAST:
        return replace(prior, ranker=ranker)
    return replace(prior, ranker=ranker, calibrator=fit_calibrator(examples, ranker, prior.calibrator))


def held_back(examples: Sequence[Example], prior: Mode) -> list[Outcome]:
    """Each demand under weights that were fitted without it: what may be expected of demands to come."""
    return [outcome(example, fitted) for fitted, held in _by_turns(examples, prior) for example in held]


def _by_turns(examples: Sequence[Example], prior: Mode) -> Iterator[tuple[Mode, list[Example]]]:
    """Which fold a demand is in depends on the texts alone."""
    order = sorted(examples, key=lambda example: sha256(example.text.encode()).digest())
    for fold in range(min(FOLDS, len(order))):
        rest = [example for place, example in enumerate(order) if place % FOLDS != fold]
        yield fit(rest, prior), order[fold::FOLDS]


def thresholds(outcomes: Sequence[Outcome]) -> Thresholds:
    """From demands that were held back: no more than one in MATCHED_WRONG of those called matched is unmet, and no more
    than one in UNMET_WRONG of those called unmet is met, within bounds that no small sample moves.
    """
    chances = np.array([each.probability for each in outcomes])
    met = np.array([each.met for each in outcomes])
    matched = next(
        (t for t in MATCHED if np.sum(~met[chances >= t]) * MATCHED_WRONG <= np.sum(chances >= t)), MATCHED[-1]
    )
    unmet = next((t for t in UNMET if np.sum(met[chances < t]) * UNMET_WRONG <= np.sum(chances < t)), UNMET[-1])
    return Thresholds(matched, unmet)
