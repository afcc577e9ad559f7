"""Which words of the catalogue a lay, former or trade word stands for: tables that the staff keep, read one way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Generic, Literal, TypeVar

from app.demand.matching.text import Normalised, folded

Asker = Literal["enterprise", "person"]
HintKind = Literal["elsewhere", "not-a-request", "abolished", "forbidden"]


@dataclass(frozen=True, slots=True)
class Synonym:
    """A row: any of the terms in a demand stands for the phrases, the likeliest first.

    `scope` says whose reading it is where only an enterprise or only a person means that.
    """

    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    scope: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A row: what no item of a district meets, and why not.

    `granted_by` is who grants it; of what nobody grants, who to turn to, or empty.
    """

    terms: tuple[str, ...]
    granted_by: str = ""
    note: str = ""
    kind: HintKind = "elsewhere"


Row = TypeVar("Row", bound=Synonym | Elsewhere)


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A term in a demand, the rows that have it, and its place in the normalised text."""

    rows: tuple[Row, ...]
    term: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.term)


class TermIndex(Generic[Row]):
    """Rows by each of their terms as demands are compared."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: dict[str, tuple[Row, ...]] = {}
        for row in rows:
            for term in dict.fromkeys(folded(term) for term in row.terms):
                self.rows[term] = (*self.rows.get(term, ()), row)
        self.lengths = sorted({len(term) for term in self.rows}, reverse=True)

    def find(self, text: str) -> Iterator[Found[Row]]:
        """From left to right the longest term at each place; terms don't overlap."""
        start = 0
        while start < len(text):
            found = self._at(text, start)
            if found is not None:
                yield found
            start = start + 1 if found is None else found.end

    def _at(self, text: str, start: int) -> Found[Row] | None:
        for length in self.lengths:
            piece = text[start : start + length]
            if piece in self.rows and stands_alone(text, start, start + len(piece)):
                return Found(self.rows[piece], piece, start)
        return None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no run of letters is cut: ICP is not in PICPA. Chinese has no such bounds."""
    return not (_joined(text[start - 1 : start + 1]) or _joined(text[end - 1 : end + 1]))


def _joined(pair: str) -> bool:
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


@dataclass(frozen=True)
class Thesaurus:
    synonyms: tuple[Synonym, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    @cached_property
    def checksum(self) -> str:
        """Equal where every demand is read alike: 64 hexadecimal digits."""
        rows = [(row.terms, row.phrases, row.scope) for row in self.synonyms]
        others = [(row.terms, row.kind, row.granted_by, row.note) for row in self.elsewhere]
        return sha256(repr((rows, others)).encode()).hexdigest()

    def synonyms_in(self, demand: Normalised) -> tuple[Found[Synonym], ...]:
        return tuple(self._synonyms.find(demand.text))

    def elsewhere_in(self, demand: Normalised) -> tuple[Found[Elsewhere], ...]:
        return tuple(self._elsewhere.find(demand.text))

    @cached_property
    def _synonyms(self) -> TermIndex[Synonym]:
        return TermIndex(self.synonyms)

    @cached_property
    def _elsewhere(self) -> TermIndex[Elsewhere]:
        return TermIndex(self.elsewhere)
