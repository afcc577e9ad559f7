"""Bringing a change set that is out of date up to what holds now, with both values shown where two people changed one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, update

from app.access.rules import Caller
from app.catalogue import law, reads
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import OBJECT_TYPES
from app.changes import permits, queries, service
from app.changes.models import entry
from app.changes.rules import Step, replay, unpublished
from app.db import Json

Side = Literal["mine", "theirs"]


class Place(NamedTuple):
    """A field of an entry."""

    position: int
    field: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed meanwhile: what it was when drafted, what it is now, what this set wants."""

    step: Step
    field: str
    was: object
    now: object
    wanted: object
    kept: Side


@dataclass(slots=True)
class Rebased:
    """What became of the entries: fields that differed, and the entries of which nothing was left."""

    differences: list[Difference] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)


def rebase(connection: Connection, number: int, theirs: Collection[Place], *, by: Caller, now: datetime) -> Rebased:
    """Note anew what the fields are now. Where somebody else changed one, this set's value stays wanted, unless it
    stands in `theirs`: then the field is left as it is. Entries that no longer fit stay and are told by the preview.

    Raises WrongStatus, or NotYours where somebody else wrote it.
    """
    held = queries.get_change_set(connection, number)
    unpublished(held.status)
    permits.demand_author(held, by)
    base, done = resolve(connection, now), Rebased()
    for kind in OBJECT_TYPES.values():
        for steps in queries.entries_by_object(connection, number, kind, reads.CHUNK):
            histories = reads.histories(connection, kind, list(steps), base)
            for object_id, entries in steps.items():
                _rebase_object(histories.get(object_id, ()), entries, theirs, done)
    _store(connection, number, done, base)
    service.changed(connection, number)
    service.tell(connection, number, "rebase", by=by, now=now, differences=len(done.differences), base=base.revision)
    return done


def _rebase_object(history: law.History, steps: Sequence[Step], theirs: Collection[Place], done: Rebased) -> None:
    for step in steps:
        differences = list(_differences(history, step, theirs))
        done.differences += differences
        rebased = _rebased(step, differences)
        if rebased is None:
            done.dropped.append(step.position)
            continue
        if rebased != step:
            done.changed.append(rebased)
        history = replay(history, [rebased]).history


def _differences(history: law.History, step: Step, theirs: Collection[Place]) -> Iterator[Difference]:
    first = law.holding(history, step.start)
    if step.effect != "amend" or first is None:
        return
    for name, old in step.old.items():
        found, wanted = first.content.get(name), step.new[name]
        if found not in (old, wanted):
            yield Difference(step, name, old, found, wanted, "theirs" if (step.position, name) in theirs else "mine")


def _rebased(step: Step, differences: Sequence[Difference]) -> Step | None:
    """The step on the values that hold now; None where nothing of it is left."""
    found = {each.field: each.now for each in differences if each.kept == "mine"}
    left = {each.field for each in differences if each.kept == "theirs"}
    if not left and not found:
        return step
    old = {name: found.get(name, value) for name, value in step.old.items() if name not in left}
    new = {name: value for name, value in step.new.items() if name not in left}
    return replace(step, old=old, new=new) if new else None


def _store(connection: Connection, number: int, done: Rebased, base: Moment) -> None:
    mine = entry.c.change_set_id == number
    place = entry.c.position == bindparam("at", type_=Integer())
    patched = update(entry).where(mine, place)
    values = {"old": bindparam("was", type_=Json), "new": bindparam("becomes", type_=Json)}
    if done.changed:
        rows = [{"at": step.position, "was": step.old, "becomes": step.new} for step in done.changed]
        connection.execute(patched.values(values), rows)
    queries.remove_entries(connection, number, done.dropped)
    connection.execute(update(entry).where(mine).values(base_revision=base.revision))
