"""Counts against those that stand: what is new, what takes the place of what, and what would be wrong together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from app.cases.elements import COUNTS, ELEMENTS
from app.cases.reading import Reported, Sheet
from app.cases.rules import Breach, breaches, completed
from app.db import Record
from app.errors import Message

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
    def ends_others(self) -> bool:
        """Whether it is a whole that takes the place of kinds of business, or a kind that takes that of a whole."""
        return any(bool(row.business_kind) != bool(self.said.kind) for row in self.before)

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
    unchanged: list[Placed] = field(default_factory=list)

    @property
    def needs_reason(self) -> bool:
        return bool(self.restated or self.beside)

    @property
    def ended(self) -> list[int]:
        """The numbers of the rows of before that others take the place of."""
        return sorted({row.id for each in self.written for row in each.before})

    @property
    def news(self) -> list[Placed]:
        return [*self.added, *self.restated]

    @property
    def written(self) -> list[Placed]:
        """What is new, and beside it what is said again, so that it stands though an earlier report is undone. Of a file
        that says nothing new, nothing.
        """
        return [*self.news, *self.unchanged] if self.news else []


def compare(sheet: Sheet, placed: Sequence[Placed], standing: Standing, wrong: Mapping[Slot, int]) -> Compared:
    """Against what stands. A whole takes the place of its kinds, and kinds that of a whole; other kinds stay. `wrong` has
    rows that are told already, by their slot: a slot that lacks a row takes the place of nothing of the other sort.
    """
    found, wrong = Compared(), dict(wrong)
    said: dict[Slot, set[str]] = {}
    for each in placed:
        said.setdefault(each.slot, set()).add(each.said.kind)
    for each in _right(sheet, placed, standing, wrong):
        if each.ends_others and each.slot in wrong:
            _tell_incomplete(sheet, each, wrong[each.slot])
            continue
        _sort(found, each)
        rows = standing.get(each.slot, {})
        if not each.before and rows.keys() - said[each.slot]:
            found.beside.append(each._replace(before=tuple(rows.values())))
    return found


def _right(sheet: Sheet, placed: Sequence[Placed], standing: Standing, wrong: dict[Slot, int]) -> list[Placed]:
    """The rows that break no rule, with all their counts and those that they take the place of; the others are noted."""
    found = []
    for each in placed:
        rows = standing.get(each.slot, {})
        former = rows.get(each.said.kind)
        others = [row for kind, row in rows.items() if bool(kind) != bool(each.said.kind)]
        counts = completed(each.said.counts, _restated_as(each.said, former, others))
        if _tell_breaches(sheet, each.said, counts):
            wrong.setdefault(each.slot, each.said.row)
        else:
            found.append(each._replace(counts=counts, before=(*([former] if former else ()), *others)))
    return found


def _restated_as(said: Reported, former: Record | None, others: Sequence[Record]) -> Mapping[str, int | None] | None:
    """What stood, as the row would say it: its own, or the sums of kinds of business, of what every kind states. A whole
    can't be divided into kinds.
    """
    if former is not None:
        return {name: former._mapping[name] for name in COUNTS}
    if said.kind or not others:
        return None
    stated = {name: [row._mapping[name] for row in others] for name in COUNTS}
    return {name: None if None in each else sum(each) for name, each in stated.items()}


def _tell_breaches(sheet: Sheet, said: Reported, counts: Mapping[str, int | None]) -> bool:
    """At the first count that the file has a column for. Whether there is any."""
    broken = list(breaches(counts))
    for breach in broken:
        name = next((each for each in breach.about if each in said.counts), "accepted")
        kept = [each for each in breach.about if each not in said.counts and counts[each] is not None]
        message = _of_before(breach, kept, counts) if kept else breach.message
        sheet.tell(said.row, name, counts[name], breach.rule, message)
    return bool(broken)


def _tell_incomplete(sheet: Sheet, placed: Placed, wrong: int) -> None:
    said, stood = placed.said, "、".join(row.business_kind or "整个事项" for row in placed.before)
    zh = (
        f"同一事项、月份和渠道的第 {wrong} 行不对，所以这一行也不写入：只写入这一行，已报的（{stood}）就被不全的数取代了。"
        f"请改正第 {wrong} 行，一起报。"
    )
    en = f"Row {wrong} of the same item, month and channel is wrong: without it this row would replace what stands by less."
    sheet.tell(said.row, "business_kind", said.kind or None, "slot-incomplete", Message(zh, en))


def _of_before(breach: Breach, kept: Sequence[str], counts: Mapping[str, int | None]) -> Message:
    """What is wrong, and that it comes of counts that were reported before and that the file doesn't say."""
    zh, columns = "、".join(f"{ELEMENTS[each].label}是 {counts[each]}" for each in kept), len(kept)
    en = ", ".join(f"{each} was {counts[each]}" for each in kept)
    return Message(
        f"{breach.message.zh}以前报的{zh}，文件里没有{'这一列' if columns == 1 else f'这 {columns} 列'}：请把它一起重报。",
        f"{breach.message.en} Before, {en}, for which the file has no column: restate that as well.",
    )


def _sort(found: Compared, placed: Placed) -> None:
    if any(row.business_kind == placed.said.kind and _same(row, placed.counts) for row in placed.before):
        found.unchanged.append(placed)
    elif placed.before:
        found.restated.append(placed)
    else:
        found.added.append(placed)


def _same(row: Record, counts: Mapping[str, int | None]) -> bool:
    return all(row._mapping[name] == counts[name] for name in COUNTS)
