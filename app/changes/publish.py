"""Applying a change set: every entry through the law, set by set, as one new revision."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, update

from app.catalogue import lineage, named, reads
from app.catalogue.derived import derived
from app.catalogue.law import History, Kept, Version
from app.catalogue.lineage import Link
from app.catalogue.moments import Moment, in_shanghai, resolve, revision
from app.catalogue.objects import ITEM, OPEN_DAY, OPEN_REVISION, ObjectType
from app.catalogue.search import index_texts, search_text
from app.catalogue.versions import OPEN, ever
from app.changes import checks, copies, queries
from app.changes.rules import Outcome, Refusal, Step, replay
from app.clock import Clock
from app.db import refresh_statistics
from app.errors import Conflict, Message, fault

OBJECTS_AT_ONCE = 500
MUCH = 500  # Versions written at once after which the database should look at its tables again.


class EntriesDoNotFit(Conflict):
    slug, title = "entries-do-not-fit", Message("变更与现状冲突", "The change conflicts with what holds now")


@dataclass(slots=True)
class Applied:
    """What applying a change set came to. `starts_on` is the first day that the catalogue then says anything about.

    An item that held on the first day of all and no longer does `uncovers` the question which day is now the first.
    """

    revision: int
    published_at: datetime
    starts_on: date
    uncovers: bool = False
    kinds: tuple[ObjectType, ...] = ()
    versions: int = 0
    kept: dict[int, list[Kept]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def publish(connection: Connection, number: int, clock: Clock) -> Applied:
    """Apply and demand that everything fits. Raises EntriesDoNotFit naming each entry that doesn't."""
    applied = apply_change_set(connection, number, clock.now())
    if applied.refusals:
        raise refused(applied.refusals)
    checks.demand(connection, applied.revision, applied.kinds)
    if applied.versions >= MUCH:
        refresh_statistics(connection, ITEM.table)
    conclude(connection, applied.revision, clock)
    return applied


def apply_change_set(connection: Connection, number: int, now: datetime) -> Applied:
    """Write the next revision. Entries that don't fit are reported, not raised, so that a preview can show them all."""
    before = resolve(connection, now)
    applied = Applied(before.revision + 1, not_before(before, now), before.starts_on or OPEN_DAY)
    applied.kinds = queries.kinds_of(connection, number)
    connection.execute(insert(revision), _revision(applied, number))
    for kind in applied.kinds:
        for steps in queries.entries_by_object(connection, number, kind, OBJECTS_AT_ONCE):
            _apply_chunk(connection, kind, steps, before, applied)
    named.note(connection, applied.kinds, applied.revision, before)
    if applied.uncovers:
        applied.starts_on = _first_day(connection)
    known = update(revision).where(revision.c.number == applied.revision)
    connection.execute(known.values(starts_on=applied.starts_on))
    return applied


def _first_day(connection: Connection) -> date:
    first: date | None = connection.execute(
        ever([func.min(ITEM.table.c.valid_from)]).where(ITEM.table.c.superseded_in == OPEN)
    ).scalar()
    return first or OPEN_DAY


def not_before(before: Moment, now: datetime) -> datetime:
    """Now, or the time of the revision before where the clock stepped back: times never decrease."""
    at = in_shanghai(now)
    return at if before.known_at is None else max(at, before.known_at)


def take_revision(connection: Connection, clock: Clock) -> int:
    """The next revision, which says nothing new of any item. To be concluded once all that it says is written."""
    now = clock.now()
    before = resolve(connection, now)
    taken = {
        "number": before.revision + 1,
        "published_at": not_before(before, now),
        "starts_on": before.starts_on or OPEN_DAY,
    }
    connection.execute(insert(revision).values(taken))
    return before.revision + 1


def conclude(connection: Connection, number: int, clock: Clock) -> None:
    """Give a revision its time anew, as the last thing that is written: who asked for an instant before that was answered
    without it, and is so again.
    """
    at = in_shanghai(clock.now())
    done = update(revision).where(revision.c.number == number, revision.c.published_at < at)
    connection.execute(done.values(published_at=at))


def _revision(applied: Applied, change_set: int) -> dict[str, object]:
    return {
        "number": applied.revision,
        "published_at": applied.published_at,
        "change_set": change_set,
        "starts_on": OPEN_DAY,
    }


def _apply_chunk(
    connection: Connection, kind: ObjectType, steps: Mapping[int, list[Step]], before: Moment, applied: Applied
) -> None:
    ids = list(steps)
    histories = reads.histories(connection, kind, ids, before)
    numbers = _last_numbers(connection, kind, list(histories))
    closed: list[int] = []
    rows: list[dict[str, object]] = []
    for object_id, entries in steps.items():
        history = histories.get(object_id, ())
        outcome = replay(history, entries)
        _note(applied, outcome)
        applied.uncovers |= kind is ITEM and _begins(history) <= applied.starts_on < _begins(outcome.history)
        standing = {version.stored for version in outcome.history}
        closed += [version.stored for version in history if version.stored and version.stored not in standing]
        rows += _rows(kind, object_id, outcome.history, numbers.get(object_id, 0), applied.revision)
    _store(connection, kind, closed, rows, applied.revision)
    _note_origins(connection, steps, before, applied)
    applied.versions += len(rows)
    applied.starts_on = min([applied.starts_on, *(version_starts(row) for row in rows if kind is ITEM)])


def _begins(history: History) -> date:
    return history[0].valid_from if history else OPEN_DAY


def _note(applied: Applied, outcome: Outcome) -> None:
    applied.kept |= outcome.kept
    applied.refusals += outcome.refusals


def _note_origins(connection: Connection, steps: Mapping[int, list[Step]], before: Moment, applied: Applied) -> None:
    """Which items come from which. Entries that copied what has changed since are reported."""
    coming = [(number, step) for number, entries in steps.items() for step in entries if step.predecessors]
    applied.refusals += copies.stale(connection, [step for _, step in coming], before)
    links = [Link(origin, number, step.kind, step.start) for number, step in coming for origin in step.predecessors]
    lineage.record(connection, links, applied.revision)


def _last_numbers(connection: Connection, kind: ObjectType, ids: list[int]) -> dict[int, int]:
    if not ids:
        return {}
    table = kind.table
    statement = ever([table.c.id, func.max(table.c.version)]).where(table.c.id.in_(ids)).group_by(table.c.id)
    return dict(connection.execute(statement).all())


def _rows(
    kind: ObjectType, object_id: int, history: Iterable[Version], last: int, number: int
) -> Iterator[dict[str, object]]:
    """A row for every version that is new; what was cut keeps its number, what says something new gets the next."""
    for version in history:
        if version.stored is not None:
            continue
        if version.number is None:
            last += 1
        yield {
            **{name: version.content.get(name) for name in kind.given},
            **(derived(version.content) if kind is ITEM else {}),
            **search_text(kind, version.content),
            "id": object_id,
            "version": version.number or last,
            "valid_from": version.valid_from,
            "valid_to": version.valid_to,
            "made_in": version.made_in or number,
            "recorded_in": number,
            "superseded_in": OPEN_REVISION,
        }


def version_starts(row: Mapping[str, object]) -> date:
    day = row["valid_from"]
    return day if isinstance(day, date) else OPEN_DAY


def _store(
    connection: Connection, kind: ObjectType, closed: list[int], rows: list[dict[str, object]], number: int
) -> None:
    table = kind.table
    for chunk in reads.chunks(closed):
        connection.execute(update(table).where(table.c.version_id.in_(chunk)).values(superseded_in=number))
    if rows:
        connection.execute(insert(table), rows)
        if kind is ITEM:
            index_texts(connection, dict.fromkeys(int(str(row["id"])) for row in rows))


def refused(refusals: list[Refusal]) -> EntriesDoNotFit:
    shown = refusals[:100]
    faults = [
        fault(
            refusal.message.zh,
            refusal.message.en,
            pointer=f"/entries/{refusal.step.position}" + (f"/content/{refusal.field}" if refusal.field else ""),
            rule=refusal.rule,
            value=None if refusal.field is None else str(refusal.found),
        )
        for refusal in shown
    ]
    first = refusals[0].message
    return EntriesDoNotFit(
        Message(
            f"有 {len(refusals)} 条变更与现状冲突，什么都没有写入。第一条：{first.zh}",
            f"{len(refusals)} entries conflict with what holds now; nothing was written. First: {first.en}",
        ),
        faults=faults,
    )
