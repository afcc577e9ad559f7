"""Counts against the catalogue: whose item it is, whether it was in force that month, what stood before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from app.access.rules import Caller
from app.cases import queries
from app.cases.comparing import Compared, Placed, Slot, Standing, compare
from app.cases.placing import place
from app.cases.reading import Reported, Sheet
from app.cases.remit import Remit
from app.cases.row_remarks import row_remarks
from app.catalogue.moments import Moment
from app.catalogue.objects import OPEN_DAY
from app.db import Record
from app.errors import Message
from app.files.problems import RowProblem
from app.files.remarks import Remark


@dataclass(frozen=True, slots=True)
class Checked:
    """A file against the catalogue: all problems in order of rows, what its right rows would do, and what of the sheet and
    of them deserves a look.
    """

    sheet: Sheet
    problems: Sequence[RowProblem]
    compared: Compared
    remarks: Sequence[Remark] = ()

    @property
    def rejected(self) -> int:
        return len(self.sheet.wrong)

    @property
    def is_all_wrong(self) -> bool:
        """Whether no row is left that says anything, be it the same as stands."""
        return bool(self.problems) and not self.compared.written and not self.compared.unchanged


def check(connection: Connection, sheet: Sheet, moment: Moment, by: Caller) -> Checked:
    """As the catalogue is known now. What is wrong with a row is told in `problems`, and the row left out; the sheet stays
    as it was read.
    """
    sheet = replace(sheet, problems=list(sheet.problems))
    over = [each for each in sheet.reported if _is_over(sheet, each, moment.as_of)]
    placed = sorted(place(connection, sheet, over, moment), key=lambda each: each.said.row)
    months = {each.said.month for each in placed}
    standing = queries.standing(connection, {each.item for each in placed}, months)
    mine = _each_once(sheet, _in_force(connection, sheet, placed, moment, Remit.of(connection, by, moment), standing))
    compared = compare(sheet, mine, standing, _wrong_slots(connection, sheet, placed, moment))
    wrong = sheet.wrong
    right = [each for each in mine if each.said.row not in wrong]
    remarks = [*sheet.remarks, *row_remarks(connection, sheet, right, moment)]
    return Checked(sheet, sorted(sheet.problems, key=lambda each: each.row), compared, remarks)


def _wrong_slots(connection: Connection, sheet: Sheet, placed: Sequence[Placed], moment: Moment) -> Mapping[Slot, int]:
    """Of each item, month and channel of which a row is wrong, the first such row."""
    told = replace(sheet, problems=[])  # What is wrong with rows that could not be read is told already.
    wrong = sheet.wrong
    found = [each for each in placed if each.said.row in wrong]
    found += place(connection, told, sheet.unread, moment)
    return {each.slot: each.said.row for each in sorted(found, key=lambda each: each.said.row, reverse=True)}


def _is_over(sheet: Sheet, said: Reported, today: date) -> bool:
    if said.month.last_day < today:
        return True
    zh = f"{said.month} 还没有结束（今天 {today}）。一个月结束后再报这个月的办件。"
    sheet.tell(said.row, "month", said.month, "month-not-over", Message(zh, f"{said.month} is not over yet."))
    return False


def _in_force(
    connection: Connection,
    sheet: Sheet,
    placed: Sequence[Placed],
    moment: Moment,
    remit: Remit,
    standing: Standing,
) -> Iterator[Placed]:
    """What was reported before may be restated, even where the item is not known of that month any more."""
    lives = queries.lives(connection, {each.item for each in placed}, moment)
    for each in placed:
        held, month = lives[each.item], each.said.month
        then = [row for row in held if row.valid_from <= month.last_day and row.valid_to > month.first_day]
        whose = then or (held[-1:] if each.slot in standing else ())
        if not whose:
            sheet.tell(each.said.row, "code", each.said.code, "not-in-force", _not_in_force(each.said, held))
        elif (refusal := remit.refusal(whose[-1])) is not None:
            sheet.tell(each.said.row, "code", each.said.code, "not-yours", refusal)
        else:
            yield each._replace(versions=whose)


def _not_in_force(said: Reported, held: Sequence[Record]) -> Message:
    spans = "、".join(f"{start} 至 {'今' if end == OPEN_DAY else end}" for start, end in _joined(held))
    zh = (
        f"按现在所知，事项“{said.code}”在 {said.month} 不在清单中（在清单中的是：{spans or '没有'}），没有办件可报。"
        "请核对编码和月份。"
    )
    return Message(zh, f"Item {said.code!r} was not in force in {said.month}.")


def _joined(held: Sequence[Record]) -> list[tuple[date, date]]:
    """From when until when the item holds without a break."""
    spans: list[tuple[date, date]] = []
    for row in held:
        if spans and spans[-1][1] == row.valid_from:
            spans[-1] = (spans[-1][0], row.valid_to)
        else:
            spans.append((row.valid_from, row.valid_to))
    return spans


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
    wrong = sheet.wrong
    return [each for each in first.values() if each.said.row not in wrong]
