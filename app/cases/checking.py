"""Counts against the catalogue: whose item it is, whether it was in force that month, what stood before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from app.access.rules import Caller
from app.cases import queries
from app.cases.comparing import Compared, Placed, Slot, Standing, compare
from app.cases.reading import Reported, Sheet
from app.cases.remit import Remit
from app.cases.row_remarks import row_remarks
from app.catalogue.alike import Alike, alike, differs_in_case, mixed_case_codes
from app.catalogue.codes import is_local
from app.catalogue.moments import Moment
from app.catalogue.named import Codes
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
        return len({each.row for each in self.problems})

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
    placed = list(_placed(connection, sheet, over, moment))
    months = {each.said.month for each in placed}
    standing = queries.standing(connection, {each.item for each in placed}, months)
    mine = _each_once(sheet, _in_force(connection, sheet, placed, moment, Remit.of(connection, by, moment), standing))
    compared = compare(sheet, mine, standing)
    wrong = {each.row for each in sheet.problems}
    right = [each for each in mine if each.said.row not in wrong]
    remarks = [*sheet.remarks, *row_remarks(connection, sheet, right, moment)]
    return Checked(sheet, sorted(sheet.problems, key=lambda each: each.row), compared, remarks)


def _is_over(sheet: Sheet, said: Reported, today: date) -> bool:
    if said.month.last_day < today:
        return True
    zh = f"{said.month} 还没有结束（今天 {today}）。一个月结束后再报这个月的办件。"
    sheet.tell(said.row, "month", said.month, "month-not-over", Message(zh, f"{said.month} is not over yet."))
    return False


def _placed(connection: Connection, sheet: Sheet, reported: Sequence[Reported], moment: Moment) -> Iterator[Placed]:
    codes = Codes.read(connection, {each.code for each in reported}, moment)
    nearly = _nearly(connection, {each.code for each in reported} - codes.held.keys(), moment)
    for said in reported:
        places = {each.place for each in codes.held.get(said.code, ())}
        if not places:
            _tell_unknown(sheet, said, nearly)
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


def _nearly(connection: Connection, unknown: set[str], moment: Moment) -> Alike:
    return alike(connection, moment, unknown, mixed_case_codes(connection, moment)) if unknown else {}


def _tell_unknown(sheet: Sheet, said: Reported, nearly: Alike) -> None:
    held = nearly.get(said.code.casefold(), ())
    present = next((code for code, place in held if not is_local(code) or said.division in (None, place)), None)
    if present is None:
        sheet.tell(said.row, "code", said.code, "unknown-item", _no_item(said.code))
    else:
        message = differs_in_case(said.code, present)
        sheet.tell(said.row, "code", said.code, "code-differs-in-case", message, present)


def _no_item(code: str) -> Message:
    zh = f"没有编码为“{code}”的事项，从来没有过。请核对编码（事项清单见 /v1/items）；新事项要先发布再报办件。"
    return Message(zh, f"There is no item {code!r}, and never was.")


def _in_force(
    connection: Connection,
    sheet: Sheet,
    placed: Sequence[Placed],
    moment: Moment,
    remit: Remit,
    standing: Standing,
) -> Iterator[Placed]:
    """What was reported before may be restated, even where the item is not known of that month any more."""
    spans = queries.spans(connection, {each.item for each in placed}, moment)
    for each in placed:
        held, month = spans.get(each.item, ()), each.said.month
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
    wrong = {each.row for each in sheet.problems}
    return [each for each in first.values() if each.said.row not in wrong]
