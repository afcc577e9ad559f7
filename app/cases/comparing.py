"""Counts against those that stand: what is new, what takes the place of what, and what would be wrong together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from app.cases.elements import COUNTS
from app.cases.reading import Reported, Sheet
from app.cases.rules import breaches, completed
from app.db import Record

Slot: TypeAlias = tuple[int, str, str]  # An item, a month, a channel.
Standing: TypeAlias = Mapping[Slot, Mapping[str, Record]]  # What stands of each, by kind of business.


class Placed(NamedTuple):
    """A row whose item is found; with the versions of the item that held in the month, once that is known; once it is
    compared, with all its counts and those that it takes the place of.
    """

    item: int
    said: Reported
    versions: Sequence[Record] = ()
    counts: Mapping[str, int | None] = MappingProxyType({})
    before: Sequence[Record] = ()

    @property
    def slot(self) -> Slot:
        return self.item, str(self.said.month), self.said.channel

    @property
    def key(self) -> tuple[Slot, str]:
        return self.slot, self.said.kind

    @property
    def stood(self) -> dict[str, int | None]:
        """The counts of all that it takes the place of, together."""
        return {name: _together([row._mapping[name] for row in self.before]) for name in COUNTS}

    @property
    def differing(self) -> list[str]:
        """The counts that are others than stood."""
        return [name for name, before in self.stood.items() if before != self.counts[name]]


def _together(stated: Sequence[int | None]) -> int | None:
    known = [each for each in stated if each is not None]
    return sum(known) if known else None


@dataclass(slots=True)
class Compared:
    """What taking the rows in would do. `beside` are added kinds of business of which others stand that the file doesn't
    say: they may be the same under another name.
    """

    added: list[Placed] = field(default_factory=list)
    restated: list[Placed] = field(default_factory=list)
    beside: list[Placed] = field(default_factory=list)
    unchanged: int = 0

    @property
    def needs_reason(self) -> bool:
        return bool(self.restated or self.beside)

    @property
    def ended(self) -> list[int]:
        """The numbers of the rows of before that others take the place of."""
        return sorted({row.id for each in self.restated for row in each.before})

    @property
    def written(self) -> list[Placed]:
        return [*self.added, *self.restated]


def compare(sheet: Sheet, placed: Sequence[Placed], standing: Standing) -> Compared:
    """Against what stands. A whole takes the place of its kinds, and kinds that of a whole; other kinds stay."""
    found = Compared()
    said: dict[Slot, set[str]] = {}
    for each in placed:
        said.setdefault(each.slot, set()).add(each.said.kind)
    for each in placed:
        rows = standing.get(each.slot, {})
        former = rows.get(each.said.kind)
        counts = completed(
            each.said.counts, None if former is None else {name: former._mapping[name] for name in COUNTS}
        )
        broken = list(breaches(counts))
        for breach in broken:
            sheet.tell(each.said.row, breach.field, counts[breach.field], breach.rule, breach.message)
        if broken:
            continue
        others = [row for kind, row in rows.items() if bool(kind) != bool(each.said.kind)]
        compared = each._replace(counts=counts, before=(*([former] if former else ()), *others))
        _sort(found, compared, former)
        if former is None and not others and rows.keys() - said.get(each.slot, set()):
            found.beside.append(compared._replace(before=tuple(rows.values())))
    return found


def _sort(found: Compared, placed: Placed, former: Record | None) -> None:
    if former is not None and _same(former, placed.counts):
        found.unchanged += 1
    elif placed.before:
        found.restated.append(placed)
    else:
        found.added.append(placed)


def _same(row: Record, counts: Mapping[str, int | None]) -> bool:
    return all(row._mapping[name] == counts[name] for name in COUNTS)
