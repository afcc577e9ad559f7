"""What is handed over by a batch (划转, 行政许可法第二十五条): whose it was, and whose it is on the first day.

Looked at are the batches that a revision writes, and the items that it writes of batches that stand. The catalogue
cannot tell whose an item was before its own first day: of such days nothing is demanded. A national code that still
carries the former body's credit code is a finding (`code_faults`), no refusal.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from app.catalogue.moments import revision
from app.catalogue.named import named_item
from app.catalogue.objects import ITEM, TRANSFER
from app.catalogue.versions import OPEN, WRITING, ever
from app.changes.reform.naming import concerned
from app.db import Prepared, Record, built_once
from app.errors import Fault, fault

SHOWN = 50
Entries = Sequence[Mapping[str, Any]]
BATCH, NAMED = TRANSFER.table, named_item
THEN, BEFORE, LATER = (ITEM.table.alias(name) for name in ("then", "before", "later"))
PREVIOUS, NAMED_BEFORE = TRANSFER.table.alias("previous"), named_item.alias("named_before")


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    handed = handed_over().on(connection, {"writing": number}).all()
    returning = returned().on(connection, {"writing": number}).all()
    if not handed and not returning:
        return
    entries = entries_of(connection, {row.version_id for row in (*handed, *returning)})
    first = connection.execute(select(revision.c.starts_on).where(revision.c.number == number)).scalar_one()
    yield from islice((told for row in handed for told in _of_item(row, _entry(entries, row), first)), SHOWN)
    yield from islice((told for row in returning for told in _of_return(row, _entry(entries, row))), SHOWN)


def is_written(number: int) -> ColumnElement[bool]:
    return and_(BATCH.c.recorded_in == number, BATCH.c.superseded_in == OPEN)


def entries_of(connection: Connection, version_ids: Collection[int]) -> dict[int, Entries]:
    """What versions of batches hand over, by their version ids."""
    rows = connection.execute(ever([BATCH.c.version_id, BATCH.c.entries]).where(BATCH.c.version_id.in_(version_ids)))
    return {row.version_id: row.entries or () for row in rows}


def _entry(entries: Mapping[int, Entries], row: Record) -> Mapping[str, Any]:
    version, place = int(row.version_id), int(row.position)
    return entries[version][place]


SHOWN_OF_BATCH = (
    BATCH.c.version_id, BATCH.c.code, BATCH.c.department_code.label("to"), BATCH.c.valid_from,
    NAMED.c.position, NAMED.c.code.label("item"),
)  # fmt: skip


@built_once
def handed_over() -> Prepared:
    """Each item on the first day on which a batch names it, and as it was the day before."""
    item, day = NAMED.c.item_id, BATCH.c.valid_from
    then = and_(THEN.c.id == item, THEN.c.superseded_in == OPEN, THEN.c.valid_from <= day, THEN.c.valid_to > day)
    before = and_(
        BEFORE.c.id == item, BEFORE.c.superseded_in == OPEN, BEFORE.c.valid_from < day, BEFORE.c.valid_to >= day
    )
    shown = [
        *SHOWN_OF_BATCH, THEN.c.department_code.label("held_by"), BEFORE.c.department_code.label("was_held_by"),
        BATCH.c.division_code.label("ours"), THEN.c.division_code.label("held_in"),
        THEN.c.catalog_code.label("catalog_code"), BEFORE.c.catalog_code.label("old_catalog_code"),
    ]  # fmt: skip
    joined = BATCH.join(NAMED, concerned(TRANSFER, WRITING)).outerjoin(THEN, then).outerjoin(BEFORE, before)
    wanted = (BATCH.c.superseded_in == OPEN, item.is_not(None), _is_new())
    return Prepared(ever(shown).select_from(joined).where(*wanted).order_by(BATCH.c.code, NAMED.c.position))


def _is_new() -> ColumnElement[bool]:
    """Whether the batch does not name the item on the day before."""
    same_batch = and_(
        PREVIOUS.c.id == BATCH.c.id, PREVIOUS.c.superseded_in == OPEN, PREVIOUS.c.valid_to == BATCH.c.valid_from
    )
    named = and_(NAMED_BEFORE.c.object == TRANSFER.name, NAMED_BEFORE.c.version_id == PREVIOUS.c.version_id)
    return ~exists().where(same_batch, named, NAMED_BEFORE.c.item_id == NAMED.c.item_id)


def _of_item(row: Record, entry: Mapping[str, Any], first: Any) -> Iterator[Fault]:
    if entry["from_department_code"] == row.to:
        yield _to_itself(row)
        return
    if row.held_in not in (None, row.ours):
        yield _not_ours(row)
    if row.valid_from >= first and row.held_by != row.to:
        yield _not_handed_over(row)
    if row.valid_from <= first:
        return
    if row.was_held_by == row.to:
        yield _theirs_already(row)
    elif row.was_held_by != entry["from_department_code"]:
        yield _not_theirs(row, entry["from_department_code"])
    elif row.held_by and row.old_catalog_code not in (None, row.catalog_code):
        yield _another_item(row)


def _told(row: Record, rule: str, zh: str, en: str, member: str = "code", value: str | None = None) -> Fault:
    place = f"/content/entries/{row.position}/{member}"
    zh, en = f"划转批次 {row.code} 第 {row.position + 1} 条：{zh}", f"Entry {row.position + 1} of {row.code}: {en}"
    return fault(zh, en, pointer=place, value=value or row.item, rule=rule)


def _to_itself(row: Record) -> Fault:
    return _told(
        row,
        "transfer-to-itself",
        f"{row.item} 的划出部门和划入部门都是 {row.to}。请改正划出部门；要转回原部门的，办结这一批后另开一批。",
        f"{row.item} is handed over by {row.to} to itself. A return is a batch of its own.",
        "from_department_code",
        row.to,
    )


def _not_ours(row: Record) -> Fault:
    zh = (
        f"{row.item} 是区划 {row.held_in} 的，不是批次的区划（{row.ours}）的。一批只划转本区划的事项："
        "请改正批次的行政区划代码，或从批次里删去。"
    )
    return _told(row, "not-ours", zh, f"{row.item} is an item of {row.held_in} and not of {row.ours}.")


def _not_handed_over(row: Record) -> Fault:
    held = f"属于 {row.held_by}" if row.held_by else "不在有效期内"
    zh = (
        f"{row.item} 在移交日 {row.valid_from} {held}，不属于划入部门 {row.to}。"
        "请在同一张变更单里用 transfer（划转）条目把它划过去，或从批次里删去。"
    )
    en = f"on {row.valid_from} {row.item} is held by {row.held_by or 'nobody'}, not by {row.to}. Transfer it as well."
    return _told(row, "not-handed-over", zh, en)


def _theirs_already(row: Record) -> Fault:
    zh = f"{row.item} 在移交日 {row.valid_from} 之前已经属于划入部门 {row.to}，不能再移交一次。请从批次里删去。"
    return _told(
        row, "handed-over-already", zh, f"{row.item} was with {row.to} before {row.valid_from} already. Leave it out."
    )


def _not_theirs(row: Record, said: str) -> Fault:
    held = f"属于 {row.was_held_by}" if row.was_held_by else "不在有效期内"
    zh = f"{row.item} 在移交日 {row.valid_from} 的前一天{held}，划出部门 {said} 没有它可移交。请核对划出部门。"
    en = f"the day before {row.valid_from} {row.item} was held by {row.was_held_by or 'nobody'}, not by {said}."
    return _told(row, "not-theirs", zh, en, "from_department_code", said)


def _another_item(row: Record) -> Fault:
    zh = (
        f"{row.item} 的基本编码在移交日从 {row.old_catalog_code} 变成了 {row.catalog_code or '未填'}。"
        "划转只换实施主体，事项不变：请保留基本编码，确要更正的另开变更单、另定生效日期。"
    )
    en = f"the basic code of {row.item} changes from {row.old_catalog_code} to {row.catalog_code} on the same day."
    return _told(row, "basic-code-changed", zh, en)


@built_once
def returned() -> Prepared:
    """Items that come to another department than the batch's while it is open."""
    later = and_(LATER.c.id == NAMED.c.item_id, LATER.c.superseded_in == OPEN, LATER.c.valid_from < BATCH.c.valid_to)
    after = or_(
        LATER.c.valid_from > BATCH.c.valid_from, and_(LATER.c.valid_from == BATCH.c.valid_from, ~_is_new())
    )  # fmt: skip
    elsewhere = LATER.c.department_code != BATCH.c.department_code
    joined = BATCH.join(NAMED, concerned(TRANSFER, WRITING)).join(LATER, and_(later, after, elsewhere))
    shown = [*SHOWN_OF_BATCH, LATER.c.valid_from.label("on"), LATER.c.department_code.label("held_by")]
    wanted = (BATCH.c.superseded_in == OPEN, BATCH.c.is_closed.is_not(True))
    found = ever(shown).select_from(joined).where(*wanted)
    return Prepared(found.order_by(BATCH.c.code, NAMED.c.position, LATER.c.valid_from))


def _of_return(row: Record, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if row.held_by == entry["from_department_code"]:
        zh = (
            f"{row.item} 从 {row.on} 起又回到划出部门 {row.held_by}，而这一批还没有办结：同一批里不能划出去又划回来。"
            f"请先办结这一批（POST /v1/transfers/{row.code}/close），再另开一批转回；没有移交的，从批次里删去。"
        )
        en = f"{row.item} returns to {row.held_by} on {row.on}, while the batch is open. Close it first."
        yield _told(row, "transfer-back", zh, en)
