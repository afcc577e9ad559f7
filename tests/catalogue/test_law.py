"""How the history of an object changes: examples a clerk would know, then any history against a day-by-day telling."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue import law
from app.catalogue.law import AlreadyExists, Change, Content, History, Kept, NotInForce, StaleValue, Version
from app.catalogue.objects import OPEN_DAY
from tests.catalogue import days
from tests.catalogue.days import Diary, Wish, as_change, ending, on

NEW_YEAR, TODAY, NEXT_YEAR = date(2020, 1, 1), date(2026, 3, 2), date(2027, 1, 1)
SINCE_2020 = law.create((), NEW_YEAR, OPEN_DAY, {"is_online": False, "promised_limit": 20})


def told(history: History) -> list[tuple[date, date, Content]]:
    return [(version.valid_from, version.valid_to, version.content) for version in history]


def change(start: date, end: date, /, **fields: tuple[object, object]) -> Change:
    old = {name: values[0] for name, values in fields.items()}
    return Change(start, end, old, {name: values[1] for name, values in fields.items()})


def test_todays_amendment_reaches_a_version_planned_for_next_year() -> None:
    planned, _ = law.amend(SINCE_2020, change(NEXT_YEAR, OPEN_DAY, promised_limit=(20, 10)))
    amended, kept = law.amend(planned, change(TODAY, OPEN_DAY, is_online=(False, True)))
    assert told(amended) == [
        (NEW_YEAR, TODAY, {"is_online": False, "promised_limit": 20}),
        (TODAY, NEXT_YEAR, {"is_online": True, "promised_limit": 20}),
        (NEXT_YEAR, OPEN_DAY, {"is_online": True, "promised_limit": 10}),
    ]
    assert kept == []


def test_a_planned_version_with_another_value_keeps_its_own_and_is_told() -> None:
    planned, _ = law.amend(SINCE_2020, change(NEXT_YEAR, OPEN_DAY, promised_limit=(20, 10)))
    amended, kept = law.amend(planned, change(TODAY, OPEN_DAY, promised_limit=(20, 15)))
    assert [version.content["promised_limit"] for version in amended] == [20, 15, 10]
    assert kept == [Kept("promised_limit", NEXT_YEAR, 10)]


def test_a_bounded_amendment_leaves_the_days_after_it_alone() -> None:
    summer = change(date(2026, 6, 1), date(2026, 9, 1), is_online=(False, True))
    amended, _ = law.amend(SINCE_2020, summer)
    assert [(version.valid_from, version.content["is_online"]) for version in amended] == [
        (NEW_YEAR, False),
        (date(2026, 6, 1), True),
        (date(2026, 9, 1), False),
    ]


def test_a_value_that_is_no_longer_the_old_one_is_refused_by_name() -> None:
    with pytest.raises(StaleValue) as refused:
        law.amend(SINCE_2020, change(TODAY, OPEN_DAY, promised_limit=(30, 10)))
    assert (refused.value.field, refused.value.expected, refused.value.found) == ("promised_limit", 30, 20)


def test_a_value_that_is_already_the_new_one_is_no_conflict() -> None:
    amended, _ = law.amend(SINCE_2020, change(TODAY, OPEN_DAY, promised_limit=(30, 20)))
    assert told(amended) == told(SINCE_2020)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2026, 3, 2)])
def test_nothing_can_be_changed_where_nothing_holds(day: date) -> None:
    ended = law.cancel(SINCE_2020, TODAY, OPEN_DAY)
    with pytest.raises(NotInForce):
        law.amend(ended, change(day, OPEN_DAY, promised_limit=(20, 10)))
    with pytest.raises(NotInForce):
        law.cancel(ended, day, OPEN_DAY)


def test_what_exists_cannot_be_created_but_may_be_after_its_end() -> None:
    with pytest.raises(AlreadyExists):
        law.create(SINCE_2020, TODAY, OPEN_DAY, {})
    again = law.create(law.cancel(SINCE_2020, TODAY, OPEN_DAY), TODAY, OPEN_DAY, {"is_online": True})
    assert [version.valid_from for version in again] == [NEW_YEAR, TODAY]


def test_a_cancellation_ends_planned_versions_too() -> None:
    planned, _ = law.amend(SINCE_2020, change(NEXT_YEAR, OPEN_DAY, promised_limit=(20, 10)))
    assert [version.valid_to for version in law.cancel(planned, TODAY, OPEN_DAY)] == [TODAY]


def test_a_version_that_stays_the_same_keeps_its_row_and_a_cut_one_its_number() -> None:
    stored: History = (Version(NEW_YEAR, OPEN_DAY, {"is_online": False}, stored=7, number=1),)
    cut, _ = law.amend(stored, change(TODAY, NEXT_YEAR, is_online=(False, True)))
    assert [(version.stored, version.number) for version in cut] == [(None, 1), (None, None), (None, 1)]
    again, _ = law.amend(stored, change(TODAY, NEXT_YEAR, is_online=(None, False)))
    assert again == stored


@settings(max_examples=200)
@given(st.lists(st.tuples(days.wishes(("create", "amend", "amend", "amend", "cancel")), days.values()), max_size=9))
def test_any_history_is_what_the_days_say(steps: list[tuple[Wish, dict[str, object]]]) -> None:
    """Now and then the old values are wrong on purpose, as when somebody else was quicker."""
    history: History = ()
    diary: Diary = {}
    for place, (wish, mistaken) in enumerate(steps):
        old = days.old_values(diary, wish)
        if place % 3 == 2:
            old |= {field: value for field, value in mistaken.items() if field in old}
        history, diary = step(history, diary, wish, old)
        assert days.as_diary(history) == diary
        assert all(version.valid_from < version.valid_to for version in history)
        assert all(earlier.valid_to <= later.valid_from for earlier, later in pairwise(history))


def step(history: History, diary: Diary, wish: Wish, old: Content) -> tuple[History, Diary]:
    """Both tellings after a wish; where one refuses, so must the other, for the same reason."""
    expected: Exception | None = None
    try:
        after = days.apply(diary, wish, old)
    except (AlreadyExists, NotInForce, StaleValue) as refusal:
        expected = refusal
    if expected is not None:
        with pytest.raises(type(expected)) as refused:
            changed(history, wish, old)
        assert vars(refused.value) == vars(expected)
        return history, diary
    changed_history, kept = changed(history, wish, old)
    assert days_of(kept, history, wish) == (days.kept(diary, wish, old) if wish.kind == "amend" else set())
    return changed_history, after


def changed(history: History, wish: Wish, old: Content) -> tuple[History, list[Kept]]:
    if wish.kind == "create":
        return law.create(history, on(wish.start), ending(wish.until), wish.new), []
    if wish.kind == "cancel":
        return law.cancel(history, on(wish.start), ending(wish.until)), []
    return law.amend(history, as_change(wish, old))


def days_of(kept: list[Kept], history: History, wish: Wish) -> set[tuple[str, int, object]]:
    ends = {version.valid_from: version.valid_to for version in history}
    return {
        (each.field, day, each.value)
        for each in kept
        for day in wish.days
        if each.valid_from <= on(day) < ends[each.valid_from]
    }
