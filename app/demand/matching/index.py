"""The items of a catalogue as they are looked through: names, aliases and main items cut into terms, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.actions import Masks, named
from app.demand.matching.lexical import Floats, Postings, postings, sums
from app.demand.matching.text import normalise
from app.demand.matching.tokens import Keys, terms_of

Kind = Literal["name", "alias", "main_item"]
NAME, ALIAS, MAIN_ITEM = range(3)
KINDS: tuple[Kind, ...] = ("name", "alias", "main_item")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the catalogue as the matcher sees it. `persons_only`: no enterprise can ask for it."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    main_item: str | None = None
    persons_only: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """The texts of all items, those of an item side by side: kind, whose, and which terms each has, as numbers."""

    texts: tuple[str, ...]
    kinds: NDArray[np.int8]
    items: NDArray[np.int32]
    firsts: Keys
    term_firsts: Keys
    terms: NDArray[np.int32]
    masses: Floats

    def of(self, item: int) -> range:
        return range(int(self.firsts[item]), int(self.firsts[item + 1]))


@dataclass(frozen=True, slots=True)
class Index:
    """Items in the order of their ids; elsewhere in this package an item is its place here."""

    entries: tuple[Entry, ...]
    postings: Postings
    parts: Parts
    actions: Masks
    persons_only: NDArray[np.bool_]

    def numbers(self, text: str) -> Keys:
        """Of the different terms of a normalised text."""
        return self.postings.numbers(np.unique(terms_of([text]).keys))

    def mass(self, numbers: Keys) -> float:
        return float(self.postings.idf_of(numbers).sum())


def build_index(entries: Sequence[Entry]) -> Index:
    """Raises ValueError where two entries have the same id."""
    ordered = tuple(sorted(entries, key=lambda entry: entry.id))
    if len({entry.id for entry in ordered}) < len(ordered):
        raise ValueError("two entries have the same id")
    said = [(item, kind, normalise(text).text) for item, entry in enumerate(ordered) for kind, text in texts_of(entry)]
    items = np.fromiter((item for item, _, _ in said), np.int32, len(said))
    kinds = np.fromiter((kind for _, kind, _ in said), np.int8, len(said))
    texts = tuple(text for _, _, text in said)
    terms = terms_of(texts)
    found = postings(terms, items, len(ordered))
    numbers = np.searchsorted(found.keys, terms.keys)
    width = max(len(found.keys), 1)
    of_part, of_term = np.divmod(np.unique(terms.texts * np.int64(width) + numbers), width)
    masses = sums(of_part, found.idf[of_term], len(texts))
    return Index(
        ordered,
        found,
        Parts(
            texts,
            kinds,
            items,
            bounds(items, len(ordered)),
            bounds(of_part, len(texts)),
            of_term.astype(np.int32),
            masses,
        ),
        np.fromiter((named(normalise(entry.name).text) for entry in ordered), np.int32, len(ordered)),
        np.fromiter((entry.persons_only for entry in ordered), np.bool_, len(ordered)),
    )


def bounds(owners: NDArray[np.signedinteger], size: int) -> Keys:
    """Where the run of each owner begins in a sorted list, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=size)))).astype(np.int64)


def texts_of(entry: Entry) -> Iterator[tuple[int, str]]:
    """Every different text of an entry with its kind, the name first."""
    seen = {entry.name}
    yield NAME, entry.name
    for kind, texts in ((ALIAS, entry.aliases), (MAIN_ITEM, (entry.main_item,))):
        for text in texts:
            if text and text not in seen:
                seen.add(text)
                yield kind, text
