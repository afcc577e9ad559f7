"""A demand as the index reads it: its terms, and what the thesaurus says that pieces of it stand for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.actions import combined, demanded, named
from app.demand.matching.index import Index
from app.demand.matching.lexical import Floats, Scores
from app.demand.matching.lexicon import Lexicon, Phrase
from app.demand.matching.text import Normalised, read_demand
from app.demand.matching.thesaurus import Asker, Elsewhere, Found, Synonym
from app.demand.matching.tokens import Keys, Terms, terms_of

SYNONYM: Final = 0.9
"""What a phrase counts beside the term that stands for it."""
LATER: Final = 0.8
"""What each less likely phrase counts beside the one before."""
TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Piece:
    """A term of the thesaurus in a demand: its own terms with their mass, and the phrases it stands for."""

    found: Found[Synonym]
    numbers: Keys
    own_mass: float
    phrases: tuple[Phrase, ...]

    @property
    def mass(self) -> float:
        """Half way between the term's own, which may be rare or even filler words, and that of its likeliest phrase."""
        return (self.own_mass + self.phrases[0].mass) / 2


@dataclass(frozen=True, slots=True)
class Reading:
    """`terms` are all of the demand with their `idf`, `own` the different ones as numbers, `rest` those outside of all
    pieces; `mass` is what it says with the thesaurus, `own_mass` without, in idf.
    """

    demand: Normalised
    terms: Terms
    idf: Floats
    own: Keys
    rest: Keys
    pieces: tuple[Piece, ...]
    elsewhere: tuple[Found[Elsewhere], ...]
    actions: int
    own_mass: float
    mass: float

    @property
    def numbers(self) -> Keys:
        """The terms of every reading."""
        phrases = [phrase.numbers for piece in self.pieces for phrase in piece.phrases]
        return np.unique(np.concatenate((self.own, *phrases)))

    def share(self, start: int, end: int) -> float:
        """Of the demand's own mass, what a piece of its text has."""
        return float(self.idf[within(self.terms, start, end)].sum()) / self.own_mass

    @property
    def rewritten(self) -> str | None:
        """The demand with each piece replaced by its likeliest phrase; None where there is no piece."""
        if not self.pieces:
            return None
        text, end = "", 0
        for piece in self.pieces:
            text += self.demand.bare[end : piece.found.start] + piece.phrases[0].text
            end = piece.found.end
        return " ".join((text + self.demand.bare[end:]).split())


def read(text: str, index: Index, lexicon: Lexicon, asker: Asker | None = None) -> Reading:
    """Without rows that only others mean. Raises NotADemand."""
    demand = read_demand(text)
    terms = terms_of([demand.bare])
    numbers = index.postings.numbers(terms.keys)
    outside = np.ones(len(numbers), np.bool_)
    pieces = []
    for found in lexicon.thesaurus.synonyms_in(demand):
        phrases = lexicon.phrases_of(found.rows, asker)
        if phrases:
            inside = within(terms, found.start, found.end)
            outside &= ~inside
            own = once(terms.keys, numbers, inside)
            pieces.append(Piece(found, own, index.mass(own), phrases))
    own, rest = once(terms.keys, numbers), once(terms.keys, numbers, outside)
    return Reading(
        demand=demand,
        terms=terms,
        idf=index.postings.idf_of(numbers),
        own=own,
        rest=rest,
        pieces=tuple(pieces),
        elsewhere=lexicon.thesaurus.elsewhere_in(demand),
        actions=combined((demanded(demand.text), *(named(piece.phrases[0].text) for piece in pieces))),
        own_mass=index.mass(rest) + sum(piece.own_mass for piece in pieces),
        mass=index.mass(rest) + sum(piece.mass for piece in pieces),
    )


def within(terms: Terms, start: int, end: int) -> NDArray[np.bool_]:
    return (terms.starts >= start) & (terms.starts + terms.widths <= end)


def once(keys: Keys, numbers: Keys, chosen: NDArray[np.bool_] | slice = slice(None)) -> Keys:
    """The numbers of the different ones; those that no item has stay apart."""
    _, firsts = np.unique(keys[chosen], return_index=True)
    return numbers[chosen][firsts]


def coverage(reading: Reading, index: Index) -> tuple[Scores, Scores]:
    """Of every item, how much of the demand it has, with the thesaurus and without: shares of the demand's mass, which
    may be a little over 1 for short texts.

    BM25 of what stands outside of pieces, and of each piece by the reading that suits the item best.
    """
    whole = index.postings.scores(reading.rest)
    own = whole.copy()
    for piece in reading.pieces:
        read_as_it_is = index.postings.scores(piece.numbers)
        own += read_as_it_is
        whole += best_reading(piece, read_as_it_is, index)
    return whole / np.float32(max(reading.mass, TINY)), own / np.float32(max(reading.own_mass, TINY))


def best_reading(piece: Piece, own: Scores, index: Index) -> Scores:
    """As a share of the piece's mass; later phrases count less."""
    best = own * np.float32(piece.mass / max(piece.own_mass, TINY))
    for place, phrase in enumerate(piece.phrases):
        score = index.postings.scores(phrase.numbers)
        score *= np.float32(SYNONYM * LATER**place * piece.mass / phrase.mass)
        np.maximum(best, score, out=best)
    return best
