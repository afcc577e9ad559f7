"""Bringing a change set that is out of date up to what holds now, with both values shown where two people changed one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, select, update

from app.access.rules import Caller
from app.catalogue import law, reads
from app.catalogue.moments import Moment, resolve
from app.changes import copies, permits, queries, service
from app.changes.copies import Copy
from app.changes.drafting import place_of
from app.changes.kinds import giver
from app.changes.models import entry
from app.changes.rules import Step, replay, unpublished
from app.db import Json
from app.errors import Malformed, Message, fault

Side = Literal["mine", "theirs"]
SHOWN = 100


class NothingToLeave(Malformed):
    slug, title = "no-such-field", Message("条目里没有这个要素", "The entry has no such field")


class Place(NamedTuple):
    """A field of an entry."""

    position: int
    field: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed meanwhile: what it was when drafted, what it is now, what this set wants.

    Of an entry that copied it from another item: what was copied, and twice what that item says now.
    """

    step: Step
    field: str
    was: object
    now: object
    wanted: object
    kept: Side


@dataclass(slots=True)
class Rebased:
    """What became of the entries: fields that differed, and the entries of which nothing was left.

    `left` are the fields that were taken out, `places` whose each object is now: its department and division. `copies`
    are the entries that were drafted from other items, `orphans` those whose item is gone, with what they were drafted on.
    """

    differences: list[Difference] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    left: set[Place] = field(default_factory=set)
    places: dict[int, tuple[object, object]] = field(default_factory=dict)
    copies: dict[int, Copy] = field(default_factory=dict)
    orphans: dict[int, int] = field(default_factory=dict)


def rebase(connection: Connection, number: int, theirs: Collection[Place], *, by: Caller, now: datetime) -> Rebased:
    """Note anew what the fields are now. Where somebody else changed one, this set's value stays wanted, unless it
    stands in `theirs`: a field that does is left as it is, and taken out of its entry. What an entry copied from another
    item follows that. Entries that no longer fit stay and are told by the preview.

    What is with a reviewer may be rebased too: the preview that was read is then none of what would be approved.

    Raises WrongStatus, NothingToLeave where `theirs` names a field that its entry hasn't, or NotYours where somebody
    else wrote it, or where an object now belongs to a department that the caller may not edit.
    """
    held = queries.get_change_set(connection, number)
    unpublished(held.status)
    permits.demand_author(held, by)
    base, done = resolve(connection, now), Rebased()
    done.copies = {copy.drafted.position: copy for copy in copies.renewed(connection, number, base)}
    for kind in queries.kinds_of(connection, number):
        for steps in queries.entries_by_object(connection, number, kind, reads.CHUNK):
            histories = reads.histories(connection, kind, list(steps), base)
            for object_id, entries in steps.items():
                _rebase_object(histories.get(object_id, ()), entries, theirs, done)
    _demand_left(theirs, done)
    _store(connection, number, done, base)
    _place_anew(connection, number, done.places, by)
    service.changed(connection, number)
    service.tell(connection, number, "rebase", by=by, now=now, differences=len(done.differences), base=base.revision)
    return done


def _rebase_object(history: law.History, steps: Sequence[Step], theirs: Collection[Place], done: Rebased) -> None:
    for step in steps:
        copy = done.copies.get(step.position)
        rebased = _followed(copy, history, done) if copy else _amended(step, history, theirs, done)
        if rebased is None:
            done.dropped.append(step.position)
            continue
        if rebased != step:
            done.changed.append(rebased)
        history = replay(history, [rebased]).history


def _followed(copy: Copy, history: law.History, done: Rebased) -> Step:
    """The copy as its item is now. Where that is gone, it stays on what it was drafted on, so that it is refused."""
    drafted, step = copy.drafted, copy.step
    if copy.source is None:
        done.orphans[step.position] = step.base_revision
        return step
    done.differences += [
        Difference(drafted, name, drafted.new.get(name), value, value, "theirs")
        for name, value in copy.followed.items()
    ]
    done.places[step.position] = place_of(step, history, giver(step.kind, copy.source))
    return step


def _amended(step: Step, history: law.History, theirs: Collection[Place], done: Rebased) -> Step | None:
    left = {name for name in step.new if Place(step.position, name) in theirs} if step.effect == "amend" else set()
    differences = list(_differences(history, step, left))
    done.differences += differences
    done.left |= {Place(step.position, name) for name in left}
    if step.effect != "create" and law.holding(history, step.start) is not None:
        done.places[step.position] = place_of(step, history)
    return _rebased(step, differences, left)


def _differences(history: law.History, step: Step, left: Collection[str]) -> Iterator[Difference]:
    first = law.holding(history, step.start)
    if step.effect != "amend" or first is None:
        return
    for name, old in step.old.items():
        found, wanted = first.content.get(name), step.new[name]
        if found not in (old, wanted):
            yield Difference(step, name, old, found, wanted, "theirs" if name in left else "mine")


def _rebased(step: Step, differences: Sequence[Difference], left: Collection[str]) -> Step | None:
    """The step on the values that hold now; None where nothing of it is left."""
    found = {each.field: each.now for each in differences if each.kept == "mine"}
    if not left and not found:
        return step
    old = {name: found.get(name, value) for name, value in step.old.items() if name not in left}
    new = {name: value for name, value in step.new.items() if name not in left}
    return replace(step, old=old, new=new) if new or step.predecessors else None


def _store(connection: Connection, number: int, done: Rebased, base: Moment) -> None:
    mine = entry.c.change_set_id == number
    place = entry.c.position == bindparam("at", type_=Integer())
    patched = update(entry).where(mine, place)
    values = {"old": bindparam("was", type_=Json), "new": bindparam("becomes", type_=Json)}
    if done.changed:
        rows = [{"at": step.position, "was": step.old or None, "becomes": step.new or None} for step in done.changed]
        connection.execute(patched.values(values), rows)
    queries.remove_entries(connection, number, done.dropped)
    connection.execute(update(entry).where(mine).values(base_revision=base.revision))
    if done.orphans:
        kept = [{"at": position, "drafted_on": revision} for position, revision in done.orphans.items()]
        connection.execute(patched.values(base_revision=bindparam("drafted_on", type_=Integer())), kept)


def _demand_left(theirs: Collection[Place], done: Rebased) -> None:
    unknown = sorted(set(theirs) - done.left)
    if unknown:
        faults = [
            fault(
                f"第 {each.position} 条没有要改的要素 {each.field}，无从保留。",
                f"Entry {each.position} changes no field {each.field!r}.",
                pointer="/keep_theirs", value=f"{each.position}/{each.field}"[:200], rule="no-such-field",
            )
            for each in unknown[:SHOWN]
        ]  # fmt: skip
        raise NothingToLeave(faults[0].detail, faults=faults)


def _place_anew(connection: Connection, number: int, places: Mapping[int, tuple[object, object]], by: Caller) -> None:
    """What was transferred meanwhile is somebody else's to edit now."""
    noted = select(entry.c.position, entry.c.department_code, entry.c.division_code).where(
        entry.c.change_set_id == number
    )
    moved = {
        position: places[position]
        for position, *noted_place in connection.execute(noted)
        if places.get(position, tuple(noted_place)) != tuple(noted_place)
    }
    if moved:
        mine = update(entry).where(
            entry.c.change_set_id == number, entry.c.position == bindparam("at", type_=Integer())
        )
        anew = mine.values(department_code=bindparam("department"), division_code=bindparam("division"))
        rows = [{"at": position, "department": one, "division": two} for position, (one, two) in moved.items()]
        connection.execute(anew, rows)
    for chunk in reads.chunks(moved):
        permits.demand_own(connection, number, by, among=chunk)
