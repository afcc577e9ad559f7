"""What an edition is from day to day, what one of its entries says, and how two sets of entries differ. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.catalogue.objects import OPEN_DAY
from app.db import Record

# What an entry says as it was issued.
SAID = ("code", "catalog_code", "name", "supervising_department", "implementing_body", "basis", "note")


@dataclass(frozen=True, slots=True)
class Edition:
    """The versions of an edition that are known at a revision, in order of time; at least one. It may be drafted to end."""

    versions: tuple[Record, ...]
    ends: date = OPEN_DAY

    @property
    def id(self) -> int:
        return int(self.versions[0].id)

    @property
    def code(self) -> str:
        return str(self.versions[0].code)

    @property
    def start(self) -> date:
        day: date = self.versions[0].valid_from
        return day

    @property
    def end(self) -> date:
        day: date = self.versions[-1].valid_to
        return min(day, self.ends)

    def on(self, day: date) -> Record | None:
        """What it is on the day; None where it is not in force."""
        held = (each for each in self.versions if each.valid_from <= day < each.valid_to)
        return next(held, None) if day < self.ends else None

    def nearest(self, day: date) -> Record:
        """What it is on the day, or was last by then; of one that is yet to come what it will be."""
        begun = [each for each in self.versions if each.valid_from <= day]
        return begun[-1] if begun else self.versions[0]


def editions(rows: Iterable[Record]) -> list[Edition]:
    """The versions of several editions, put together, in order of their start."""
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return sorted((Edition(tuple(each)) for each in found.values()), key=lambda each: (each.start, each.code))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an edition: its place (from 1), what it says, and the item that it names."""

    edition: str
    position: int
    said: Mapping[str, str]
    item_id: int | None

    @property
    def key(self) -> tuple[str, object]:
        """What makes it the same entry in another edition: the item, however its code was written, else the basic code."""
        if self.item_id is not None:
            return "item", self.item_id
        return next(((name, self.said[name]) for name in SAID[:3] if self.said.get(name)), ("entry", self.position))


@dataclass(frozen=True, slots=True)
class Difference:
    """What came, what went, and what stayed; of what stayed, what is called otherwise now."""

    added: Sequence[Entry]
    removed: Sequence[Entry]
    kept: Sequence[tuple[Entry, Entry]]

    @property
    def renamed(self) -> Sequence[tuple[Entry, Entry]]:
        """Whose name was written otherwise; one that an edition doesn't write is no other name."""
        named = [pair for pair in self.kept if all(each.said.get("name") for each in pair)]
        return [(was, now) for was, now in named if was.said["name"] != now.said["name"]]


def _by_occurrence(entries: Iterable[Entry]) -> Mapping[tuple[tuple[str, object], int], Entry]:
    """What is listed more than once, in several sections or batches, stands for itself each time."""
    seen: Counter[tuple[str, object]] = Counter()
    found = {}
    for each in entries:
        found[each.key, seen[each.key]] = each
        seen[each.key] += 1
    return found


def difference(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    was, now = _by_occurrence(before), _by_occurrence(after)
    return Difference(
        [each for key, each in now.items() if key not in was],
        [each for key, each in was.items() if key not in now],
        [(was[key], each) for key, each in now.items() if key in was],
    )
