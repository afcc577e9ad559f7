"""How good a ranking and its decision are, of demands that were judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.deciding import decision_features, probability
from app.demand.matching.ranking import Candidates, ranked
from app.demand.matching.weights import Mode

Grades = NDArray[np.int8]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What weights made of an example. `recall` is of the first five; both are None where no item was wanted."""

    recall: float | None
    reciprocal_rank: float | None
    probability: float
    met: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over demands, 0 to 1, None where there is nothing to measure.

    `auroc` is how often a met demand has a higher probability than an unmet one, `brier` the mean square of how far
    probabilities are from what was so.
    """

    demands: int
    recall_at_5: float | None
    mrr_at_10: float | None
    auroc: float | None
    brier: float | None


def outcome(example: Example, mode: Mode) -> Outcome:
    """Raises ValueError for an example without candidates."""
    order, scores = ranked(example.found, mode.ranker)
    chance = probability(mode.calibrator, decision_features(example.found, order, scores))
    if not example.wanted:
        return Outcome(None, None, chance, example.met)
    right = np.flatnonzero(example.grades[order[:10]] == 2)
    recall = float(np.sum(right < 5)) / example.wanted
    return Outcome(recall, 1 / (1 + float(right[0])) if len(right) else 0.0, chance, example.met)


def scores(outcomes: Sequence[Outcome]) -> Scores:
    return Scores(
        demands=len(outcomes),
        recall_at_5=mean(outcomes, lambda each: each.recall),
        mrr_at_10=mean(outcomes, lambda each: each.reciprocal_rank),
        auroc=auroc(outcomes),
        brier=mean(outcomes, lambda each: (each.probability - each.met) ** 2),
    )


def mean(outcomes: Sequence[Outcome], of: Callable[[Outcome], float | None]) -> float | None:
    known = [value for each in outcomes if (value := of(each)) is not None]
    return round(fmean(known), 4) if known else None


def auroc(outcomes: Sequence[Outcome]) -> float | None:
    met = np.array([each.probability for each in outcomes if each.met])
    unmet = np.array([each.probability for each in outcomes if not each.met])
    if not len(met) or not len(unmet):
        return None
    higher, equal = met[:, None] > unmet, met[:, None] == unmet
    return round(float(np.mean(higher + 0.5 * equal)), 4)
