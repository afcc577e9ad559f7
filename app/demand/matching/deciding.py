"""Whether any item meets a demand: a probability from its ranking, and the zone it falls into."""

from typing import Final, Literal

import numpy as np

from app.demand.matching.lexical import Floats
from app.demand.matching.ranking import Candidates
from app.demand.matching.tokens import Keys
from app.demand.matching.weights import Linear, Thresholds

Zone = Literal["matched", "review", "unmet"]
DECISION: Final = ("top", "margin", "coverage", "precision", "cosine", "agree", "elsewhere", "complaint", "length")


def decision_features(found: Candidates, order: Keys, scores: Floats) -> Floats:
    """Of one ranking; `order` are places among the candidates, the best first."""
    best = int(order[0])
    ranked = scores[order]
    covered, cosine = found.column("coverage"), found.column("cosine")
    elsewhere = [each.row for each in found.reading.elsewhere]
    return np.array(
        [
            ranked[0],
            ranked[0] - ranked[1] if len(ranked) > 1 else 1.0,
            covered[best],
            found.column("name_precision")[best],
            cosine[best],
            float(covered.argmax() == cosine.argmax()),
            float(any(row.granted_by for row in elsewhere)),
            float(any(not row.granted_by for row in elsewhere)),
            float(np.log1p(len(found.reading.own))),
        ]
    )


def probability(calibrator: Linear, features: Floats) -> float:
    """That some item meets the demand, 0 to 1."""
    weights = np.array([calibrator.weights.get(name, 0.0) for name in DECISION])
    return round(float(1 / (1 + np.exp(-(weights @ features) - calibrator.intercept))), 6)


def zone(chance: float, thresholds: Thresholds) -> Zone:
    if chance >= thresholds.matched:
        return "matched"
    return "unmet" if chance < thresholds.unmet else "review"
