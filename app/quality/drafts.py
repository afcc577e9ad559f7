"""What a draft does to findings: its items as they are known, and as the next revision would have them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection

from app.catalogue.law import Content, holding
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.reads import CHUNK, chunks, histories
from app.changes.queries import entries_of
from app.changes.rules import Step
from app.quality.exemptions.queries import exempt_among
from app.quality.in_force import rules_in_force
from app.quality.queries import broken_by
from app.quality.relisted import relisted
from app.quality.rules import Rule
from app.quality.tried import Tried, written
from app.quality.verdicts import Changed, Tally, verdicts


def examine(connection: Connection, tried: Tried) -> Tally:
    """The findings of each item that the draft writes, on each day on which what it writes of the item begins; and of
    other items what lists that it writes come to.

    The rules are those in force now that are about what a draft writes: when somebody last confirmed an item is not. So
    many items at a time are held in memory, however many the draft writes.
    """
    known, tally = rules_in_force(connection), Tally()
    rules, named = [rule for rule in known if rule.elements], {rule.key: rule for rule in known}
    for day, codes in _written(connection, tried):
        changed = _changed(connection, tried, rules, day, codes)
        tally.add(verdict for item in changed for verdict in verdicts(item, named))
    for item in relisted(connection, tried, known):
        tally.add(verdicts(item, named))
    return tally


def _written(connection: Connection, tried: Tried) -> Iterator[tuple[date, dict[int, str]]]:
    """Days with what begins on them to be as the draft has it, the ids and codes of some items at a time."""
    ordered = written(tried).order_by("day", ITEM.table.c.id)
    with connection.execute(ordered, execution_options={"yield_per": CHUNK}) as rows:
        for first, items in groupby(rows, key=itemgetter(0)):
            for chunk in chunks(items):
                yield first, {number: code for _, number, code in chunk}


def _changed(
    connection: Connection, tried: Tried, rules: Sequence[Rule], day: date, codes: Mapping[int, str]
) -> Iterator[Changed]:
    steps = _steps(connection, tried.number, day, codes)
    origins = {number: origin for number, each in steps.items() if (origin := _origin(each)) is not None}
    broken = broken_by(connection, rules, tried.before(day), {*codes, *origins.values()})
    breaks = broken_by(connection, rules, tried.after(day), codes)
    exempt = exempt_among(connection, codes, rules, max(day, tried.today))
    copied = _contents(connection, origins.values(), tried.before(day))
    none = frozenset[str]()
    for number, code in codes.items():
        origin = origins.get(number, number)
        yield Changed(
            code,
            day,
            steps[number][-1].position,
            broken.get(number) or broken.get(origin, none),
            breaks.get(number, none),
            _touched(steps[number], copied.get(origin, {})),
            exempt.get(number, none),
            tried.restores,
        )


def _steps(connection: Connection, number: int, day: date, ids: Collection[int]) -> dict[int, list[Step]]:
    """The entries of each item that are about the day."""
    found = entries_of(connection, number, ITEM, ids)
    return {item: [step for step in steps if step.start <= day < step.end] for item, steps in found.items()}


def _origin(steps: Sequence[Step]) -> int | None:
    """The item whose content one that is split off, taken over or delegated was copied from."""
    return next((step.predecessors[0] for step in steps if step.effect == "create" and step.predecessors), None)


def _contents(connection: Connection, ids: Collection[int], moment: Moment) -> dict[int, Content]:
    """What the items say at the moment."""
    known = histories(connection, ITEM, sorted(set(ids)), moment) if ids else {}
    held = {number: holding(versions, moment.as_of) for number, versions in known.items()}
    return {number: version.content for number, version in held.items() if version is not None}


def _touched(steps: Sequence[Step], copied: Content) -> set[str]:
    """The elements that the entries state, but for what was copied as it was."""
    return {
        name
        for step in steps
        for name, value in step.new.items()
        if not (step.effect == "create" and name in copied and copied[name] == value)
    }
