"""Statements of the feed: what follows a position, entries and redactions, and what was known of their objects by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Table, bindparam, exists, literal, not_, null, or_, select, true

from app.catalogue.moments import revision
from app.catalogue.objects import OBJECT_TYPES, ObjectType
from app.catalogue.versions import Asked, ever, history
from app.changes.feed.positions import BEGINNING, Position
from app.changes.feed.versions import told, version_out
from app.changes.models import change_set, entry, redacted_object, redaction
from app.db import Prepared, Record, Statement

REDACT = "redact"
Known: TypeAlias = tuple[int, int]  # A revision and an object.


@dataclass(frozen=True, slots=True)
class Part:
    """The feed up to a revision; of one type of objects, or of all."""

    upto: int
    object: str | None = None

    def wanted(self, table: Table) -> ColumnElement[bool]:
        """Of entries, or of redactions."""
        return true() if self.object is None else table.c.object == self.object


def entries_after(connection: Connection, part: Part, after: Position, size: int) -> list[int]:
    """The next published entries, at most `size`. The rest of the revision is asked first, so that both follow an index.

    A revision without a change set, as definitions of metrics and redactions take it, has none.
    """
    ids = list(connection.execute(_rest_of(after).where(part.wanted(entry)).limit(size)).scalars())
    if len(ids) < size:
        later = published(part.upto).where(part.wanted(entry), revision.c.number > after.revision)
        in_order = later.order_by(revision.c.number, entry.c.position)
        ids += connection.execute(in_order.limit(size - len(ids))).scalars()
    return ids


def _rest_of(after: Position) -> Statement:
    change_set_of = select(revision.c.change_set).where(revision.c.number == after.revision).scalar_subquery()
    behind = (entry.c.change_set_id == change_set_of, entry.c.position > after.entry)
    return select(entry.c.id).where(*behind).order_by(entry.c.position)


def published(upto: int) -> Statement:
    joined = select(entry.c.id).join_from(revision, entry, entry.c.change_set_id == revision.c.change_set)
    return joined.where(revision.c.number <= upto)


def last_position(connection: Connection, upto: int) -> Position:
    """Where the feed ends at a revision."""
    place = (revision.c.number, entry.c.position)
    latest = published(upto).with_only_columns(*place).order_by(*(each.desc() for each in place))
    place = (redaction.c.revision, redacted_object.c.position)
    redacted = select(*place).join_from(redaction, redacted_object).where(redaction.c.revision <= upto)
    last = (latest.limit(1), redacted.order_by(*(each.desc() for each in place)).limit(1))
    rows = [connection.execute(each).one_or_none() for each in last]
    return max((Position(*row) for row in rows if row is not None), default=BEGINNING)


def entries(connection: Connection, ids: Sequence[int]) -> Sequence[Record]:
    """Entries with their revision and change set, in order; `is_last` is the last one of its object in its revision."""
    if not ids:
        return []
    later = entry.alias("later")
    same = (later.c.change_set_id == entry.c.change_set_id, later.c.object == entry.c.object)
    same_object = (*same, later.c.object_id == entry.c.object_id)
    is_last = not_(exists().where(*same_object, later.c.position > entry.c.position)).label("is_last")
    said = (revision.c.number, revision.c.published_at, change_set.c.title, change_set.c.document_number, is_last)
    statement = (
        select(entry, *said)
        .join(change_set, change_set.c.id == entry.c.change_set_id)
        .join(revision, revision.c.number == change_set.c.revision)
        .where(entry.c.id.in_(ids))
    )
    return connection.execute(statement.order_by(revision.c.number, entry.c.position)).all()


def redactions_after(connection: Connection, part: Part, after: Position, size: int) -> Sequence[Record]:
    """The next redactions, at most `size`, in order and as entries are told; but for `field`, none of which entries have."""
    each = redacted_object.c
    said = (each.id, redaction.c.object, each.object_id, each.code, redaction.c.field, each.position)
    alike = (literal(REDACT).label("kind"), true().label("is_last"))
    without = [null().label(name) for name in ("change_set_id", "effective_on", "until", "predecessors")]
    done = select(*said, *alike, *without, revision.c.number, revision.c.published_at)
    done = done.join_from(redaction, revision).join(redacted_object)
    upto = redaction.c.revision.between(after.revision, part.upto)
    behind = or_(redaction.c.revision > after.revision, each.position > after.entry)
    in_order = done.where(upto, behind, part.wanted(redaction)).order_by(redaction.c.revision, each.position)
    return connection.execute(in_order.limit(size)).all()


def versions_then(connection: Connection, rows: Iterable[Record]) -> Mapping[Known, list[Mapping[str, object]]]:
    """What the revision of each last event knew of its object. A statement for each type of objects."""
    ids: dict[tuple[str, Table], list[int]] = {}
    for row in rows:
        if row.is_last:
            ids.setdefault((row.object, redacted_object if row.kind == REDACT else entry), []).append(row.id)
    found: dict[Known, list[Mapping[str, object]]] = {}
    for (name, table), of_type in ids.items():
        for version in _known_then(OBJECT_TYPES[name], table).on(connection, {"events": of_type}):
            found.setdefault((version.revision, version.id), []).append(version_out(version))
    return found


@cache
def _known_then(kind: ObjectType, table: Table) -> Prepared:
    """By entries, or by what redactions were of."""
    columns, number = kind.table.c, change_set.c.revision if table is entry else redaction.c.revision
    known = history(kind, Asked(latest=False, revision=number), [number.label("revision"), columns.id, *told(kind)])
    of_events = known.where(table.c.id.in_(bindparam("events", expanding=True)), columns.id == table.c.object_id)
    joined = entry.c.change_set_id == change_set.c.id if table is entry else table.c.redaction_id == redaction.c.id
    return Prepared(of_events.where(joined).order_by(table.c.id, columns.valid_from))


def predecessors(connection: Connection, rows: Iterable[Record]) -> Mapping[int, list[Mapping[str, object]]]:
    """Which objects those of entries came from, by entry, with the codes that these had until then."""
    coming = [row for row in rows if row.predecessors]
    found: dict[int, list[Mapping[str, object]]] = {}
    for name in {row.object for row in coming}:
        of_type = [row for row in coming if row.object == name]
        past = _pasts(connection, OBJECT_TYPES[name], {each for row in of_type for each in row.predecessors})
        for row in of_type:
            found[row.id] = [{"id": each, "code": _code_until(past.get(each, ()), row)} for each in row.predecessors]
    return found


def _pasts(connection: Connection, kind: ObjectType, ids: Iterable[int]) -> Mapping[int, list[Record]]:
    columns = kind.table.c
    shown = [columns.id, columns[kind.key].label("code"), columns.valid_from, columns.valid_to]
    recorded = (columns.recorded_in, columns.superseded_in)
    found: dict[int, list[Record]] = {}
    for row in connection.execute(ever([*shown, *recorded]).where(columns.id.in_(ids))):
        found.setdefault(row.id, []).append(row)
    return found


def _code_until(past: Iterable[Record], of: Record) -> str | None:
    """The code on the first day of an entry as it was known before; of what was not known before, the latest."""

    def fits(row: Record) -> tuple[object, ...]:
        known_before = row.recorded_in < of.number <= row.superseded_in
        return known_before and row.valid_from <= of.effective_on < row.valid_to, row.recorded_in, row.valid_from

    known = [row for row in past if row.recorded_in <= of.number]
    return str(max(known, key=fits).code) if known else None
