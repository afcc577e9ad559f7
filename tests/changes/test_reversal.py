"""What turns a history back: by the law, day by day and field by field, and nothing beside what differed."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue import law
from app.catalogue.law import AlreadyExists, Change, Content, History, NotInForce
from app.catalogue.objects import OPEN_DAY
from app.changes.reversal import Piece, conflicting, reversal
from tests.catalogue import days
from tests.catalogue.days import DAYS, Wish, as_change, as_diary, ending, on

NEW_YEAR, TODAY, NEXT_YEAR = date(2020, 1, 1), date(2026, 3, 2), date(2027, 1, 1)
SINCE_2020 = law.create((), NEW_YEAR, OPEN_DAY, {"is_online": False, "promised_limit": 20})
WISHES = st.lists(days.wishes(("create", "create", "amend", "amend", "amend", "cancel")), max_size=6)


def amended(history: History, start: date, end: date, /, **fields: tuple[object, object]) -> History:
    old = {name: values[0] for name, values in fields.items()}
    return law.amend(history, Change(start, end, old, {name: values[1] for name, values in fields.items()}))[0]


def lived(history: History, wishes: list[Wish]) -> History:
    """After the wishes that fit; those that don't are passed over."""
    for wish in wishes:
        first = law.holding(history, on(wish.start))
        old = {name: first.content.get(name) for name in wish.new} if first else {}
        try:
            history = after(history, wish, old)
        except (AlreadyExists, NotInForce):
            continue
    return history


def after(history: History, wish: Wish, old: Content) -> History:
    if wish.kind == "create":
        return law.create(history, on(wish.start), ending(wish.until), wish.new)
    if wish.kind == "cancel":
        return law.cancel(history, on(wish.start), ending(wish.until))
    return law.amend(history, as_change(wish, old))[0]


def turned_back(history: History, piece: Piece) -> History:
    """By the law, as publishing does it; every value it would leave as it is fails the test."""
    if piece.effect == "create":
        return law.create(history, piece.start, piece.end, piece.new)
    if piece.effect == "cancel":
        return law.cancel(history, piece.start, piece.end)
    turned, kept = law.amend(history, Change(piece.start, piece.end, piece.old, piece.new))
    assert kept == []
    return turned


@settings(max_examples=200)
@given(WISHES, WISHES)
def test_any_history_becomes_again_what_any_other_was(one: list[Wish], more: list[Wish]) -> None:
    """What comes after may be anything at all: the history that goes on, or another one."""
    before = lived((), one)
    for changed in (lived(before, more), lived((), more)):
        turned = changed
        for piece in reversal(before, changed):
            turned = turned_back(turned, piece)
        assert as_diary(turned) == as_diary(before)


@settings(max_examples=200)
@given(WISHES, WISHES)
def test_only_the_days_and_fields_that_differ_are_touched(one: list[Wish], more: list[Wish]) -> None:
    before = lived((), one)
    changed = lived(before, more)
    was, now = as_diary(before), as_diary(changed)
    touched = {(day, field) for piece in reversal(before, changed) for day in days_of(piece) for field in said(piece)}
    differ = {
        (day, field) for day in DAYS if (day in was) != (day in now) for field in (*was.get(day, {}), *now.get(day, {}))
    }
    differ |= {(day, field) for day in was.keys() & now for field in was[day] if was[day][field] != now[day][field]}
    assert touched == differ


def days_of(piece: Piece) -> list[int]:
    return [day for day in DAYS if piece.start <= on(day) < piece.end]


def said(piece: Piece) -> set[str]:
    """What is or is no longer there has all its fields at once."""
    return set(piece.new) or {"is_online", "promised_limit"}


@given(WISHES, WISHES)
def test_pieces_follow_each_other_and_no_two_neighbours_do_the_same(one: list[Wish], more: list[Wish]) -> None:
    before = lived((), one)
    pieces = reversal(before, lived(before, more))
    assert all(piece.start < piece.end for piece in pieces)
    for earlier, later in pairwise(pieces):
        assert earlier.end <= later.start
        same = (earlier.effect, earlier.old, earlier.new) == (later.effect, later.old, later.new)
        assert earlier.end < later.start or not same


@given(WISHES)
def test_equal_histories_have_nothing_to_turn_back(wishes: list[Wish]) -> None:
    history = lived((), wishes)
    assert reversal(history, history) == []


def test_versions_that_others_cut_are_one_piece() -> None:
    """A planned change of another field cuts the history in two; what is turned back is one span still."""
    planned = amended(SINCE_2020, NEXT_YEAR, OPEN_DAY, is_online=(False, True))
    changed = amended(planned, TODAY, OPEN_DAY, promised_limit=(20, 10))
    assert reversal(planned, changed) == [
        Piece("amend", TODAY, OPEN_DAY, {"promised_limit": 10}, {"promised_limit": 20})
    ]


def test_a_planned_version_that_had_the_new_value_already_keeps_it() -> None:
    planned = amended(SINCE_2020, NEXT_YEAR, OPEN_DAY, promised_limit=(20, 10))
    changed = amended(planned, TODAY, OPEN_DAY, promised_limit=(20, 10))
    (piece,) = reversal(planned, changed)
    assert (piece.start, piece.end) == (TODAY, NEXT_YEAR)


def test_a_cancellation_is_turned_back_version_by_version() -> None:
    planned = amended(SINCE_2020, NEXT_YEAR, OPEN_DAY, promised_limit=(20, 10))
    pieces = reversal(planned, law.cancel(planned, TODAY, OPEN_DAY))
    assert [(piece.effect, piece.start, piece.new["promised_limit"]) for piece in pieces] == [
        ("create", TODAY, 20),
        ("create", NEXT_YEAR, 10),
    ]


def test_a_creation_is_turned_back_by_an_end_on_its_first_day() -> None:
    (piece,) = reversal((), law.create((), TODAY, NEXT_YEAR, {"is_online": True}))
    assert (piece.effect, piece.start, piece.end) == ("cancel", TODAY, NEXT_YEAR)


LIMIT = Piece("amend", TODAY, NEXT_YEAR, {"promised_limit": 10}, {"promised_limit": 20})
GONE = Piece("cancel", TODAY, OPEN_DAY, {}, {})


@pytest.mark.parametrize(
    ("piece", "effect", "fields", "start", "end", "meets"),
    [
        (LIMIT, "amend", {"promised_limit"}, TODAY, OPEN_DAY, True),
        (LIMIT, "amend", {"promised_limit", "is_online"}, date(2026, 12, 31), NEXT_YEAR, True),
        (LIMIT, "amend", {"is_online"}, TODAY, OPEN_DAY, False),
        (LIMIT, "amend", {"promised_limit"}, NEXT_YEAR, OPEN_DAY, False),
        (LIMIT, "amend", {"promised_limit"}, NEW_YEAR, TODAY, False),
        (LIMIT, "create", set(), TODAY, OPEN_DAY, True),
        (LIMIT, "cancel", set(), TODAY, OPEN_DAY, True),
        (LIMIT, "cancel", set(), date(2026, 7, 1), OPEN_DAY, False),
        (GONE, "amend", {"is_online"}, NEXT_YEAR, OPEN_DAY, True),
        (GONE, "cancel", set(), NEXT_YEAR, OPEN_DAY, True),
        (GONE, "amend", {"is_online"}, NEW_YEAR, TODAY, False),
    ],
)  # fmt: skip
def test_what_a_later_change_stands_in_the_way_of(
    piece: Piece, effect: str, fields: set[str], start: date, end: date, *, meets: bool
) -> None:
    """The same field on the same days, or whether there is anything to turn back at all."""
    assert conflicting([piece], effect, fields, start, end) is meets
