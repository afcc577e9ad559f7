"""Statements that take a report of cases back: what it wrote ends, and what it ended stands again."""

from collections.abc import Collection, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)

from app.cases.elements import COUNTS
from app.cases.models import KEY, SLOT, case_count, case_import
from app.catalogue.objects import OPEN_REVISION
from app.db import Record

counts = case_count.c
former, later = case_count.alias("former").c, case_import.alias("later").c
SAID = (*KEY, "last_day", *COUNTS)


def said_by(numbers: Collection[int]) -> ColumnElement[bool]:
    """What these reports said, be it that it stands again by an undoing."""
    return or_(counts.import_id.in_(numbers), counts.restores.in_(numbers))


def stands_of(report: Record) -> ColumnElement[bool]:
    return and_(said_by([report.id]), counts.superseded_in == OPEN_REVISION)


def ended_by(report: Record) -> ColumnElement[bool]:
    return counts.superseded_in == int(report.recorded_in)


def held(connection: Connection, report: Record) -> Sequence[Record]:
    """The items and months that the report is of."""
    wanted = select(counts.item_id, counts.month, counts.last_day).where(counts.import_id == report.id).distinct()
    return connection.execute(wanted.order_by(counts.item_id, counts.month)).all()


def turned_back(connection: Connection, report: Record) -> dict[str, object]:
    """What undoing the report would come to, as `summary` tells it of a file: how much ends, how much stands again."""
    sums = [func.sum(counts[name]).label(name) for name in COUNTS]
    again = connection.execute(select(func.count().label("restored"), *sums).where(ended_by(report))).one()
    ending = select(counts.month, func.count().label("rows")).where(stands_of(report)).group_by(counts.month)
    by_month = {row.month: row.rows for row in connection.execute(ending.order_by(counts.month))}
    return {
        "rows": 0, "added": 0, "restated": 0, "unchanged": 0, "rejected": 0, "rules": [],
        "withdrawn": sum(by_month.values()),
        "restored": again.restored,
        "months": list(by_month),
        "sums": {name: _whole(again._mapping[name]) for name in COUNTS},
    }  # fmt: skip


def _whole(summed: object) -> int | None:
    return None if summed is None else int(str(summed))


def withdraw(connection: Connection, report: Record, number: int) -> None:
    connection.execute(update(case_count).where(stands_of(report)).values(superseded_in=number))


def restore(connection: Connection, report: Record, undoing: int, number: int) -> None:
    """What the report ended, as new rows of the undoing's revision."""
    written = {
        **{name: counts[name] for name in SAID},
        "restores": func.coalesce(counts.restores, counts.import_id),
        "import_id": literal(undoing),
        "recorded_in": literal(number),
        "superseded_in": literal(OPEN_REVISION),
    }
    again = select(*(value.label(name) for name, value in written.items())).where(ended_by(report))
    connection.execute(insert(case_count).from_select(list(written), again))


def over(connection: Connection, reports: Sequence[Record]) -> Sequence[Record]:
    """The later reports that hold on to what these said: they ended rows of them, or stand beside what would stand again,
    as kinds of business beside the whole or the whole beside kinds. Reports that were undone don't.
    """
    said = said_by([each.id for each in reports])
    restated = select(later.id).join(case_count, counts.superseded_in == later.recorded_in).where(said)
    beside = select(later.id).select_from(_beside(reports))
    holding = union(*(each.where(_holds()) for each in (restated, beside))).subquery()
    wanted = select(case_import).where(case_import.c.id.in_(select(holding.c.id)))
    return connection.execute(wanted.order_by(case_import.c.id.desc())).all()


def _holds() -> ColumnElement[bool]:
    undoing = case_import.alias("undoing").c
    return and_(later.undoes.is_(None), ~exists().where(undoing.undoes == later.id))


def _beside(reports: Sequence[Record]) -> FromClause:
    """What later reports wrote in the place of what these ended, one by kinds and the other as a whole."""
    ended = former.superseded_in.in_([each.recorded_in for each in reports])
    same = and_(*(former[name] == counts[name] for name in SLOT), counts.recorded_in > former.superseded_in)
    otherwise = (former.business_kind == "") != (counts.business_kind == "")
    joined = case_count.join(former.id.table, and_(ended, same, otherwise))
    return joined.join(later.id.table, later.id == counts.import_id)
