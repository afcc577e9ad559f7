"""Statements over counts of cases and what reported them."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, insert, literal_column, or_, select, update

from app.cases.elements import COUNTS
from app.cases.models import KEY, case_count, case_import
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_REVISION
from app.catalogue.periods import Month
from app.catalogue.reads import chunks
from app.catalogue.versions import ever, history, known_of
from app.db import Record
from app.errors import Message, NotFound

counts = case_count.c
undoing = case_import.alias("undoing").c


class Touched(NamedTuple):
    """An item, and what its counts are told apart by, as groups have it: null is the item as a whole."""

    item: int
    of: tuple[object, ...] = ()


class CaseImportNotFound(NotFound):
    slug, title = "case-import-not-found", Message("没有这次报送", "No such report of cases")


def spans(connection: Connection, items: Collection[int], moment: Moment) -> Mapping[int, Sequence[Record]]:
    """By item, the days on which it holds, what it is called and whose it is then, in order."""
    item = ITEM.table.c
    shown = (item.id, item.code, item.name, item.valid_from, item.valid_to, item.department_code, item.division_code)
    found: dict[int, list[Record]] = {}
    for chunk in chunks(sorted(items)):
        rows = history(ITEM, moment, shown).where(item.id.in_(chunk)).order_by(item.id, item.valid_from)
        for row in connection.execute(rows):
            found.setdefault(row.id, []).append(row)
    return found


def lives(connection: Connection, items: Set[int], moment: Moment) -> Mapping[int, Sequence[Record]]:
    """As `spans`; of an item of which nothing is known any more, what was known of it last."""
    found = spans(connection, items, moment)
    gone = items_then(connection, items - found.keys(), moment)
    return {**found, **{item: [row] for item, row in gone.items()}}


def standing(
    connection: Connection, items: Collection[int], months: Collection[Month]
) -> dict[tuple[int, str, str], dict[str, Record]]:
    """What stands now of these items in these months: by item, month and channel, then by kind of business."""
    found: dict[tuple[int, str, str], dict[str, Record]] = {}
    for chunk in chunks(sorted(items)):
        rows = select(case_count).where(
            counts.superseded_in == OPEN_REVISION, counts.item_id.in_(chunk), counts.month.in_(map(str, months))
        )
        for row in connection.execute(rows):
            found.setdefault((row.item_id, row.month, row.channel), {})[row.business_kind] = row
    return found


def supersede(connection: Connection, ids: Sequence[int], number: int) -> None:
    for chunk in chunks(ids):
        connection.execute(update(case_count).where(counts.id.in_(chunk)).values(superseded_in=number))


def add(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    connection.execute(insert(case_count), rows)


def add_import(connection: Connection, values: Mapping[str, object]) -> int:
    (number,) = connection.execute(insert(case_import).values(values)).inserted_primary_key or (0,)
    return int(number)


def get_import(connection: Connection, number: int) -> Record:
    """With the record that undid it. Raises CaseImportNotFound."""
    found = connection.execute(_imports().where(case_import.c.id == number)).one_or_none()
    if found is None:
        zh = f"没有第 {number} 次办件报送。全部报送见 /v1/case-imports。"
        raise CaseImportNotFound(Message(zh, f"There is no report {number}."), code=str(number))
    return found


def _imports() -> Select[Any]:
    joined = case_import.outerjoin(undoing.id.table, undoing.undoes == case_import.c.id)
    return select(case_import, undoing.id.label("undone_by")).select_from(joined)


def imports_page(connection: Connection, before: int | None, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 reports, the newest first; and how many there are."""
    wanted = _imports().order_by(case_import.c.id.desc()).limit(limit + 1)
    if before is not None:
        wanted = wanted.where(case_import.c.id < before)
    total = connection.execute(select(func.count()).select_from(case_import)).scalar_one()
    return connection.execute(wanted).all(), total


def records_page(
    connection: Connection, conditions: Sequence[ColumnElement[Any]], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 rows as they were reported, in the order in which they were, each with its report."""
    beside = (case_import.c.at, case_import.c.by, case_import.c.reason)
    joined = case_count.join(case_import, case_import.c.id == counts.import_id)
    wanted = select(case_count, *beside).select_from(joined).where(*conditions, counts.id > after)
    total = connection.execute(select(func.count()).select_from(case_count).where(*conditions)).scalar_one()
    return connection.execute(wanted.order_by(counts.id).limit(limit + 1)).all(), total


def items_then(connection: Connection, ids: Iterable[int], moment: Moment) -> Mapping[int, Record]:
    """By id, each item as it last was by the moment's day, as known then (`is_known`), or else as it was known before."""
    item = ITEM.table.c
    place = (item.division_code, item.department_code)
    shown = (item.id, item.code, item.name, *place, item.valid_from, item.valid_to)
    known = case((and_(item.recorded_in <= moment.revision, item.superseded_in > moment.revision), 1), else_=0)
    in_order = (known, case((item.valid_from <= moment.as_of, 1), else_=0))
    found: dict[int, Record] = {}
    for chunk in chunks(sorted(set(ids))):
        rows = ever((*shown, known.label("is_known"))).where(item.id.in_(chunk), item.recorded_in <= moment.revision)
        rows = rows.order_by(*in_order, item.valid_from, item.recorded_in)
        found |= {row.id: row for row in connection.execute(rows)}
    return found


def reported_between(
    connection: Connection, before: Moment, after: Moment, by: Sequence[str] = ()
) -> tuple[Sequence[Record], Mapping[Touched, tuple[bool, bool]]]:
    """What was reported of the moments' months between their revisions: the reports in order, those that undid one among
    them, and the items of which they changed a count, told apart by what their counts say (month, channel, business_kind)
    where that is named, each with whether anything of it stood at either moment. Counts that were only said again changed
    nothing.
    """
    months = {str(month) for moment in (before, after) for month in moment.period or ()}
    first, last = sorted((before.revision, after.revision))
    of_months = counts.month.in_(sorted(months))
    written, ended = (and_(column > first, column <= last) for column in (counts.recorded_in, counts.superseded_in))
    wrote = case_import.c.id.in_(select(counts.import_id).where(of_months, written))
    undid = case_import.c.recorded_in.in_(select(counts.superseded_in).where(of_months, ended))
    reports = select(case_import).where(or_(wrote, undid)).order_by(case_import.c.id)
    of_items = _touched(of_months, or_(written, ended), (before, after), by)
    found = {
        Touched(item, tuple(each or None for each in of)): (bool(then), bool(now))
        for item, *of, then, now in connection.execute(of_items)
    }
    return connection.execute(reports).all(), found


def _touched(
    of_months: ColumnElement[bool], between: ColumnElement[bool], moments: tuple[Moment, Moment], by: Sequence[str]
) -> Select[Any]:
    """Items, and what they are told apart by, of which a row of the months differs; whether any stood at each moment."""
    rows = [counts[name] for name in KEY]
    changed = select(*rows).where(of_months, between).group_by(*rows).having(_differs(*moments))
    differing = changed.subquery("differing").c
    key = (counts.item_id, *(counts[name] for name in by))
    touched = select(*(differing[each.name] for each in key)).distinct().subquery("touched")
    same = and_(*(counts[each.name] == each for each in touched.c))
    stood = (func.max(case((known_of(case_count, moment), 1), else_=0)) for moment in moments)
    return select(*key, *stood).join(touched, same).where(of_months).group_by(*key)


def _differs(before: Moment, after: Moment) -> ColumnElement[bool]:
    """Of the rows of one KEY: whether they say otherwise at one moment than at the other, or nothing at one of them."""
    was, now = (known_of(case_count, moment) for moment in (before, after))
    said = [literal_column("1"), *(counts[name] for name in COUNTS)]
    return or_(*(func.max(case((was, each))).is_distinct_from(func.max(case((now, each)))) for each in said))
