"""The thesaurus against one catalogue: what its phrases are there, and which rows say nothing about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from app.demand.matching.index import Index
from app.demand.matching.text import folded
from app.demand.matching.thesaurus import Asker, Synonym, Thesaurus
from app.demand.matching.tokens import Keys, terms_of


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the catalogue: their terms as numbers, and the idf mass of these."""

    text: str
    numbers: Keys
    mass: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`phrases` are those of which the catalogue has more than a third of the bigrams; `inert` rows have none of these."""

    thesaurus: Thesaurus
    phrases: Mapping[str, Phrase]
    inert: tuple[Synonym, ...]

    def phrases_of(self, rows: Iterable[Synonym], asker: Asker | None = None) -> tuple[Phrase, ...]:
        """What rows say of this catalogue, each phrase once: the first one of every row, then the second ones."""
        meant = [row for row in rows if asker is None or row.scope in ("", asker)]
        said = [[self.phrases[text] for text in row.phrases if text in self.phrases] for row in meant]
        longest = max(map(len, said), default=0)
        ordered = (row[place] for place in range(longest) for row in said if place < len(row))
        return tuple({phrase.text: phrase for phrase in ordered}.values())


def lexicon(thesaurus: Thesaurus, index: Index) -> Lexicon:
    texts = list(dict.fromkeys(phrase for row in thesaurus.synonyms for phrase in row.phrases))
    terms = terms_of([folded(text) for text in texts])
    numbers = index.postings.numbers(terms.keys)
    together = terms.widths > 1
    counts = np.bincount(terms.texts[together], minlength=len(texts))
    had = np.bincount(terms.texts[together & (numbers >= 0)], minlength=len(texts))
    hit = np.flatnonzero(3 * had > counts)
    order = np.argsort(terms.texts, kind="stable")
    firsts = np.searchsorted(terms.texts[order], np.arange(len(texts) + 1))
    phrases = {}
    for place in hit.tolist():
        found = np.unique(numbers[order[firsts[place] : firsts[place + 1]]])
        phrases[texts[place]] = Phrase(texts[place], found, index.mass(found))
    inert = tuple(row for row in thesaurus.synonyms if not any(text in phrases for text in row.phrases))
    return Lexicon(thesaurus, phrases, inert)
