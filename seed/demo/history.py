"""The history of the district: every change set with its entries, from the first list of 2019 to the records of 2026."""

from collections.abc import Iterable, Iterator
from functools import cache

from seed.demo import bodies, reform
from seed.demo.courses import Course, courses
from seed.demo.draws import shuffled
from seed.demo.guide import basic_item, guide
from seed.demo.lives import Life, lives
from seed.demo.matters import Matter, basics, matters
from seed.demo.plan import NEVER, Step, place, plan
from seed.demo.records import ChangeSet, Entry, ObjectName
from seed.demo.standing import code, offline, standing, turning_points

WRONGLY_ONLINE = "correction-online-2021"
RECALLED = "correction-visits-2021"
PLANNED = "planned-2024"
WRONG_WAVE = "online-2020"
FIRST_CATALOGUE, FIRST_LIST = "catalogue-2019", "list-2019"


@cache
def change_sets() -> tuple[ChangeSet, ...]:
    """In the order of publication; the same on every machine and in every run."""
    known: dict[str, dict[str, object]] = {}
    return tuple(_change_set(now, step, known) for now, step in enumerate(plan().steps))


def _change_set(now: int, step: Step, known: dict[str, dict[str, object]]) -> ChangeSet:
    return ChangeSet(
        published_on=step.published_on,
        title=step.title,
        reason=step.reason,
        document_number=step.document_number,
        effective_on=step.effective_on,
        entries=tuple(_entries(now, known)),
    )


def _entries(now: int, known: dict[str, dict[str, object]]) -> Iterator[Entry]:
    yield from bodies.entries(now)
    yield from _basic_items(now)
    for matter in matters():
        yield from _item(matter, now, known)
    if now == place(WRONGLY_ONLINE):
        yield from _admissions(known)
    yield from bodies.dissolutions(now)
    yield from reform.entries(plan().steps[now].key)


def _basic_items(now: int) -> Iterator[Entry]:
    for basic in basics():
        life = lives()[f"{basic.key}/{basic.variants[0]}"]
        if _catalogued(life) == now:
            yield Entry("basic_item", "create", basic.code, basic_item(basic))
        if life.cancelled == now and now != place(RECALLED):
            yield _ended("basic_item", basic.code, now)


def _catalogued(life: Life) -> int:
    """The first basic items have a change set of their own; later ones come with their items."""
    return place(FIRST_CATALOGUE) if life.created == place(FIRST_LIST) else life.created


def _ended(kind: ObjectName, code: str, now: int) -> Entry:
    days = {place(RECALLED): plan().corrections.recalled_on, place(PLANNED): plan().later.cancelled_on}
    return Entry(kind, "cancel", code, effective_on=days.get(now))


def _item(matter: Matter, now: int, known: dict[str, dict[str, object]]) -> Iterator[Entry]:
    life, course = lives()[matter.key], courses()[matter.key]
    if life.created == now:
        known[matter.key] = standing(matter, course, now)
        yield _created(matter, known[matter.key])
    elif life.cancelled == now:
        yield _ended("item", code(matter, now - 1), now)
    elif life.listed(now):
        yield from _amended(matter, course, now, known)
        yield from _stopped(life, code(matter, now), now)


def _created(matter: Matter, state: dict[str, object]) -> Entry:
    content = guide(matter) | {element: value for element, value in state.items() if element != "code"}
    return Entry("item", "create", str(state["code"]), content)


def _amended(matter: Matter, course: Course, now: int, known: dict[str, dict[str, object]]) -> Iterator[Entry]:
    if now not in turning_points(matter, course):
        return
    before, after = known[matter.key], standing(matter, course, now)
    changes = {element: value for element, value in after.items() if value != before[element]}
    known[matter.key] = after
    if changes:
        day = plan().limits.planned_on if now == place(PLANNED) else None
        yield Entry("item", "amend", str(before["code"]), changes, day)


def _stopped(life: Life, code: str, now: int) -> Iterator[Entry]:
    if life.suspension is None:
        return
    if now == place(life.suspension.change_set):
        yield Entry("item", "suspend", code, until=life.suspension.until)
    if life.suspension.resumed and now == place(life.suspension.resumed):
        yield Entry("item", "resume", code)


def _admissions(known: dict[str, dict[str, object]]) -> Iterator[Entry]:
    """Items of one wave that were not online yet: what they should have said until the day they really were."""
    settings = plan().corrections
    for matter in shuffled(_opened_wrongly(), "wrongly online")[: settings.online]:
        yield Entry("item", "amend", str(known[matter.key]["code"]), offline(matter), until=settings.online_until)


def _opened_wrongly() -> Iterable[Matter]:
    wave, first = place(WRONG_WAVE), place(FIRST_LIST)
    for matter in matters():
        life = lives()[matter.key]
        if courses()[matter.key].online == wave and life.created == first and life.cancelled == NEVER:
            yield matter
