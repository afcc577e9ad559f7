"""What is wrong with the entries that an edition is to have, all at once, before anything is drafted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection

from app.catalogue import reads
from app.catalogue.moments import Moment
from app.catalogue.named import Codes
from app.catalogue.objects import ITEM, OPEN_DAY
from app.changes.queries import created_holders
from app.changes.reform.entries import told_of_item
from app.db import Record
from app.errors import Fault, Message
from app.lists.editions import queries

Said: TypeAlias = Mapping[str, str]
NAMED = 20


@dataclass(frozen=True, slots=True)
class Target:
    """Which list an edition is for, from which day until which; `moment` is its first day, as known now."""

    kept: Record
    moment: Moment
    until: date | None = None
    change_set: int | None = None

    @property
    def day(self) -> date:
        return self.moment.as_of

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.until or OPEN_DAY

    @property
    def of_items(self) -> bool:
        return bool(self.kept.entries_of != "basic_items")


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """What is wrong with one entry (its place from 0): in which of its values, by which rule, what is nearest."""

    place: int
    field: str
    rule: str
    message: Message
    value: str | None = None
    suggestion: str | None = None

    @property
    def fault(self) -> Fault:
        """As of a JSON body."""
        zh, en = self.message
        return Fault(
            detail=Message(f"第 {self.place + 1} 条：{zh}", f"Entry {self.place + 1}: {en}"),
            pointer=f"/entries/{self.place}/{self.field}",
            value=self.value,
            rule=self.rule,
            suggestion=self.suggestion,
        )

    @property
    def fault_of_filter(self) -> Fault:
        """As of a body whose filter found the entry."""
        zh, en = self.message
        without = f"code <> '{self.value}'"
        return Fault(
            detail=Message(f"条件找到的{zh}可在条件里加上 {without}。", f"The filter finds what can't be listed: {en}"),
            pointer="/filter",
            value=self.value,
            rule=self.rule,
        )


# How an entry is called where another is the same: by its place, or by its row in a file.
Called: TypeAlias = Callable[[int], str]


def by_place(place: int) -> str:
    return f"第 {place + 1} 条"


def problems(
    connection: Connection, target: Target, entries: Sequence[Said], called: Called = by_place
) -> list[EntryProblem]:
    """Entries without a code, with an item's among basic items, with one that nothing ever had, twice, or in another batch that is in force then."""
    if not target.of_items:
        return [
            *_without(entries, "catalog_code"), *_with_item(entries), *_twice(entries, "catalog_code", called),
        ]  # fmt: skip
    ids = item_ids(connection, target, entries)
    return sorted(
        [
            *_without_code(connection, target, entries, ids),
            *_same_item(entries, ids, called),
            *_batched(connection, target, ids, entries),
        ],
        key=lambda each: each.place,
    )


def item_ids(connection: Connection, target: Target, entries: Sequence[Said]) -> list[int | None]:
    """The item that each entry would name; those count that the same change set creates."""
    codes = {each["code"] for each in entries if each.get("code")}
    known, division = Codes.read(connection, codes, target.moment), target.kept.division_code
    created = {} if target.change_set is None else created_holders(connection, target.change_set, ITEM, codes)

    def meant(code: str | None) -> int | None:
        if code is None:
            return None
        own = created.get(code, {}).get(reads.sharing(ITEM, code, division))
        return known.item(code, division, target.day) or own

    return [meant(each.get("code")) for each in entries]


def told_of_others(connection: Connection, target: Target, entries: Sequence[Said]) -> Iterator[str]:
    """Which items are of other divisions on the first day: nothing of them is published."""
    if not target.of_items:
        return
    ours, ids = target.kept.division_code, item_ids(connection, target, entries)
    held = queries.items(connection, {each for each in ids if each}, target.moment)
    others = [row for each in ids if each and (row := held.get(each)) and row.division_code != ours]
    if others:
        named = "、".join(f"{row.code}（{row.division_code}）" for row in others[:NAMED])
        yield f"{len(others)} 个事项不是本区划（{ours}）的，这样不能发布：{named}。请删去，或核对编码（not-ours）。"


def _without(entries: Sequence[Said], field: str) -> Iterator[EntryProblem]:
    message = Message("没有写基本编码，请补上。", "it lacks its catalog_code.")
    for place, entry in enumerate(entries):
        if not entry.get(field):
            yield EntryProblem(place, field, "entry-without-code", message)


def _with_item(entries: Sequence[Said]) -> Iterator[EntryProblem]:
    for place, entry in enumerate(entries):
        if code := entry.get("code"):
            yield EntryProblem(place, "code", "code-of-item", told_of_item(code), code)


def _without_code(
    connection: Connection, target: Target, entries: Sequence[Said], ids: Sequence[int | None]
) -> Iterator[EntryProblem]:
    """A code is never guessed; where one item of the division bears the name, its code is suggested."""
    lost = [place for place, number in enumerate(ids) if number is None]
    names = {entries[place]["name"] for place in lost if entries[place].get("name")}
    bearers = queries.items_called(connection, names, target.kept.division_code, target.moment) if names else {}
    for place in lost:
        found = bearers.get(entries[place].get("name", ""), ())
        near = found[0] if len(found) == 1 else None
        hint, hint_en = (f"同名的事项是 {near}，核对后填它的编码。", f" {near} bears the name.") if near else ("", "")
        code = entries[place].get("code")
        rule, message = _lost(code, hint, hint_en)
        yield EntryProblem(place, "code", rule, message, code, near)


def _lost(code: str | None, hint: str, hint_en: str) -> tuple[str, Message]:
    if code is None:
        return "entry-without-code", Message(f"没有写事项编码。{hint or '请补上。'}", f"it lacks its code.{hint_en}")
    advice = hint or "请核对编码；是新事项的，先在同一张变更单里新增它。"
    zh = f"事项 {code} 不在目录里，从来没有过这个编码。{advice}"
    return "unknown-item", Message(zh, f"no item ever had the code {code}.{hint_en}")


def _same_item(entries: Sequence[Said], ids: Sequence[int | None], called: Called) -> Iterator[EntryProblem]:
    first: dict[int, int] = {}
    for place, number in enumerate(ids):
        if number is not None and (before := first.setdefault(number, place)) != place:
            code = entries[place]["code"]
            zh = f"事项 {code} 写了两次，{called(before)}已经有了。请只留一条。"
            yield EntryProblem(place, "code", "item-twice", Message(zh, f"the item {code} stands twice."), code)


def _twice(entries: Sequence[Said], field: str, called: Called) -> Iterator[EntryProblem]:
    first: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.get(field)
        if code and (before := first.setdefault(code, place)) != place:
            zh = f"基本编码 {code} 写了两次，{called(before)}已经有了。请只留一条。"
            yield EntryProblem(place, field, "basic-code-twice", Message(zh, f"{code} stands twice."), code)


def _batched(
    connection: Connection, target: Target, ids: Sequence[int | None], entries: Sequence[Said]
) -> Iterator[EntryProblem]:
    """In a list of batches that are in force together an item is in one of them."""
    if target.kept.succession != "cumulative":
        return
    ends = queries.drafted_ends(connection, target.change_set)
    over = {number for number, day in ends.items() if day <= target.day}
    batches = queries.named_between(connection, target.kept.code, target.days, target.moment, over)
    for place, number in enumerate(ids):
        if number is not None and number in batches:
            code = entries[place]["code"]
            zh = f"事项 {code} 已经在 {batches[number]} 这一批里，那时还生效。一个事项同一天只能在一批里，请删去。"
            said = Message(zh, f"the item {code} is in the batch {batches[number]}, in force then.")
            yield EntryProblem(place, "code", "item-in-two-batches", said, code)
