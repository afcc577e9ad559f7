"""The matcher: a demand in, the items that may meet it out, with a zone, a probability and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.demand.matching.actions import words_for
from app.demand.matching.deciding import Zone, decision_features, probability, zone
from app.demand.matching.explaining import Reasons
from app.demand.matching.features import FEATURES
from app.demand.matching.index import Entry, build_index
from app.demand.matching.ranking import Candidates, candidates, total
from app.demand.matching.reading import read
from app.demand.matching.semantic import Encoder, meaning
from app.demand.matching.thesaurus import Elsewhere, Thesaurus
from app.demand.matching.weights import Weights

MATCHER_VERSION: Final = "1"
"""Another one whenever results could be others."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that may meet the demand, by its id; more is better, of one demand only."""

    item: int
    score: float
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Match:
    """`probability` is that some item of the catalogue meets the demand. `parts` are needs that may be asked for singly.

    `elsewhere` says who grants what no district does; a hint, no decision. `semantic`: with the extra.
    """

    zone: Zone
    probability: float
    hits: tuple[Hit, ...]
    parts: tuple[str, ...]
    elsewhere: Elsewhere | None
    semantic: bool


class Matcher:
    """Never changes, and may be asked by several threads at once."""

    def __init__(
        self, entries: Sequence[Entry], thesaurus: Thesaurus, weights: Weights, encoder: Encoder | None = None
    ) -> None:
        self.index = build_index(entries)
        self.thesaurus, self.weights = thesaurus, weights
        self.meaning = meaning(self.index, encoder) if encoder else None
        self.mode = weights.semantic if encoder else weights.lexical

    def match(self, text: str, limit: int = 10) -> Match:
        """The best `limit` items. Raises NotADemand."""
        found = self.candidates(text, limit)
        scores = total(self.mode.ranker, found.features, FEATURES)
        order = np.lexsort((found.items, -scores))
        chance = probability(self.mode.calibrator, decision_features(found, order, scores)) if len(order) else 0.0
        elsewhere = next((each.row for each in found.reading.elsewhere), None)
        hits = tuple(self._hit(found, int(place), float(scores[place])) for place in order[:limit])
        return Match(zone(chance, self.mode.thresholds), chance, hits, (), elsewhere, self.meaning is not None)

    def candidates(self, text: str, limit: int = 10) -> Candidates:
        return candidates(read(text, self.index, self.thesaurus), self.index, self.meaning, limit)

    def _hit(self, found: Candidates, place: int, score: float) -> Hit:
        item = int(found.items[place])
        entry = self.index.entries[item]
        cosine = float(found.column("cosine")[place]) if self.meaning else None
        reasons = Reasons(
            "name",
            entry.name,
            (),
            (),
            int(found.column("action")[place]),
            words_for(found.reading.actions),
            words_for(int(self.index.actions[item])),
            entry.persons_only,
            cosine,
            by_meaning=not found.column("coverage")[place],
        )
        return Hit(entry.id, round(score, 6), reasons)
