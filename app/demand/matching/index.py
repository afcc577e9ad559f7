"""The items of a catalogue as they are looked through: names, aliases and main items cut into terms, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.actions import Masks, named
from app.demand.matching.lexical import Floats, Postings, postings, sums
from app.demand.matching.text import folded
from app.demand.matching.tokens import Keys, Places, distinct, terms_of

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
    """The texts of all items as they are written, those of an item side by side: of what kind, which terms each has, and
    the idf mass of these.
    """

    texts: tuple[str, ...]
    kinds: NDArray[np.int8]
    firsts: Keys
    term_firsts: Keys
    terms: NDArray[np.int32]
    masses: Floats


@dataclass(frozen=True, slots=True)
class Index:
    """Items in the order of their ids; elsewhere in this package an item is its place here. Few sets of actions are named
    by many items: `actions` are these sets, `action_of` says which of them an item names.
    """

    entries: tuple[Entry, ...]
    postings: Postings
    parts: Parts
    actions: Masks
    action_of: NDArray[np.intp]
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
    said = [(item, kind, text) for item, entry in enumerate(ordered) for kind, text in texts_of(entry)]
    items = np.fromiter((item for item, _, _ in said), np.int32, len(said))
    texts = [folded(text) for _, _, text in said]
    terms = terms_of(texts)
    keys, numbers = np.unique(terms.keys, return_inverse=True)
    found = postings(keys, numbers, items[terms.texts].astype(np.int64), len(ordered))
    masks = np.fromiter((named(text) for text, (_, kind, _) in zip(texts, said, strict=True) if kind == NAME), np.int32)
    actions, action_of = np.unique(masks, return_inverse=True)
    return Index(
        entries=ordered,
        postings=found,
        parts=_parts(said, bounds(items, len(ordered)), terms.texts, numbers, found.idf),
        actions=actions,
        action_of=action_of,
        persons_only=np.fromiter((entry.persons_only for entry in ordered), np.bool_, len(ordered)),
    )


def _parts(said: Sequence[tuple[int, int, str]], firsts: Keys, owners: Places, numbers: Keys, idf: Floats) -> Parts:
    width = max(len(idf), 1)
    of_part, of_term = np.divmod(distinct(owners * np.int64(width) + numbers), width)
    return Parts(
        texts=tuple(text for _, _, text in said),
        kinds=np.fromiter((kind for _, kind, _ in said), np.int8, len(said)),
        firsts=firsts,
        term_firsts=bounds(of_part, len(said)),
        terms=of_term.astype(np.int32),
        masses=sums(of_part, idf[of_term], len(said)),
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
