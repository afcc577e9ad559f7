"""Matchers in memory: made by one thread, once for each question, and no more of them than fit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_ident

import pytest

from app.demand.matching import weights
from app.demand.matching.index import Entry
from app.demand.matching.matcher import Matcher
from app.demand.matching.thesaurus import Thesaurus
from app.demand.runs.indexes import MOST_QUEUED, MOST_WAITING, Indexes
from app.demand.runs.rules import IndexBuilding

pytestmark = pytest.mark.one_database

MOST = 1_000


def matcher(count: int = 1) -> Matcher:
    return Matcher([Entry(n, f"第{n}类医疗器械经营备案") for n in range(count)], Thesaurus(), weights.shipped())


@pytest.fixture
def made() -> list[int]:
    """The threads that made one."""
    return []


@pytest.fixture
def make(made: list[int]) -> Callable[[], Matcher]:
    def making() -> Matcher:
        made.append(get_ident())
        return matcher()

    return making


def test_however_many_ask_at_once_it_is_made_once_and_by_nobody_of_them(
    made: list[int], make: Callable[[], Matcher]
) -> None:
    indexes = Indexes(MOST)
    with ThreadPoolExecutor(4) as asking:
        found = list(asking.map(lambda _: indexes.get("today", make), range(16)))
    assert len({id(each) for each in found}) == len(made) == 1
    assert made[0] != get_ident()


def test_each_question_has_its_own(made: list[int], make: Callable[[], Matcher]) -> None:
    indexes = Indexes(MOST)
    assert indexes.get("today", make) is not indexes.get("yesterday", make)
    assert len(set(made)) == 1


def test_what_was_asked_for_longest_ago_makes_room(made: list[int], make: Callable[[], Matcher]) -> None:
    indexes = Indexes(most=200)
    for key in ("a", "b", "a", "c", "a"):
        indexes.get(key, make)
    assert len(made) == 3
    indexes.get("b", make)
    assert len(made) == 4


def test_one_that_fills_all_the_room_is_kept_alone(made: list[int], make: Callable[[], Matcher]) -> None:
    indexes = Indexes(most=300)
    indexes.get("small", make)
    large = indexes.get("large", lambda: matcher(400))
    assert indexes.get("large", make) is large
    indexes.get("small", make)
    assert len(made) == 2


def test_what_failed_is_made_anew(make: Callable[[], Matcher]) -> None:
    indexes = Indexes(MOST)

    def fail() -> Matcher:
        raise IndexError("no disk")

    with pytest.raises(IndexError, match="no disk"):
        indexes.get("today", fail)
    assert indexes.get("today", make).index.entries


def test_whoever_would_wait_too_long_is_told_when_to_come_back(make: Callable[[], Matcher]) -> None:
    indexes, free = Indexes(MOST, patience=0.01), Event()

    def slowly() -> Matcher:
        free.wait(10)
        return make()

    with pytest.raises(IndexBuilding) as raised:
        indexes.get("today", slowly)
    assert raised.value.headers["Retry-After"] == "10"
    free.set()
    indexes.patience = 10
    assert indexes.get("today", make).index.entries


def test_not_everybody_waits_and_not_everything_is_queued(make: Callable[[], Matcher]) -> None:
    """Each that waits keeps a thread of the service, and anybody may ask for any day."""
    indexes, free = Indexes(MOST), Event()

    def slowly() -> Matcher:
        free.wait(10)
        return make()

    with ThreadPoolExecutor(MOST_WAITING) as asking:
        waiting = [asking.submit(indexes.get, "today", slowly) for _ in range(MOST_WAITING)]
        while indexes._waiting._value:
            pass
        with pytest.raises(IndexBuilding):
            indexes.get("today", slowly)
        for day in range(MOST_QUEUED - 1):
            indexes.prepare(day, slowly)
        with pytest.raises(IndexBuilding):
            indexes.get("another day", slowly)
        free.set()
        assert len({id(each.result()) for each in waiting}) == 1
    indexes.close()
