"""A demand as the index reads it: its terms, and what the thesaurus says that pieces of it stand for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.actions import combined, demanded, named
from app.demand.matching.index import Index
from app.demand.matching.lexical import Floats
from app.demand.matching.lexicon import Lexicon, Phrase
from app.demand.matching.text import Normalised, read_demand
from app.demand.matching.thesaurus import Elsewhere, Found, Synonym
from app.demand.matching.tokens import Keys, Terms, terms_of

SYNONYM: Final = 0.9
"""What a phrase counts beside the term that stands for it."""
LATER: Final = 0.8
"""What each less likely phrase counts beside the one before."""


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

    def readings(self) -> Iterator[tuple[Keys, float]]:
        """The terms of each reading, and by what their BM25 becomes a share of the piece's mass."""
        if self.own_mass:
            yield self.numbers, self.mass / self.own_mass
        for place, phrase in enumerate(self.phrases):
            yield phrase.numbers, SYNONYM * LATER**place * self.mass / phrase.mass


@dataclass(frozen=True, slots=True)
class Reading:
    """`own` are the different terms of the demand, `rest` those outside of all pieces; `mass` is what it says with the
    thesaurus, `own_mass` without, in idf.
    """

    demand: Normalised
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


def read(text: str, index: Index, lexicon: Lexicon) -> Reading:
    """Raises NotADemand."""
    demand = read_demand(text)
    terms = terms_of([demand.bare])
    numbers = index.postings.numbers(terms.keys)
    outside = np.ones(len(numbers), np.bool_)
    pieces = []
    for found in lexicon.thesaurus.synonyms_in(demand):
        phrases = lexicon.phrases_of(found.rows)
        if phrases:
            inside = within(terms, found)
            outside &= ~inside
            own = distinct(terms.keys, numbers, inside)
            pieces.append(Piece(found, own, index.mass(own), phrases))
    own, rest = distinct(terms.keys, numbers), distinct(terms.keys, numbers, outside)
    return Reading(
        demand=demand,
        own=own,
        rest=rest,
        pieces=tuple(pieces),
        elsewhere=lexicon.thesaurus.elsewhere_in(demand),
        actions=combined((demanded(demand.text), *(named(piece.phrases[0].text) for piece in pieces))),
        own_mass=index.mass(own),
        mass=index.mass(rest) + sum(piece.mass for piece in pieces),
    )


def within(terms: Terms, found: Found[Synonym]) -> NDArray[np.bool_]:
    return (terms.starts >= found.start) & (terms.starts + terms.widths <= found.end)


def distinct(keys: Keys, numbers: Keys, chosen: NDArray[np.bool_] | slice = slice(None)) -> Keys:
    """The numbers of the different ones; those that no item has stay apart."""
    _, firsts = np.unique(keys[chosen], return_index=True)
    return numbers[chosen][firsts]


def coverage(reading: Reading, index: Index) -> Floats:
    """Of every item, how much of the demand it has, as a share of the demand's mass; a little over 1 for short texts.

    BM25 of what stands outside of pieces, and of each piece by the reading that suits the item best.
    """
    score = bm25(index, reading.rest)
    for piece in reading.pieces:
        score += np.maximum.reduce([bm25(index, numbers) * factor for numbers, factor in piece.readings()])
    return score / reading.mass if reading.mass else score


def own_coverage(reading: Reading, index: Index) -> Floats:
    """The same without the thesaurus."""
    score = bm25(index, reading.own)
    return score / reading.own_mass if reading.own_mass else score


def bm25(index: Index, numbers: Keys) -> Floats:
    return index.postings.scores(numbers)
