"""Whether any item meets a demand: a probability from its ranking, and the zone it falls into."""

from typing import Final, Literal

import numpy as np

from app.demand.matching.lexical import Floats
from app.demand.matching.ranking import DIGITS, Candidates, total
from app.demand.matching.tokens import Keys
from app.demand.matching.weights import Linear, Thresholds

Zone = Literal["matched", "review", "unmet"]

OF_THE_FIRST: Final = ("coverage", "own_coverage", "cosine", "own_cosine", "name_precision")
DECISION: Final = (
    "top",  # the score of the first item
    "margin",  # by how much it leads
    *OF_THE_FIRST,
    "agree",  # words and meaning have the same item first
    "length",  # of the demand: the logarithm of its number of terms
    "thesaurus",  # a row of it was used
    "elsewhere",  # how unclear the first item is, where the demand names what no district does
)


def decision_features(found: Candidates, order: Keys, scores: Floats) -> Floats:
    """A number for each of DECISION. The ranking must not be empty."""
    first = {name: found.column(name)[order[0]] for name in OF_THE_FIRST}
    by_words, by_meaning = found.column("coverage"), found.column("cosine")
    unclear = 1 - min(1.0, first["own_coverage"] * first["name_precision"])
    return np.array(
        [
            scores[0],
            scores[0] - scores[1] if len(scores) > 1 else 0.0,
            *first.values(),
            by_meaning.any() and by_words.argmax() == by_meaning.argmax(),
            np.log1p(len(found.reading.own)),
            bool(found.reading.pieces),
            unclear * bool(found.reading.elsewhere),
        ],
        np.float64,
    )


def probability(calibrator: Linear, features: Floats) -> float:
    """That some item of the catalogue meets the demand: 0 to 1, to six decimals."""
    return round(float(1 / (1 + np.exp(-total(calibrator, features, DECISION)))), DIGITS)


def zone(chance: float, thresholds: Thresholds, *, several: bool = False) -> Zone:
    """Between the thresholds a person decides, and of `several` needs whether all of them are met."""
    if chance >= thresholds.matched and not several:
        return "matched"
    return "unmet" if chance < thresholds.unmet else "review"
