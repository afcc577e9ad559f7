"""The law of versions told day by day: what an object is on each day, with no versions at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from app.catalogue.law import AlreadyExists, Change, Content, History, NotInForce, StaleValue
from app.catalogue.objects import OPEN_DAY

FIRST = date(2024, 12, 25)
# The last of these days stands for every day after it, so only a change without an end reaches it.
DAYS = range(16)
EVER = DAYS[-1]

Diary = dict[int, dict[str, object]]


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def ending(until: int | None) -> date:
    return OPEN_DAY if until is None else on(until)


@dataclass(frozen=True)
class Wish:
    """What somebody wants: `until` is the day it ends on, not included; None is for ever."""

    kind: str
    start: int
    until: int | None
    new: Mapping[str, object]

    @property
    def days(self) -> range:
        return range(self.start, EVER + 1 if self.until is None else self.until)


def old_values(diary: Diary, wish: Wish) -> dict[str, object]:
    """What the fields are on the first day; nothing where the object does not hold."""
    first = diary.get(wish.start, {})
    return {field: first.get(field) for field in wish.new}


def apply(diary: Diary, wish: Wish, old: Content) -> Diary:
    """The days after the change. Raises as the law does."""
    held = {day: dict(content) for day, content in diary.items()}
    if wish.kind == "create":
        if any(day in held for day in wish.days):
            raise AlreadyExists
        return held | {day: dict(wish.new) for day in wish.days}
    if wish.start not in held:
        raise NotInForce
    if wish.kind == "cancel":
        return {day: content for day, content in held.items() if day not in wish.days}
    for field, expected in old.items():
        if held[wish.start][field] not in (expected, wish.new[field]):
            raise StaleValue(field, expected, held[wish.start][field])
    for day in wish.days:
        if day in held:
            held[day] |= {field: wish.new[field] for field in old if held[day][field] == old[field]}
    return held


def kept(diary: Diary, wish: Wish, old: Content) -> set[tuple[str, int, object]]:
    """The days on which a field keeps a value of its own."""
    return {
        (field, day, diary[day][field])
        for day in wish.days
        if day in diary
        for field in old
        if diary[day][field] not in (old[field], wish.new[field])
    }


def as_change(wish: Wish, old: Content) -> Change:
    return Change(on(wish.start), ending(wish.until), old, wish.new)


def as_diary(history: History) -> Diary:
    return {
        day: dict(version.content)
        for version in history
        for day in DAYS
        if version.valid_from <= on(day) < version.valid_to
    }


def values() -> st.SearchStrategy[dict[str, object]]:
    """New values of one field or of both; null is a value like any other."""
    flags, limits = st.sampled_from([True, False, None]), st.sampled_from([5, 10, None])
    either: st.SearchStrategy[dict[str, object]] = st.one_of(
        flags.map(lambda flag: {"is_online": flag}),
        limits.map(lambda limit: {"promised_limit": limit}),
        st.builds(lambda flag, limit: {"is_online": flag, "promised_limit": limit}, flags, limits),
    )
    return either


@st.composite
def wishes(draw: st.DrawFn, kinds: tuple[str, ...], earliest: int = 0) -> Wish:
    kind = draw(st.sampled_from(kinds))
    start = draw(st.integers(earliest, EVER - 1))
    until = draw(st.none() | st.integers(start + 1, EVER))
    if kind == "create":
        return Wish(kind, start, until, {"is_online": None, "promised_limit": None} | draw(values()))
    return Wish(kind, start, until, {} if kind == "cancel" else draw(values()))
