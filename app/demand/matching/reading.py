"""A demand as the index reads it: its terms, and what the thesaurus says that pieces of it stand for."""

from dataclasses import dataclass

import numpy as np

from app.demand.matching.actions import demanded
from app.demand.matching.index import Index
from app.demand.matching.lexical import Floats
from app.demand.matching.text import Normalised, normalise, read_demand
from app.demand.matching.thesaurus import Elsewhere, Found, Synonym, Thesaurus
from app.demand.matching.tokens import Keys, terms_of

SYNONYM = 0.8
LATER = 0.9


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a piece stands for, in the words of the catalogue: its terms and how far it counts."""

    text: str
    numbers: Keys
    weight: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A term of the thesaurus in a demand: its own terms, and the phrases it stands for."""

    found: Found[Synonym]
    numbers: Keys
    mass: float
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`rest` are the terms outside of all pieces, `numbers` all that the demand may mean, `known` those it has itself."""

    demand: Normalised
    own: Keys
    rest: Keys
    pieces: tuple[Piece, ...]
    elsewhere: tuple[Found[Elsewhere], ...]
    actions: int
    mass: float

    @property
    def numbers(self) -> Keys:
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


def read(text: str, index: Index, thesaurus: Thesaurus) -> Reading:
    """Raises NotADemand."""
    demand = read_demand(text)
    terms = terms_of([demand.bare])
    numbers = index.postings.numbers(terms.keys)
    ends = terms.starts + terms.widths
    outside = np.ones(len(numbers), np.bool_)
    pieces = []
    for found in thesaurus.synonyms_in(demand):
        inside = (terms.starts >= found.start) & (ends <= found.end)
        outside &= ~inside
        own = distinct(numbers[inside], terms.keys[inside])
        pieces.append(Piece(found, own, index.mass(own), phrases(found.row, index)))
    rest = distinct(numbers[outside], terms.keys[outside])
    mass = index.mass(rest) + sum(piece.mass for piece in pieces)
    actions = demanded(demand.text)
    return Reading(
        demand, distinct(numbers, terms.keys), rest, tuple(pieces), thesaurus.elsewhere_in(demand), actions, mass
    )


def distinct(numbers: Keys, keys: Keys) -> Keys:
    """Each term once, those that no item has too."""
    _, firsts = np.unique(keys, return_index=True)
    return numbers[firsts]


def phrases(row: Synonym, index: Index) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(text, index.numbers(normalise(text).text), SYNONYM * LATER**place)
        for place, text in enumerate(row.phrases)
    )


def coverage(reading: Reading, index: Index) -> Floats:
    """Of every item, how much of the demand it has: BM25 of the rest, of each piece the better of its own and its phrases.

    A share of the demand's own mass; a little over 1 for short texts.
    """
    score = bm25(index, reading.rest)
    for piece in reading.pieces:
        best = bm25(index, piece.numbers)
        for phrase in piece.phrases:
            mass = index.mass(phrase.numbers)
            np.maximum(
                best, bm25(index, phrase.numbers) * (phrase.weight * piece.mass / mass if mass else 0.0), out=best
            )
        score += best
    return score / reading.mass if reading.mass else score


def bm25(index: Index, numbers: Keys) -> Floats:
    return index.postings.scores(numbers, np.ones(len(numbers)))
