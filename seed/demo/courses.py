"""How each item fares over the years: when it goes online and into the hall, how visits and limits shrink."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil

from seed.demo.bodies import departments, lasting_windows
from seed.demo.draws import choose, share, shuffled
from seed.demo.lives import Life, in_use, lives
from seed.demo.matters import Matter, matters
from seed.demo.plan import NEVER, place, plan

HARD_TO_PUT_ONLINE = {"ga": 5.0, "zr": 2.5, "wj": 2.0, "jt": 1.5, "ny": 1.5, "wl": 1.3}
FIRST_CUT, SECOND_CUT, THIRD_CUT = "limits-2020", "limits-2022", "revision-2024"
VISIT_CUTS = ("revision-2020", "revision-2023")
VISITS_CORRECTED = "correction-visits-2021"
SPARED = "online-2025"
EXCHANGED = ("sj/企业登记注册/", "sj/计量标准器具核准/")
"""Two licences of one department that go online in each other's stead: enterprises register online first of all."""
LEAST_WITH_TOLERANCE = 5
# The shares of the items whose materials, and whose steps, become fewer with their visits.
MATERIALS_SPARED, STEPS_SPARED = 0.4, 0.3


@dataclass(frozen=True, slots=True)
class Course:
    """Places in the order of publication, and the promised limits with the place from which each one is promised.

    `visits` is the number in the end; `extra` what the first list asked for beyond it; `miscounted` an item whose
    cut of visits was recorded before it was real; `spared` one that needs a single visit after the benchmark day.
    """

    online: int
    stated: int
    visits: int
    extra: int
    miscounted: bool
    spared: bool
    hall: int
    leaves_hall: bool
    promises: tuple[tuple[int, int], ...]

    def promised(self, now: int) -> int:
        return next(limit for since, limit in reversed(self.promises) if since <= now)

    def onsite_visits(self, now: int) -> int:
        least = 0 if self.online <= now else 1
        if self.spared and now >= place(SPARED):
            return 1
        return max(least, self.visits + self._excess(now))

    def spared_materials(self, key: str, now: int) -> int:
        """How many materials more than in the end an item still asks for: some of those whose visits are cut later."""
        return sum(share(f"spared material {cut}", key) < MATERIALS_SPARED for cut in self._coming_cuts(now))

    def spared_steps(self, key: str, now: int) -> int:
        """How many steps more than in the end an item is still handled in: some of those whose visits are cut later."""
        return sum(share(f"spared step {cut}", key) < STEPS_SPARED for cut in self._coming_cuts(now))

    def _coming_cuts(self, now: int) -> Iterator[int]:
        for cut in map(place, VISIT_CUTS):
            if now < cut and self.onsite_visits(cut) < self.onsite_visits(cut - 1):
                yield cut

    def _excess(self, now: int) -> int:
        if self.miscounted and place(VISIT_CUTS[0]) <= now < place(VISIT_CUTS[1]):
            return 1 if now >= place(VISITS_CORRECTED) else 0
        return max(0, self.extra - sum(place(cut) <= now for cut in VISIT_CUTS))


@cache
def courses() -> Mapping[str, Course]:
    online = _online()
    visits = _visits(online)
    marks = _marks(online, visits)
    return {m.key: _course(m, online[m.key], visits[m.key], marks) for m in matters()}


@dataclass(frozen=True, slots=True)
class Marks:
    """Items set apart by their number alone."""

    miscounted: frozenset[str]
    spared: frozenset[str]
    leaving_hall: frozenset[str]
    planned_cut: frozenset[str]
    last_cut: frozenset[str]
    over_statutory: frozenset[str]


def _course(matter: Matter, online: int, visits: int, marks: Marks) -> Course:
    key = matter.key
    return Course(
        online=online,
        stated=_stated(key),
        visits=visits,
        extra=2 if key in marks.miscounted else choose((0, 0, 0, 1, 1, 1, 1, 2, 2), "extra visits", key),
        miscounted=key in marks.miscounted,
        spared=key in marks.spared,
        hall=_hall(matter),
        leaves_hall=key in marks.leaving_hall,
        promises=tuple(_promises(matter, marks)),
    )


def _on_benchmark() -> list[Matter]:
    return [m for m in matters() if in_use(lives()[m.key], plan().benchmark.day)]


def _online() -> Mapping[str, int]:
    """The place at which each item goes online, or NEVER."""
    benchmark = _on_benchmark()
    offline = shuffled(benchmark, "offline", _hardness)[: plan().benchmark.offline]
    left = {m.key for m in offline}
    meant = {m.key for m in benchmark} - left
    able = [m for m in matters() if m.key in meant or (m.key not in left and share("able", m.key) < 0.6)]
    waves = dict.fromkeys((m.key for m in matters()), NEVER)
    waves |= {m.key: place(wave) for m, wave in _waves(shuffled(able, "online wave"), plan().online)}
    waves |= {m.key: place(wave) for m, wave in _opened_later(shuffled(offline, "opened later"))}
    first, second = EXCHANGED
    waves |= {first: waves[second], second: waves[first]}
    return {key: max(wave, lives()[key].created) if wave != NEVER else NEVER for key, wave in waves.items()}


def _hardness(matter: Matter) -> float:
    weight = HARD_TO_PUT_ONLINE.get(matter.basic.department, 1.0)
    return 1 / (weight * (1.6 if matter.basic.task_type in ("07", "09") else 1.0))


def _waves(ordered: Sequence[Matter], cumulative: Mapping[str, float]) -> Iterator[tuple[Matter, str]]:
    """Each item with the wave whose cumulative share takes it in."""
    start = 0
    for wave, reached in cumulative.items():
        end = round(reached * len(ordered))
        yield from ((matter, wave) for matter in ordered[start:end])
        start = end


def _opened_later(ordered: Sequence[Matter]) -> Iterator[tuple[Matter, str]]:
    remaining = iter(m for m in ordered if lives()[m.key].cancelled == NEVER)
    for wave, count in plan().online_after.items():
        yield from ((next(remaining), wave) for _ in range(count))


def _visits(online: Mapping[str, int]) -> Mapping[str, int]:
    """Visits in the end: none for most online items, more than one for as many items as the benchmark has."""
    benchmark, day = plan().benchmark, place("revision-2024")
    several = shuffled(_on_benchmark(), "several visits", lambda m: 0.05 if online[m.key] > day else 1.0)
    several = several[: benchmark.more_than_one_visit]
    found = {m.key: 0 if online[m.key] != NEVER and share("no visit", m.key) < 0.62 else 1 for m in matters()}
    found |= {m.key: 2 for m in several}
    return found | {m.key: 3 for m in several[: benchmark.three_visits]}


def _stated(key: str) -> int:
    """From which place on the item says whether it is online."""
    drawn, reached = share("unstated", key), 0.0
    for step, portion in plan().unstated.items():
        reached += portion
        if drawn < reached:
            return place(step)
    return 0


def _hall(matter: Matter) -> int:
    reluctant = departments()[matter.basic.department].away_reason in ("special_hall", "vertical_management")
    drawn = share("hall", matter.key) ** (0.4 if reluctant else 1.0)
    wave = next(place(step) for step, reached in plan().hall.items() if drawn <= reached)
    return max(wave, lasting_windows(matter.basic.department)[0].since)


def _marks(online: Mapping[str, int], visits: Mapping[str, int]) -> Marks:
    steady = [m for m in matters() if _steady(lives()[m.key])]
    limited = [m for m in steady if (m.basic.days or 0) >= 10 and not m.basic.tolerance]
    settings = plan()
    several = [m for m in steady if visits[m.key] > 1]
    web_only = [m for m in steady if visits[m.key] == 0 and not m.basic.is_licence]
    planned, last = settings.limits.planned, settings.limits.last
    cuts = shuffled((m for m in limited if not m.basic.is_licence), "cut apart")
    return Marks(
        miscounted=_keys(
            shuffled((m for m in steady if _miscountable(m, online, visits)), "miscounted"), settings.corrections.visits
        ),
        spared=_keys(shuffled(several, "spared"), settings.later.fewer_visits),
        leaving_hall=_keys(shuffled(web_only, "leaving hall"), settings.later.left_hall),
        planned_cut=_keys(cuts, planned),
        last_cut=_keys(cuts[planned:], last),
        over_statutory=_keys(cuts[planned + last :], settings.limits.over_statutory),
    )


def _keys(ordered: Iterable[Matter], count: int) -> frozenset[str]:
    return frozenset(m.key for m in list(ordered)[:count])


def _steady(life: Life) -> bool:
    return life.created == place("list-2019") and life.cancelled == NEVER and life.suspension is None


def _miscountable(matter: Matter, online: Mapping[str, int], visits: Mapping[str, int]) -> bool:
    return visits[matter.key] == 1 and online[matter.key] > place(VISITS_CORRECTED)


def _promises(matter: Matter, marks: Marks) -> Iterator[tuple[int, int]]:
    """Working days promised, each with the place from which it is promised; 0 is at once."""
    key, days = matter.key, matter.basic.days
    start = days if days is not None else choose((1, 3, 5, 10), "unlimited", key)
    floor = LEAST_WITH_TOLERANCE if matter.basic.tolerance else (1 if start else 0)
    first = ceil(start * (0.7 + 0.3 * share("first list", key)))
    second = ceil(first * (0.55 + 0.25 * share(FIRST_CUT, key)))
    third = ceil(second * (0.45 + 0.35 * share(SECOND_CUT, key)))
    for since, limit in ((0, first), (place(FIRST_CUT), second), (place(SECOND_CUT), third)):
        yield since, max(floor, limit)
    if key in marks.over_statutory:
        yield place(THIRD_CUT), start + 5
    if key in marks.planned_cut:
        yield place("planned-2024"), max(floor, third // 2)
    if key in marks.last_cut:
        yield place("limits-2026"), max(floor, third // 2)
