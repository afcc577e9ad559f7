"""When each item enters the list, is out of use, and leaves it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import islice

from seed.demo.draws import shuffled
from seed.demo.matters import Basic, Matter, basics, matters
from seed.demo.plan import NEVER, Suspension, place, plan

FIRST_LIST = "list-2019"
EVERYDAY = {"ga", "mz", "rs", "yb", "zr", "sh", "gjj", "tyj", "spj", "kj", "fp", "yc", "xf"}
"""Departments whose items have always been there: nobody would believe that marriages were first registered in 2022."""


@dataclass(frozen=True, slots=True)
class Life:
    """Places in the order of publication; a suspension ends on a day, with a change set, or not yet."""

    created: int
    cancelled: int = NEVER
    suspension: Suspension | None = None

    def listed(self, now: int) -> bool:
        return self.created <= now < self.cancelled


@cache
def lives() -> Mapping[str, Life]:
    entered = _entries()
    found = {m.key: Life(entered[m.basic.key], _place_or_never(m.basic.until)) for m in matters()}
    for key, suspension in _suspensions(found):
        found[key] = replace(found[key], suspension=suspension)
    return found


def _place_or_never(key: str) -> int:
    return place(key) if key else NEVER


def _entries() -> Mapping[str, int]:
    """By basic item: all variants of one enter together."""
    entered = {basic.key: place(basic.since or FIRST_LIST) for basic in basics()}
    pool = shuffled((basic for basic in basics() if _may_come_later(basic)), "entry")
    for key, count in plan().created.items():
        named = sum(len(basic.variants) for basic in basics() if basic.since == key)
        for basic in _filling(pool, count - named):
            pool.remove(basic)
            entered[basic.key] = place(key)
    return entered


def _may_come_later(basic: Basic) -> bool:
    return not (basic.is_licence or basic.since or basic.until or basic.department in EVERYDAY)


def _filling(pool: Iterable[Basic], count: int) -> list[Basic]:
    """Basic items whose variants add up to the count."""
    chosen: list[Basic] = []
    for basic in pool:
        if len(basic.variants) <= count:
            chosen.append(basic)
            count -= len(basic.variants)
    return chosen


def _suspensions(found: Mapping[str, Life]) -> Iterator[tuple[str, Suspension]]:
    pool = iter(shuffled((m for m in matters() if _may_be_suspended(m, found[m.key])), "suspension"))
    for suspension in plan().suspended:
        yield from ((matter.key, suspension) for matter in islice(pool, suspension.count))


def _may_be_suspended(matter: Matter, life: Life) -> bool:
    always = life.created == place(FIRST_LIST) and life.cancelled == NEVER
    return always and not matter.basic.is_licence and matter.basic.department not in EVERYDAY


def in_use(life: Life, day: date) -> bool:
    """In the list with status 1 on a day, going by the effective days of the change sets."""
    steps = plan().steps
    if steps[life.created].effective_on > day:
        return False
    if life.cancelled != NEVER and steps[life.cancelled].effective_on <= day:
        return False
    return not (life.suspension and _suspended(life.suspension, day))


def _suspended(suspension: Suspension, day: date) -> bool:
    steps = plan().steps
    begun = steps[place(suspension.change_set)].effective_on <= day
    ended = suspension.until is not None and suspension.until <= day
    resumed = suspension.resumed is not None and steps[place(suspension.resumed)].effective_on <= day
    return begun and not ended and not resumed
