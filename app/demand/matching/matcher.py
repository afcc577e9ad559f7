"""The matcher: a demand in, the items that may meet it out, with a zone, a probability and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.demand.matching.deciding import Zone, decision_features, probability, zone
from app.demand.matching.explaining import Reasons, explain
from app.demand.matching.index import Entry, build_index
from app.demand.matching.lexicon import lexicon
from app.demand.matching.ranking import Candidates, candidates, ranked
from app.demand.matching.reading import coverage, read
from app.demand.matching.semantic import Encoder, meaning
from app.demand.matching.splitting import needs_in
from app.demand.matching.thesaurus import Asker, Elsewhere, Synonym, Thesaurus
from app.demand.matching.weights import Weights

__all__ = ["MATCHER_VERSION", "Entry", "Hit", "Match", "Matcher"]

MATCHER_VERSION: Final = "1"
"""Another one whenever results could be others."""
CLEAR_NEED: Final = 0.4
"""Which share of a need an item must have, so that the need counts as one of its own."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that may meet the demand, by its id; more is better, of one demand only."""

    item: int
    score: float
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Match:
    """`probability` is that some item of the catalogue meets the demand. `parts` are needs that may be asked for singly.

    `elsewhere` says who grants what no district does, or why nobody does: a hint, no decision. `semantic`: meaning was
    compared too.
    """

    zone: Zone
    probability: float
    hits: tuple[Hit, ...]
    parts: tuple[str, ...]
    elsewhere: Elsewhere | None
    semantic: bool


class Matcher:
    """Never changes, and may be asked by several threads at once. The same entries, thesaurus and weights give the same."""

    def __init__(
        self, entries: Sequence[Entry], thesaurus: Thesaurus, weights: Weights, encoder: Encoder | None = None
    ) -> None:
        self.index = build_index(entries)
        self.lexicon = lexicon(thesaurus, self.index)
        self.is_semantic = encoder is not None
        self.mode = weights.lexical if encoder is None else weights.semantic
        self.meaning = meaning(self.index, encoder) if encoder and entries else None

    @property
    def inert(self) -> tuple[Synonym, ...]:
        """Rows of the thesaurus that say nothing about these items."""
        return self.lexicon.inert

    def match(self, text: str, limit: int = 10, asker: Asker | None = None) -> Match:
        """The best `limit` items, at most RERANKED; by words alone only such as share any. Raises NotADemand."""
        found = self.candidates(text, asker)
        order, scores = ranked(found, self.mode.ranker)
        chance = probability(self.mode.calibrator, decision_features(found, order, scores)) if len(order) else 0.0
        parts = self.needs(text)
        hits = (self._hit(found, place, score) for place, score in zip(order.tolist(), scores.tolist(), strict=True))
        return Match(
            zone=zone(chance, self.mode.thresholds, several=bool(parts)),
            probability=chance,
            hits=tuple(islice(filter(None, hits), limit)),
            parts=parts,
            elsewhere=next((row for each in found.reading.elsewhere for row in each.rows), None),
            semantic=self.is_semantic,
        )

    def candidates(self, text: str, asker: Asker | None = None) -> Candidates:
        """What is ranked, with all that was measured. Raises NotADemand."""
        return candidates(read(text, self.index, self.lexicon, asker), self.index, self.meaning)

    def needs(self, text: str) -> tuple[str, ...]:
        """The needs that a demand names, where at least two of them have a clear item, and not the same one."""
        needs = needs_in(text)
        return needs if len({item for need in needs if (item := self._clear_item(need)) is not None}) > 1 else ()

    def _clear_item(self, need: str) -> int | None:
        """By words alone."""
        covered, _ = coverage(read(need, self.index, self.lexicon), self.index)
        return int(covered.argmax()) if covered.size and covered.max() >= CLEAR_NEED else None

    def _hit(self, found: Candidates, place: int, score: float) -> Hit | None:
        """None where nothing speaks for the item."""
        if not self.is_semantic and not found.column("coverage")[place]:
            return None
        reasons = explain(found, place, self.index, semantic=self.is_semantic)
        if not (self.is_semantic or reasons.shared or reasons.thesaurus):
            return None
        return Hit(self.index.entries[found.items[place]].id, score, reasons)
