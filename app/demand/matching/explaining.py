"""Why an item was found, for people: what it shares with the demand, where, and what else spoke for or against it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.demand.matching.actions import words_for
from app.demand.matching.index import KINDS, Index, Kind
from app.demand.matching.ranking import Candidates
from app.demand.matching.reading import Reading
from app.demand.matching.text import Normalised, folded, normalise
from app.demand.matching.thesaurus import stands_alone

Span = tuple[int, int]
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Shared:
    """Characters in both, as long a piece as possible: the share of the demand's idf mass that they have, and where they
    stand in the demand and in the item's text. Places count characters from 0, the end not included.
    """

    text: str
    share: float
    demand: tuple[Span, ...]
    item: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Synonymous:
    """A row of the thesaurus that led here: the term in the demand, the phrase it stands for, what of it the item has."""

    term: str
    phrase: str
    demand: Span
    item: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """`part` is the text of the item that suits best: its name, an alias or its main item.

    `action` is 1 where demand and item name the same, -1 where the item names another; `asked` and `named` say which.
    `cosine` is None without the semantic extra; `by_meaning`: nothing else was found.
    """

    part: Kind
    text: str
    shared: tuple[Shared, ...]
    thesaurus: tuple[Synonymous, ...]
    action: int
    asked: tuple[str, ...]
    named: tuple[str, ...]
    persons_only: bool
    cosine: float | None
    by_meaning: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain(found: Candidates, place: int, index: Index, *, semantic: bool) -> Reasons:
    """Of the candidate at this place."""
    reading, item = found.reading, int(found.items[place])
    part = found.parts[place]
    text = normalise(index.parts.texts[part])
    shared = tuple(shared_pieces(reading, text))
    synonymous = tuple(used_synonyms(reading, text))
    return Reasons(
        part=KINDS[index.parts.kinds[part]],
        text=text.original,
        shared=shared,
        thesaurus=synonymous,
        action=int(found.column("action")[place]),
        asked=words_for(reading.actions),
        named=words_for(int(index.actions[index.action_of[item]])),
        persons_only=bool(index.persons_only[item]),
        cosine=float(found.column("cosine")[place]) if semantic else None,
        by_meaning=semantic and not shared and not synonymous,
    )


def shared_pieces(reading: Reading, text: Normalised) -> Iterator[Shared]:
    """What demand and item have letter for letter, in the order of the demand."""
    demand = reading.demand
    found: dict[str, list[Span]] = {}
    for start, end in common(demand.bare, text.text):
        found.setdefault(demand.bare[start:end], []).append((start, end))
    for piece, spans in found.items():
        share = round(reading.share(*spans[0]), 4)
        yield Shared(piece, share, tuple(demand.span(*span) for span in spans), tuple(places_of(piece, text)))


def used_synonyms(reading: Reading, text: Normalised) -> Iterator[Synonymous]:
    """Of each term that the item doesn't have itself the phrase that it has most of, if that is half of it at least."""
    for piece in reading.pieces:
        had = {phrase.text: in_common(folded(phrase.text), text.text) for phrase in piece.phrases}
        phrase = max(had, key=lambda each: share_of(had[each], each))
        if piece.found.term not in text.text and share_of(had[phrase], phrase) >= MOSTLY:
            place = reading.demand.span(piece.found.start, piece.found.end)
            spans = tuple(span for part in had[phrase] for span in places_of(part, text))
            yield Synonymous(piece.found.term, phrase, place, spans)


def in_common(phrase: str, text: str) -> list[str]:
    """Pieces of two characters at least."""
    return list(dict.fromkeys(phrase[start:end] for start, end in common(phrase, text) if end - start > 1))


def share_of(pieces: Sequence[str], phrase: str) -> float:
    return sum(map(len, pieces)) / len(phrase)


def common(one: str, other: str) -> Iterator[Span]:
    """From left to right the longest pieces of letters that both texts have, without cutting runs of Latin letters."""
    start = 0
    while start < len(one):
        end = start
        while end < len(one) and one[end].isalnum() and one[start : end + 1] in other:
            end += 1
        while end > start and not stands_alone(one, start, end):
            end -= 1
        if end > start:
            yield start, end
        start = max(end, start + 1)


def places_of(piece: str, text: Normalised) -> Iterator[Span]:
    start = text.text.find(piece)
    while start >= 0:
        end = start + len(piece)
        if stands_alone(text.text, start, end):
            yield text.span(start, end)
        start = text.text.find(piece, end)
