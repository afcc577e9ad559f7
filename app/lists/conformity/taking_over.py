"""How far a list takes over the list above it: set work on the entries of both. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.db import Record

State = Literal["claimed", "unclaimed", "unexplained", "extra", "unknown"]
UPPER: Final[tuple[State, ...]] = ("claimed", "unclaimed", "unexplained")
STATES: Final[tuple[State, ...]] = (*UPPER, "extra", "unknown")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an edition, and the item that it names where there is one on the day."""

    edition: str
    said: Mapping[str, Any]
    item: Record | None = None

    @property
    def basic_code(self) -> str | None:
        """As the entry says it, else as the item does."""
        stated: str | None = self.said.get("catalog_code") or (self.item.catalog_code if self.item else None)
        return stated


@dataclass(frozen=True, slots=True)
class Row:
    """What became of an entry of the list above, or one of ours that it doesn't have or that can't be compared."""

    state: State
    basic_code: str | None
    upper: Entry | None
    ours: Sequence[Entry] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """What an edition of ours says that it doesn't take over."""

    edition: str
    basic_code: str
    name: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A reason for not taking over what is taken over all the same, or what the list above doesn't have."""

    rule: Literal["claimed-and-unclaimed", "not-in-upper-list"]
    said: Unclaimed


@dataclass(frozen=True, slots=True)
class TakeOver:
    rows: Sequence[Row]
    contradictions: Sequence[Contradiction]

    def of(self, *states: str) -> list[Row]:
        return [row for row in self.rows if row.state in states]


def take_over(upper: Iterable[Entry], ours: Iterable[Entry], unclaimed: Iterable[Unclaimed]) -> TakeOver:
    """Every entry of the list above once, in its order, then ours that it doesn't have.

    Ours without a basic code are `unknown`: they may be any of those above.
    """
    above, mine = _by_code(upper), _by_code(ours)
    reasons = {each.basic_code: each for each in unclaimed}
    rows = [_row(code, entries[0], mine, reasons) for code, entries in above.items() if code is not None]
    rows += [Row("unexplained", None, entry) for entry in above.get(None, ())]
    rows += [Row("extra", code, None, entries) for code, entries in mine.items() if code not in above and code]
    rows += [Row("unknown", None, None, [entry]) for entry in mine.get(None, ())]
    in_order = sorted(rows, key=lambda row: STATES.index(row.state))
    return TakeOver(in_order, list(_contradictions(reasons.values(), above, mine)))


def _by_code(entries: Iterable[Entry]) -> dict[str | None, list[Entry]]:
    found: dict[str | None, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.basic_code, []).append(entry)
    return found


def _row(code: str, upper: Entry, mine: Mapping[str | None, Sequence[Entry]], reasons: Mapping[str, Unclaimed]) -> Row:
    if code in mine:
        return Row("claimed", code, upper, mine[code])
    if code in reasons:
        return Row("unclaimed", code, upper, reason=reasons[code].reason)
    return Row("unexplained", code, upper)


def _contradictions(
    reasons: Iterable[Unclaimed], above: Mapping[str | None, object], mine: Mapping[str | None, object]
) -> Iterator[Contradiction]:
    for each in reasons:
        if each.basic_code not in above:
            yield Contradiction("not-in-upper-list", each)
        elif each.basic_code in mine:
            yield Contradiction("claimed-and-unclaimed", each)
