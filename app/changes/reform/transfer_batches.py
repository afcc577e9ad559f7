"""What holds between batches of transfers, and between the versions of one.

An item is in one open batch at a time, and is handed over to a department once, unless another batch took it from
there. A batch that is closed stays closed and keeps its entries. Where closing it was a mistake, or an entry of it is
wrong, the change set that closed it is undone: only an undoing opens a batch again.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, or_, select

from app.catalogue.moments import revision
from app.catalogue.named import named_item, naming
from app.catalogue.objects import TRANSFER
from app.catalogue.versions import OPEN, ever, overlap
from app.changes.models import change_set
from app.changes.reform.transfers import BATCH, NAMED, SHOWN, is_written
from app.db import Record, Statement
from app.errors import Fault, Message, fault

OTHER, ALSO = TRANSFER.table.alias("other"), named_item.alias("also")
THIRD, TAKEN = TRANSFER.table.alias("third"), named_item.alias("taken")


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    for row in connection.execute(_named_twice(number, _both_open()).limit(SHOWN)):
        yield _in_two_open_batches(row)
    for row in connection.execute(_named_twice(number, _to_the_same()).limit(SHOWN)):
        yield _handed_over_already(row)
    told = dict[object, Fault]()
    for each in _changed(connection, number):  # Of a batch once, of the first day on which it is so.
        told.setdefault((each.rule, each.pointer, each.value), each)
    yield from told.values()


def _names(batch: FromClause, named: FromClause) -> ColumnElement[bool]:
    """Another batch that holds and names the item, while the written one holds."""
    joined = and_(named.c.object == TRANSFER.name, named.c.version_id == batch.c.version_id)
    holds = and_(batch.c.superseded_in == OPEN, batch.c.id != BATCH.c.id, overlap(batch, BATCH))
    return and_(joined, holds, named.c.item_id == NAMED.c.item_id)


def _named_twice(number: int, condition: ColumnElement[bool]) -> Statement:
    joined = BATCH.join(NAMED, naming(TRANSFER)).join(ALSO, ALSO.c.item_id == NAMED.c.item_id)
    joined = joined.join(OTHER, _names(OTHER, ALSO))
    by = (BATCH.c.code, NAMED.c.position, NAMED.c.code, BATCH.c.department_code)
    shown = ever([BATCH.c.code, NAMED.c.position, NAMED.c.code.label("item"), BATCH.c.department_code.label("to")])
    days = (func.min(BATCH.c.valid_from).label("begins"), func.min(OTHER.c.valid_from).label("other_begins"))
    twice = shown.add_columns(func.min(OTHER.c.code).label("other"), *days).select_from(joined)
    return twice.where(is_written(number), condition).group_by(*by).order_by(*by)


def _both_open() -> ColumnElement[bool]:
    return and_(BATCH.c.is_closed.is_not(True), OTHER.c.is_closed.is_not(True))


def _to_the_same() -> ColumnElement[bool]:
    """To one department by both, while no third batch takes the item elsewhere."""
    elsewhere = exists().where(_names(THIRD, TAKEN), THIRD.c.department_code != BATCH.c.department_code)
    return and_(~_both_open(), OTHER.c.department_code == BATCH.c.department_code, ~elsewhere)


def _in_two_open_batches(row: Record) -> Fault:
    day = max(row.begins, row.other_begins)
    remedy = _close_this_one(row) if row.other_begins > row.begins else _close_the_other(row)
    return fault(
        f"划转批次 {row.code} 第 {row.position + 1} 条的 {row.item} 也在批次 {row.other} 里，{day} 两批都没有办结。"
        f"一个事项同时只能在一个未办结的批次里：{remedy.zh}，或删去这一条。",
        f"Entry {row.position + 1} of {row.code}: {row.item} is in {row.other} too, and on {day} both are open. "
        f"{remedy.en}",
        pointer=f"/content/entries/{row.position}/code",
        value=row.item,
        rule="item-in-two-open-batches",
    )


def _close_the_other(row: Record) -> Message:
    zh = f"请先办结 {row.other}（POST /v1/transfers/{row.other}/close），最迟从 {row.begins} 起"
    return Message(zh, f"Close {row.other} from {row.begins} on at the latest.")


def _close_this_one(row: Record) -> Message:
    """Of a batch that is entered late: what came after it may have been closed since."""
    zh = (
        f"{row.other} 在后，请在同一张变更单里写明 {row.code} 最迟从 {row.other_begins} 起已办结"
        "（amend 条目，is_closed 为 true）"
    )
    return Message(zh, f"{row.other} came later: say that {row.code} is closed from {row.other_begins} on, or earlier.")


def _handed_over_already(row: Record) -> Fault:
    return fault(
        f"划转批次 {row.code} 第 {row.position + 1} 条的 {row.item} 已由批次 {row.other} 移交给 {row.to}，此后没有划出过，"
        "不能再移交一次。请删去这一条。",
        f"Entry {row.position + 1} of {row.code}: {row.item} was handed over to {row.to} by {row.other}. Leave it out.",
        pointer=f"/content/entries/{row.position}/code",
        value=row.item,
        rule="handed-over-already",
    )


def _changed(connection: Connection, number: int) -> Iterator[Fault]:
    if connection.execute(_undoes(number)).scalar() is not None:
        return
    others = _pairs(number, OTHER.c.department_code != BATCH.c.department_code)
    for row in connection.execute(others.limit(SHOWN)):
        yield _to_another_department(row)
    earlier = and_(OTHER.c.superseded_in == OPEN, OTHER.c.valid_from < BATCH.c.valid_from)
    moved = _pairs(number, and_(OTHER.c.division_code != BATCH.c.division_code, earlier))
    for row in connection.execute(moved.limit(SHOWN)):
        yield _to_another_division(row)
    yield from islice(_touched(connection, number), SHOWN)
    for code in connection.execute(_closed_that_end(number)).scalars():
        yield _ended(code)


def _touched(connection: Connection, number: int) -> Iterator[Fault]:
    compared = [OTHER.c.entries.label("old"), BATCH.c.entries.label("new"), BATCH.c.is_closed]
    for row in connection.execute(_pairs(number, OTHER.c.is_closed.is_(True), *compared)):
        if not row.is_closed or row.old != row.new:
            yield _reopened(row)


def _closed_that_end(number: int) -> Statement:
    """Closed batches that held longer before the revision than they do now."""
    lasts = exists().where(
        BATCH.c.id == OTHER.c.id, BATCH.c.superseded_in == OPEN, BATCH.c.valid_to >= OTHER.c.valid_to
    )
    ended = ever([OTHER.c.code]).where(OTHER.c.superseded_in == number, OTHER.c.is_closed.is_(True), ~lasts)
    return ended.distinct().order_by(OTHER.c.code).limit(SHOWN)


def _ended(code: str) -> Fault:
    return fault(
        f"划转批次 {code} 已办结移交，不能停止：事项已经移交，批次一直有效。办结或批次有误的，撤销写入它的变更单"
        "（POST /v1/change-sets/{变更单号}/undo）；要移回去的，另开一批。",
        f"The batch {code} is closed and does not end: its items were handed over. Undo what closed it, or hand them back.",
        value=code,
        rule="batch-ended",
    )


def _undoes(number: int) -> Statement:
    mine = select(revision.c.change_set).where(revision.c.number == number).scalar_subquery()
    return select(change_set.c.undoes).where(change_set.c.id == mine)


def _pairs(number: int, condition: ColumnElement[bool], *shown: ColumnElement[Any]) -> Statement:
    """Versions of a batch, each with one that comes before it, or that the revision puts it in the place of."""
    written = or_(BATCH.c.recorded_in == number, OTHER.c.recorded_in == number)
    before = and_(OTHER.c.superseded_in == OPEN, OTHER.c.valid_to <= BATCH.c.valid_from, written)
    replaced = and_(OTHER.c.superseded_in == number, overlap(OTHER, BATCH), BATCH.c.recorded_in == number)
    same = and_(OTHER.c.id == BATCH.c.id, BATCH.c.superseded_in == OPEN, or_(before, replaced))
    pairs = ever([BATCH.c.code, BATCH.c.valid_from, *shown]).select_from(BATCH.join(OTHER, same))
    return pairs.where(condition).order_by(BATCH.c.code, BATCH.c.valid_from)


def _to_another_department(row: Record) -> Fault:
    return fault(
        f"划转批次 {row.code} 的划入部门不能改：移交给另一个部门是另一批。请另开一批；写错的，撤销写入它的变更单。",
        f"The department that {row.code} hands over to never changes. Another one takes a batch of its own.",
        pointer="/content/department_code",
        value=row.code,
        rule="batch-department-changed",
    )


def _to_another_division(row: Record) -> Fault:
    return fault(
        f"划转批次 {row.code} 的行政区划不能从 {row.valid_from} 起改：一批的事项都是一个区划的。写错的，从移交日起改正。",
        f"The division of {row.code} does not change from {row.valid_from} on. Correct it from its first day.",
        pointer="/content/division_code",
        value=row.code,
        rule="batch-division-changed",
    )


def _reopened(row: Record) -> Fault:
    what = "划转事项" if row.is_closed else "是否已办结移交"
    return fault(
        f"划转批次 {row.code} 已办结移交，{row.valid_from} 起不能再改{what}。新的移交请另开一批；"
        "办结有误的，撤销办结它的变更单（POST /v1/change-sets/{变更单号}/undo）。",
        f"The batch {row.code} is closed: it is not opened again, nor are its entries changed. Undo what closed it.",
        pointer="/content/entries" if row.is_closed else "/content/is_closed",
        value=row.code,
        rule="batch-reopened",
    )
