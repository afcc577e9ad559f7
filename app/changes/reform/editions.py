"""What holds of lists and their editions: each under a list of its division that stands, none beside one it replaces.

Looked at are all editions of the lists that a revision touches, since a list that changes may break one that doesn't.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, or_, union

from app.catalogue.absent import span
from app.catalogue.named import named_item
from app.catalogue.objects import EDITION, LIST
from app.catalogue.versions import OPEN, ever, overlap
from app.changes.reform import entries
from app.db import Record, Statement
from app.errors import Fault, Message, fault

SHOWN = 50
KEPT = LIST.table


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    """The faults of the lists that the revision touches: `unknown-list`, `list-division`, `list-changed`, `list-ends`,
    `edition-reopened`, `editions-overlap`, `item-in-two-batches`, and those of their entries.
    """
    codes = touched(number)
    if connection.execute(codes.limit(1)).first() is None:
        return iter(())
    return chain(
        _unknown_lists(connection, codes),
        _divisions(connection, number),
        _moved(connection, number),
        _list_changed(connection, number),
        _lists_that_end(connection, codes),
        _reopened(connection, number),
        _overlaps(connection, codes),
        _in_two_batches(connection, codes),
        entries.broken(connection, codes),
    )


def _reopened(connection: Connection, number: int) -> Iterator[Fault]:
    """An edition that ended stays ended: what is issued later is another one, under a code of its own."""
    edition, ended, between = EDITION.table, EDITION.table.alias("ended"), EDITION.table.alias("between")
    same = and_(ended.c.id == edition.c.id, ended.c.superseded_in == OPEN, ended.c.valid_to < edition.c.valid_from)
    joins = exists().where(
        between.c.id == edition.c.id, between.c.superseded_in == OPEN, between.c.valid_to == edition.c.valid_from
    )
    again = ever([edition.c.code, func.max(ended.c.valid_to)]).select_from(edition.join(ended, same))
    again = again.where(edition.c.recorded_in == number, edition.c.superseded_in == OPEN, ~joins)
    for code, day in connection.execute(again.group_by(edition.c.code).order_by(edition.c.code).limit(SHOWN)):
        yield fault(
            f"清单版本 {code} 到 {day} 已经停止，不能再用原编码重开。请换一个版本编码。",
            f"Edition {code} ended on {day}. What is issued later takes a code of its own.",
            pointer="/content/code",
            value=code,
            rule="edition-reopened",
        )


def touched(number: int) -> Any:
    """The codes of the lists of which the revision wrote an edition, or changed or ended the list itself."""
    edition = EDITION.table.c
    changed = or_(KEPT.c.recorded_in == number, KEPT.c.superseded_in == number)
    of_editions = ever([edition.list_code]).where(edition.recorded_in == number, edition.superseded_in == OPEN)
    return union(of_editions, ever([KEPT.c.code]).where(changed))


def standing(table: FromClause, codes: Any) -> ColumnElement[bool]:
    """Editions of these lists, as they are known now."""
    return and_(table.c.superseded_in == OPEN, table.c.list_code.in_(codes))


def _known(table: FromClause) -> ColumnElement[bool]:
    return and_(KEPT.c.code == table.c.list_code, KEPT.c.superseded_in == OPEN)


def _unknown_lists(connection: Connection, codes: Any) -> Iterator[Fault]:
    edition = EDITION.table
    unknown = ever([edition.c.code, edition.c.list_code]).where(
        standing(edition, codes), ~exists().where(_known(edition))
    )
    for code, wanted in connection.execute(unknown.distinct().order_by(edition.c.code).limit(SHOWN)):
        yield fault(
            f"清单版本 {code} 写的清单 {wanted} 没有登记。请核对清单编码（见 /v1/lists），或在同一张变更单里新增这个清单。",
            f"Edition {code} names the list {wanted}, which there is not.",
            pointer="/content/list_code",
            value=wanted,
            rule="unknown-list",
        )


def _divisions(connection: Connection, number: int) -> Iterator[Fault]:
    """Of editions that are written; that their list stays where it is, is looked at by itself."""
    edition = EDITION.table
    written = and_(edition.c.recorded_in == number, edition.c.superseded_in == OPEN)
    shown = [edition.c.code, edition.c.division_code, KEPT.c.code, KEPT.c.division_code]
    elsewhere = and_(_known(edition), overlap(edition, KEPT), KEPT.c.division_code != edition.c.division_code)
    differing = ever(shown).join_from(edition, KEPT, elsewhere).where(written)
    for code, own, kept, of_list in connection.execute(differing.distinct().order_by(edition.c.code).limit(SHOWN)):
        yield fault(
            f"清单版本 {code} 的区划是 {own}，清单 {kept} 的是 {of_list}。一个清单的各版都属于清单的区划，请改为 {of_list}。",
            f"Edition {code} is of division {own}, its list {kept} of {of_list}.",
            pointer="/content/division_code",
            value=own,
            rule="list-division",
            suggestion=of_list,
        )


def _moved(connection: Connection, number: int) -> Iterator[Fault]:
    """A list stays in its division, whatever day it is."""
    before = KEPT.alias("before")
    same_code = before.c.code == KEPT.c.code
    moves = and_(same_code, before.c.division_code != KEPT.c.division_code, before.c.valid_from < KEPT.c.valid_from)
    known = and_(KEPT.c.superseded_in == OPEN, before.c.superseded_in == OPEN)
    written = or_(KEPT.c.recorded_in == number, before.c.recorded_in == number)
    moved = ever([KEPT.c.code, before.c.division_code, KEPT.c.division_code]).where(moves, known, written)
    for code, former, now in connection.execute(moved.distinct().order_by(KEPT.c.code).limit(SHOWN)):
        yield fault(
            f"清单 {code} 的区划不能从 {former} 改为 {now}。请在 {now} 另立一个清单。",
            f"The list {code} cannot move from division {former} to {now}. Create a list of that division.",
            pointer="/content/division_code",
            value=now,
            rule="list-division",
            suggestion=former,
        )


def _list_changed(connection: Connection, number: int) -> Iterator[Fault]:
    """An edition belongs to the list that it was created for."""
    edition, before = EDITION.table, EDITION.table.alias("before")
    known = or_(before.c.superseded_in == OPEN, before.c.superseded_in == number)
    another = and_(before.c.id == edition.c.id, before.c.list_code != edition.c.list_code, known)
    earlier = or_(before.c.superseded_in == number, before.c.valid_from < edition.c.valid_from)
    changed = ever([edition.c.code, before.c.list_code, edition.c.list_code]).join_from(edition, before, another)
    changed = changed.where(edition.c.recorded_in == number, edition.c.superseded_in == OPEN, earlier)
    for code, former, now in connection.execute(changed.distinct().order_by(edition.c.code).limit(SHOWN)):
        yield fault(
            f"清单版本 {code} 是清单 {former} 的，不能改到清单 {now}。请在清单 {now} 里另立一版；写错的，撤销写入它的变更单。",
            f"Edition {code} is of the list {former} and cannot move to {now}. Create an edition of that list.",
            pointer="/content/list_code",
            value=now,
            rule="list-changed",
            suggestion=former,
        )


def _lists_that_end(connection: Connection, codes: Any) -> Iterator[Fault]:
    """A list holds on each day of its editions: on the first, and on the day after each of its versions in between."""
    edition = EDITION.table
    ended = KEPT.alias("ended")
    ends_within = and_(ended.c.valid_to > edition.c.valid_from, ended.c.valid_to < edition.c.valid_to)
    of_it = and_(ended.c.code == edition.c.list_code, ended.c.superseded_in == OPEN)
    gap = exists().where(of_it, ends_within, ~_holds(ended.c.code, ended.c.valid_to))
    lacking = or_(~_holds(edition.c.list_code, edition.c.valid_from), gap)
    spans = [func.min(KEPT.c.valid_from), func.max(KEPT.c.valid_to)]
    shown = [edition.c.code, edition.c.list_code, edition.c.valid_from, edition.c.valid_to, *spans]
    found = ever(shown).join_from(edition, KEPT, _known(edition)).where(standing(edition, codes), lacking)
    found = found.group_by(*shown[:4]).order_by(edition.c.code)
    for code, kept, start, end, begins, ends in connection.execute(found.limit(SHOWN)):
        yield fault(
            f"清单版本 {code} {span(start, end)}生效，其中有的日子没有清单 {kept}（它{span(begins, ends)}有效）。"
            f"清单要管到它的每一版为止：请先让 {code} 到清单停止那天为止（cancel 或 until），或延长清单的有效期。",
            f"Edition {code} is in force on days on which its list {kept} does not hold.",
            value=kept,
            rule="list-ends",
        )


def _holds(code: ColumnElement[str], day: ColumnElement[date]) -> ColumnElement[bool]:
    kept = KEPT.alias()
    on_it = and_(kept.c.valid_from <= day, kept.c.valid_to > day)
    return exists().where(kept.c.code == code, kept.c.superseded_in == OPEN, on_it)


class Pair(NamedTuple):
    """Two editions of a list."""

    first: FromClause
    second: FromClause

    def both(self, codes: Any, succession: str) -> ColumnElement[bool]:
        """In force on a day on which the list says that they succeed each other in this way."""
        first, second = self
        one_list = and_(first.c.list_code == second.c.list_code, standing(first, codes), standing(second, codes))
        kept = KEPT.alias()
        then = and_(overlap(kept, first), overlap(kept, second), kept.c.superseded_in == OPEN)
        says = exists().where(kept.c.code == first.c.list_code, kept.c.succession == succession, then)
        return and_(one_list, first.c.id != second.c.id, overlap(first, second), says)

    @property
    def shown(self) -> list[ColumnElement[Any]]:
        """What a message says of both: a version of each may differ from day to day."""
        said = []
        for which, table in (("first", self.first), ("second", self.second)):
            columns = table.c
            for name, how in (("name", func.max), ("document_number", func.max), ("valid_from", func.min)):
                said.append(how(columns[name]).label(f"{which}_{name}"))
            said += [columns.code.label(f"{which}_code"), func.max(columns.valid_to).label(f"{which}_valid_to")]
        return [*said, self.first.c.list_code]


PAIR = Pair(EDITION.table.alias("first_edition"), EDITION.table.alias("second_edition"))


def _overlaps(connection: Connection, codes: Any) -> Iterator[Fault]:
    first, second = PAIR
    in_order = or_(
        first.c.valid_from < second.c.valid_from,
        and_(first.c.valid_from == second.c.valid_from, first.c.code < second.c.code),
    )
    rows = _in_pairs(ever(PAIR.shown).where(PAIR.both(codes, "replaced"), in_order))
    for row in connection.execute(rows):
        one, other = said(row, "first"), said(row, "second")
        yield fault(
            f"清单 {row.list_code} 是新版替换旧版的，{one.zh}和{other.zh}不能同一天生效。{_remedy(row)}",
            f"List {row.list_code} is replaced edition by edition: {one.en} and {other.en} are in force on one day. "
            f"End {row.first_code} on {row.second_valid_from}.",
            value=row.second_code,
            rule="editions-overlap",
        )


def _remedy(row: Record) -> str:
    former, later, day = row.first_code, row.second_code, row.second_valid_from
    if row.first_valid_from == day:
        return f"两版同一天开始，请只留一版：还没有发布的，删去它的条目，换一个生效日期重写；已经发布的，从 {day} 起 cancel。"
    return (
        f"请让 {former} 到 {day} 为止（在同一张变更单里加 cancel 条目，生效日期 {day}）。"
        f"{later} 还没有发布的，也可以删去它的条目，换一个生效日期重写；"
        f"用 POST /v1/lists/{row.list_code}/editions 起草的新版会自动结束前一版。"
    )


def _in_two_batches(connection: Connection, codes: Any) -> Iterator[Fault]:
    first, second = PAIR
    one, other = named_item.alias(), named_item.alias()
    of_first = and_(one.c.object == EDITION.name, one.c.version_id == first.c.version_id)
    of_second = and_(other.c.object == EDITION.name, other.c.version_id == second.c.version_id)
    same = and_(of_first, of_second, one.c.item_id == other.c.item_id)
    item = func.max(other.c.code).label("item_code")
    place = func.min(other.c.position).label("position")
    found = ever([*PAIR.shown, item, place]).where(PAIR.both(codes, "cumulative"), same, first.c.id < second.c.id)
    for row in connection.execute(_in_pairs(found, one.c.item_id)):
        former, later = said(row, "first"), said(row, "second")
        yield fault(
            f"事项 {row.item_code} 同时在{former.zh}和{later.zh}里。清单 {row.list_code} 分批累加，"
            "一个事项同一天只能在一批里。请从其中一批删去。",
            f"Item {row.item_code} is in {former.en} and in {later.en}, both in force on one day.",
            pointer=f"/content/entries/{row.position}/code",
            value=row.item_code,
            rule="item-in-two-batches",
        )


def _in_pairs(statement: Statement, *also: ColumnElement[Any]) -> Statement:
    first, second = PAIR
    grouped = statement.group_by(first.c.list_code, first.c.code, second.c.code, *also)
    return grouped.order_by(first.c.list_code, first.c.code, second.c.code, *also).limit(SHOWN)


def said(row: Record, which: str) -> Message:
    """An edition as a message names it: its code and name, its document, its days."""
    code, name, document = (getattr(row, f"{which}_{part}") for part in ("code", "name", "document_number"))
    days = span(getattr(row, f"{which}_valid_from"), getattr(row, f"{which}_valid_to"))
    described = "，".join(filter(None, (name, document, days)))
    return Message(f" {code}（{described}）", code if document is None else f"{code} ({document})")
