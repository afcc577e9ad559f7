"""Why an item was found, for people: what it shares with the demand, where, and what else spoke for or against it."""

from dataclasses import asdict, dataclass
from typing import Any

from app.demand.matching.index import Kind


@dataclass(frozen=True, slots=True)
class Shared:
    """A piece of text in both: its places in the demand and in the item's text, and its share of what the demand says."""

    text: str
    share: float
    demand: tuple[tuple[int, int], ...]
    item: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A row of the thesaurus that was used: the term of the demand and the phrase that hit."""

    term: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """`part` is the text of the item that hit best: its name, an alias or its main item. Places count characters from 0.

    `action` is 1 where demand and item name the same, -1 where the item names another. `cosine` is None without the
    semantic extra; `by_meaning`: nothing else was found.
    """

    part: Kind
    text: str
    shared: tuple[Shared, ...]
    thesaurus: tuple[Read, ...]
    action: int
    asked: tuple[str, ...]
    named: tuple[str, ...]
    persons_only: bool
    cosine: float | None
    by_meaning: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
