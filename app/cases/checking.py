"""Counts against the catalogue: whose item it is, whether it was in force that month, what stood before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from app.access.queries import department_codes
from app.access.rules import Caller
from app.cases import queries
from app.cases.elements import COUNTS
from app.cases.reading import Reported, Sheet
from app.catalogue.divisions import beginning
from app.catalogue.moments import Moment
from app.catalogue.named import Codes
from app.db import Record
from app.errors import Message
from app.files.problems import RowProblem

Slot: TypeAlias = tuple[int, str, str]  # An item, a month, a channel.


class Placed(NamedTuple):
    """A row whose item is found."""

    item: int
    said: Reported

    @property
    def slot(self) -> Slot:
        return self.item, str(self.said.month), self.said.channel

    @property
    def key(self) -> tuple[Slot, str]:
        return self.slot, self.said.kind


@dataclass(slots=True)
class Compared:
    """What taking the rows in would do. `ended` are the rows of before that others take the place of."""

    added: list[Placed] = field(default_factory=list)
    restated: list[Placed] = field(default_factory=list)
    unchanged: int = 0
    ended: list[int] = field(default_factory=list)

    @property
    def written(self) -> list[Placed]:
        return [*self.added, *self.restated]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file against the catalogue: all problems in order of rows, and what its right rows would do."""

    sheet: Sheet
    problems: Sequence[RowProblem]
    compared: Compared

    @property
    def rejected(self) -> int:
        return len({each.row for each in self.problems})


def check(connection: Connection, sheet: Sheet, moment: Moment, by: Caller) -> Checked:
    """As the catalogue is known now. What is wrong with a row is told in `problems`, and the row left out."""
    over = [each for each in sheet.reported if _is_over(sheet, each, moment.as_of)]
    placed = list(_placed(connection, sheet, over, moment))
    mine = _in_force(connection, sheet, placed, moment, by)
    right = _each_once(sheet, mine)
    ordered = sorted(sheet.problems, key=lambda each: each.row)
    return Checked(sheet, ordered, _compared(connection, right))


def _is_over(sheet: Sheet, said: Reported, today: date) -> bool:
    if said.month.last_day <= today:
        return True
    zh = f"{said.month} 还没有结束（今天 {today}）。一个月结束后再报这个月的办件。"
    sheet.tell(said.row, "month", said.month, "month-not-over", Message(zh, f"{said.month} is not over yet."))
    return False


def _placed(connection: Connection, sheet: Sheet, reported: Sequence[Reported], moment: Moment) -> Iterator[Placed]:
    codes = Codes.read(connection, {each.code for each in reported}, moment)
    for said in reported:
        places = {each.place for each in codes.held.get(said.code, ())}
        if not places:
            sheet.tell(said.row, "code", said.code, "unknown-item", _no_item(said.code))
        elif said.division is None and len(places) > 1:
            zh = f"编码“{said.code}”在几个区划都有：{'、'.join(sorted(places))}。请加一列“行政区划代码”写明是哪个。"
            message = Message(zh, f"{said.code!r} is used in several divisions; add a column division_code.")
            sheet.tell(said.row, "code", said.code, "ambiguous-code", message)
        else:
            item = codes.item(said.code, said.division or places.pop(), said.month.last_day)
            if item is None:
                zh = f"区划 {said.division} 没有编码为“{said.code}”的事项。"
                message = Message(zh, f"There is no item {said.code!r} in {said.division}.")
                sheet.tell(said.row, "code", said.code, "unknown-item", message)
            else:
                yield Placed(item, said)


def _no_item(code: str) -> Message:
    zh = f"没有编码为“{code}”的事项，从来没有过。请核对编码（事项清单见 /v1/items）；新事项要先发布再报办件。"
    return Message(zh, f"There is no item {code!r}, and never was.")


def _in_force(
    connection: Connection, sheet: Sheet, placed: Sequence[Placed], moment: Moment, by: Caller
) -> Iterator[Placed]:
    spans = queries.spans(connection, {each.item for each in placed}, moment)
    allowed = _allowed(connection, by)
    for each in placed:
        held = spans.get(each.item, ())
        month = each.said.month
        then = [row for row in held if row.valid_from <= month.last_day and row.valid_to > month.first_day]
        if not then:
            sheet.tell(each.said.row, "code", each.said.code, "not-in-force", _not_in_force(each.said, held))
        elif (refusal := allowed.refusal(then[-1])) is not None:
            sheet.tell(each.said.row, "code", each.said.code, "not-yours", refusal)
        else:
            yield each


def _not_in_force(said: Reported, held: Sequence[Record]) -> Message:
    spans = "、".join(f"{row.valid_from} 至 {row.valid_to if row.valid_to < date.max else '今'}" for row in held[:3])
    zh = f"事项“{said.code}”在 {said.month} 不在清单中（{spans or '现在没有它的记录'}），没有办件可报。请核对编码和月份。"
    return Message(zh, f"Item {said.code!r} was not in force in {said.month}.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whose items somebody may report of: an editor of departments, others of a division or of all."""

    by: Caller
    departments: frozenset[str]

    def refusal(self, row: Record) -> Message | None:
        if self.by.role == "editor" and row.department_code not in self.departments:
            zh = f"事项属于部门 {row.department_code}，“{self.by.name}”只能报自己部门的办件。"
            return Message(zh, f"The item belongs to {row.department_code}, which {self.by.name!r} does not edit.")
        if self.by.division_code and not row.division_code.startswith(beginning(self.by.division_code)):
            zh = f"事项不在区划 {self.by.division_code} 之内，“{self.by.name}”不能报它的办件。"
            return Message(zh, f"The item is not within {self.by.division_code}, where {self.by.name!r} acts.")
        return None


def _allowed(connection: Connection, by: Caller) -> Allowed:
    edits = by.role == "editor" and by.id is not None
    return Allowed(by, frozenset(department_codes(connection, by.id or 0) if edits else ()))


def _each_once(sheet: Sheet, placed: Iterator[Placed]) -> list[Placed]:
    """Without rows that say of an item, month and channel what another row of the file says already."""
    first: dict[tuple[Slot, str], Placed] = {}
    kinds: dict[Slot, Placed] = {}
    for each in placed:
        other = first.setdefault(each.key, each)
        beside = kinds.setdefault(each.slot, each)
        said = each.said
        if other is not each:
            zh = f"这个事项 {said.month} 的这个渠道在第 {other.said.row} 行已经报过，一个文件里只能有一次。"
            sheet.tell(said.row, "month", said.month, "twice", Message(zh, f"Row {other.said.row} says the same."))
        elif bool(beside.said.kind) != bool(said.kind):
            zh = (
                f"第 {beside.said.row} 行按{'业务类别' if beside.said.kind else '整个事项'}报了同一事项、月份和渠道，"
                f"这一行按{'业务类别' if said.kind else '整个事项'}：会重复计数。请只用一种。"
            )
            message = Message(zh, f"Row {beside.said.row} reports the same cases as a whole or by kinds.")
            sheet.tell(said.row, "business_kind", said.kind or None, "whole-and-kinds", message)
    wrong = {each.row for each in sheet.problems}
    return [each for each in first.values() if each.said.row not in wrong]


def _compared(connection: Connection, placed: Sequence[Placed]) -> Compared:
    """Against what stands. A whole takes the place of its kinds, and kinds that of a whole; other kinds stay."""
    months = {each.said.month for each in placed}
    standing = queries.standing(connection, {each.item for each in placed}, months)
    found = Compared()
    ended: set[int] = set()
    for each in placed:
        rows = standing.get(each.slot, {})
        former = rows.get(each.said.kind)
        others = [row.id for kind, row in rows.items() if bool(kind) != bool(each.said.kind)]
        if former is not None and _same(former, each.said.counts):
            found.unchanged += 1
            continue
        (found.restated if former is not None or others else found.added).append(each)
        ended.update(others, [] if former is None else [former.id])
    found.ended = sorted(ended)
    return found


def _same(row: Record, counts: Mapping[str, int | None]) -> bool:
    return all(row._mapping[name] == counts[name] for name in COUNTS)
