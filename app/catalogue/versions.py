"""The one way to read what the catalogue keeps: the versions that hold at a moment, and the history of one object."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Integer, and_, bindparam, exists, func, literal_column, select

from app.catalogue.moments import Moment
from app.catalogue.objects import OPEN_REVISION, ObjectType
from app.db import Statement

AS_OF: ColumnElement[Any] = bindparam("moment_as_of", type_=Date())
REVISION: ColumnElement[Any] = bindparam("moment_revision", type_=Integer())
BASE: ColumnElement[Any] = bindparam("moment_base", type_=Date())
WRITING: Any = bindparam("writing", type_=Integer())  # The number of the revision that is checked as it is written.


@dataclass(frozen=True, slots=True)
class Asked:
    """A moment that is filled in when the statement runs (`at`), so that a statement is built once and kept."""

    latest: bool
    as_of: ColumnElement[Any] = AS_OF
    revision: ColumnElement[Any] = REVISION


def at(moment: Moment) -> dict[str, object]:
    """What a statement on an asked moment, or one that names departments, runs with."""
    return {"moment_as_of": moment.as_of, "moment_revision": moment.revision, "moment_base": moment.known_base}


OPEN: ColumnElement[int] = literal_column(str(OPEN_REVISION))


def known(kind: ObjectType, moment: Moment | Asked) -> ColumnElement[bool]:
    """What the catalogue held true at the moment's revision. Now is written literally, so that partial indexes serve."""
    return known_of(kind.table, moment)


def known_of(table: FromClause, moment: Moment | Asked) -> ColumnElement[bool]:
    """As `known`, of a table of versions under a name of its own."""
    if moment.latest:
        return table.c.superseded_in == OPEN
    return and_(table.c.recorded_in <= moment.revision, table.c.superseded_in > moment.revision)


def holds(kind: ObjectType, moment: Moment | Asked) -> ColumnElement[bool]:
    """Known at the revision and valid on the day."""
    return holding(kind.table, moment)


def holding(table: FromClause, moment: Moment | Asked) -> ColumnElement[bool]:
    """As `holds`, of a table of versions under a name of its own: for what is asked of the others beside an item."""
    return and_(known_of(table, moment), table.c.valid_from <= moment.as_of, table.c.valid_to > moment.as_of)


def overlap(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Both are valid on some day, whatever is known of them."""
    return and_(one.c.valid_from < other.c.valid_to, other.c.valid_from < one.c.valid_to)


def in_force(kind: ObjectType, moment: Moment | Asked) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The unbroken days around the moment's on which an object holds, however many versions it has on them: `valid_from`
    and `valid_to`, of a document rather than of what it says.
    """
    one, beside = kind.table.alias("one"), kind.table.alias("beside")
    mine = and_(one.c.id == kind.table.c.id, known_of(one, moment))
    also = exists().where(beside.c.id == one.c.id, known_of(beside, moment))
    first = select(func.max(one.c.valid_from)).where(
        mine, one.c.valid_from <= moment.as_of, ~also.where(beside.c.valid_to == one.c.valid_from)
    )
    last = select(func.min(one.c.valid_to)).where(
        mine, one.c.valid_to > moment.as_of, ~also.where(beside.c.valid_from == one.c.valid_to)
    )
    begun, ended = (each.correlate(kind.table).scalar_subquery() for each in (first, last))
    return begun.label("valid_from"), ended.label("valid_to")


def of_document(kind: ObjectType, moment: Moment | Asked) -> tuple[ColumnElement[Any], ...]:
    """All that a version says, with the days of `in_force` in place of its own."""
    said = [each for each in kind.table.c if each.name not in ("valid_from", "valid_to")]
    return *said, *in_force(kind, moment)


def versions(
    kind: ObjectType, moment: Moment | Asked, columns: Iterable[ColumnElement[Any]] | None = None
) -> Statement:
    """The versions that hold at a moment: at most one for each object. Everything read of the catalogue starts here."""
    chosen = kind.table.c if columns is None else columns
    return select(*chosen).where(holds(kind, moment))


def history(kind: ObjectType, moment: Moment | Asked, columns: Iterable[ColumnElement[Any]] | None = None) -> Statement:
    """All versions known at the moment's revision, whatever day they are about."""
    chosen = kind.table.c if columns is None else columns
    return select(*chosen).where(known(kind, moment))


def ever(columns: Iterable[ColumnElement[Any]]) -> Statement:
    """Every version ever recorded, superseded ones included: for codes and numbers that once were."""
    return select(*columns)
