"""Undoing a published change set: a new one that turns the changed fields back over the same days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from app.access.rules import Caller
from app.catalogue import reads
from app.catalogue.law import History, holding
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import OPEN_DAY, ObjectType
from app.changes import permits, queries, service
from app.changes.drafting import row
from app.changes.models import change_set, entry
from app.changes.reversal import Piece, conflicting, reversal
from app.changes.rules import OPEN, Step, wrong_status
from app.changes.service import Cover
from app.db import Record
from app.errors import Conflict, Fault, Message, fault

SHOWN = 100


class TouchedSince(Conflict):
    slug, title = "touched-since", Message("后来又改过", "Changed again since")


class BeingUndone(Conflict):
    slug, title = "being-undone", Message("正在撤销", "It is being undone")


class NothingToUndo(Conflict):
    slug, title = "nothing-to-undo", Message("没有可撤销的", "Nothing to undo")


@dataclass(frozen=True, slots=True)
class Undoing:
    """A published change set that is to be undone, and the moments just before it and just after.

    `annulled` are later change sets that were undone themselves, and those that undid them: together they did nothing.
    """

    held: Record
    before: Moment
    after: Moment
    now: Moment
    annulled: frozenset[int]


def undo(connection: Connection, number: int, reason: str, *, by: Caller, now: datetime) -> int:
    """The number of the draft that undoes a published change set; it is submitted and approved like any other.

    Raises WrongStatus where it is not published, BeingUndone where another draft undoes it, TouchedSince naming the later
    change sets that touched the same fields, NothingToUndo where it changed nothing or nothing of that is left since a
    redaction, or NotYours.
    """
    held = queries.get_change_set(connection, number)
    if held.status != "published":
        raise wrong_status(held.status, ("published",))
    undoing_draft = queries.undoing(connection, number, OPEN)
    if undoing_draft is not None:
        raise _being_undone(number, undoing_draft)
    undoing = _undoing(connection, held, now)
    cover = Cover(f"撤销：{held.title}"[:500], held.effective_on, reason, retroactive=True, undoes=number)
    draft = service.create(connection, cover, by=by, now=now)
    written, faults = 0, list[Fault]()
    for kind in queries.kinds_of(connection, number):
        for ids in queries.objects_of(connection, number, kind, reads.CHUNK):
            rows, touched = _turned_back(connection, undoing, kind, ids, draft, written)
            written += len(rows)
            faults += touched
            if rows:
                connection.execute(insert(entry), rows)
    if faults:
        raise _touched(number, faults, queries.undoing(connection, number, ("published",)))
    if not written:
        raise _nothing(number)
    permits.demand_own(connection, draft, by)
    service.tell(connection, draft, "undo", by=by, now=now, undoes=number)
    return draft


def _undoing(connection: Connection, held: Record, now: datetime) -> Undoing:
    latest = resolve(connection, now)
    before, after = (Moment(latest.as_of, None, number, latest.newest) for number in (held.revision - 1, held.revision))
    return Undoing(held, before, after, latest, _annulled(connection, held))


def _annulled(connection: Connection, held: Record) -> frozenset[int]:
    """An undoing that was undone itself counts for nothing, so the last ones are looked at first."""
    undone = change_set.alias("undone")
    later = (
        select(change_set.c.id, change_set.c.undoes)
        .join_from(change_set, undone, change_set.c.undoes == undone.c.id)
        .where(undone.c.revision > held.revision, change_set.c.revision.is_not(None))
        .order_by(change_set.c.revision.desc())
    )
    annulled: set[int] = set()
    for number, undoes in connection.execute(later):
        if number not in annulled:
            annulled |= {number, undoes}
    return frozenset(annulled)


def _turned_back(
    connection: Connection, undoing: Undoing, kind: ObjectType, ids: Sequence[int], draft: int, last: int
) -> tuple[list[dict[str, object]], list[Fault]]:
    """The entries that turn these objects back, and what stands in the way."""
    before, after, now = (
        reads.histories(connection, kind, ids, moment) for moment in (undoing.before, undoing.after, undoing.now)
    )
    later = _later(connection, undoing.held, kind, ids)
    rows: list[dict[str, object]] = []
    faults: list[Fault] = []
    for number in ids:
        was, became, holds = (each.get(number, ()) for each in (before, after, now))
        pieces = reversal(was, became)
        since = later.get(number, ())
        if any(each.change_set_id in undoing.annulled for each in since) and _still(pieces, became, holds):
            since = [each for each in since if each.change_set_id not in undoing.annulled]
        faults += _in_the_way(kind, pieces, since)
        steps = _steps(kind, pieces, (was, became), last + len(rows))
        rows += [row(draft, number, step, holds, undoing.now) for step in steps]
    return rows, faults


def _still(pieces: Sequence[Piece], became: History, holds: History) -> bool:
    """Whether what is turned back is now what it became: an undoing may have been drafted for a part only."""
    moved = reversal(holds, became)
    return not any(conflicting(pieces, each.effect, each.fields, each.start, each.end) for each in moved)


def _steps(kind: ObjectType, pieces: Iterable[Piece], named: Sequence[History], last: int) -> Iterator[Step]:
    for place, piece in enumerate(pieces, last + 1):
        until = None if piece.end == OPEN_DAY else piece.end
        code = _code(kind, piece.start, named)
        yield Step(kind, place, piece.effect, piece.effect, code, piece.start, until, piece.old, piece.new)


def _code(kind: ObjectType, day: date, histories: Sequence[History]) -> str:
    """What the object is called on the day: as it is now, or where it isn't there, as it was."""
    held = next(filter(None, (holding(each, day) for each in reversed(histories))))
    return str(held.content[kind.key])


def _later(
    connection: Connection, held: Record, kind: ObjectType, ids: Sequence[int]
) -> Mapping[int, Sequence[Record]]:
    """Entries on these objects of change sets that were published later."""
    published = (
        select(entry, change_set.c.title, change_set.c.revision)
        .join_from(entry, change_set)
        .where(entry.c.object == kind.name, entry.c.object_id.in_(ids), change_set.c.revision > held.revision)
        .order_by(change_set.c.revision, entry.c.position)
    )
    found: dict[int, list[Record]] = {}
    for each in connection.execute(published):
        found.setdefault(each.object_id, []).append(each)
    return found


def _in_the_way(kind: ObjectType, pieces: Sequence[Piece], later: Iterable[Record]) -> Iterator[Fault]:
    for each in later:
        fields = frozenset(each.new or {}) if each.effect == "amend" else frozenset()
        if conflicting(pieces, each.effect, fields, each.effective_on, each.until or OPEN_DAY):
            labels = [kind.elements[name].label for name in sorted(fields & _fields(pieces))]
            zh = f"{each.code} 后来由变更单 {each.change_set_id}“{each.title}”改过" + (
                f"（{'、'.join(labels)}）。" if labels else "。"
            )
            en = f"{each.code} was changed again by change set {each.change_set_id} (revision {each.revision})."
            yield fault(zh, en, value=each.code, rule="touched-since", pointer=f"/change-sets/{each.change_set_id}")


def _fields(pieces: Iterable[Piece]) -> frozenset[str]:
    return frozenset().union(*(piece.fields for piece in pieces))


def _nothing(number: int) -> NothingToUndo:
    zh = f"变更单 {number} 没有可撤销的：它发布时没有改变内容，或者改变的文字后来已经隐去，不能恢复。"
    en = (
        f"Nothing of change set {number} can be undone: it changed nothing, or the texts that it changed were redacted."
    )
    return NothingToUndo(Message(zh, en))


def _being_undone(number: int, other: int) -> BeingUndone:
    zh = f"变更单 {number} 正由变更单 {other} 撤销，还没有发布。请接着办那一张，或先撤回它。"
    return BeingUndone(
        Message(zh, f"Change set {other}, not published yet, undoes {number}. Go on with it, or withdraw it.")
    )


def _touched(number: int, faults: Sequence[Fault], undone_by: int | None) -> TouchedSince:
    first = faults[0].detail
    if undone_by is not None and all(each.pointer == f"/change-sets/{undone_by}" for each in faults):
        zh = f"变更单 {number} 已由变更单 {undone_by} 撤销。要恢复，请撤销 {undone_by}。"
        en = f"Change set {undone_by} undid {number}. To have it back, undo {undone_by}."
        return TouchedSince(Message(zh, en), faults=faults[:SHOWN])
    zh = f"变更单 {number} 不能撤销，什么都没有写入：{first.zh}请先撤销后来的那张，或另开一张变更单改回来。"
    en = f"Change set {number} can't be undone: {first.en} Undo the later one first, or change it back by a new one."
    return TouchedSince(Message(zh, en), faults=faults[:SHOWN])
