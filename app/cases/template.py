"""A workbook to report in: blank, or with a row for each item that a department had in force at the end of a month."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Final

from sqlalchemy import Connection

from app.cases.elements import ELEMENTS
from app.cases.params import one_month
from app.cases.reading import SHEET
from app.catalogue.element import Element
from app.catalogue.export_columns import COLUMNS
from app.catalogue.export_params import MEDIA_TYPES
from app.catalogue.known_departments import demand_departments
from app.catalogue.listing import ItemList, count_items
from app.catalogue.moments import Moment, resolve
from app.catalogue.params import ItemQuestion
from app.catalogue.periods import Month
from app.catalogue.queries import department_names
from app.catalogue.walk import Walk, walked
from app.catalogue.workbook.columns import column
from app.catalogue.workbook.descriptions import NOT_ASKED, Described
from app.catalogue.workbook.layout import NAME
from app.catalogue.workbook.reference import help_sheet
from app.db import Database
from app.downloads import Download, Spooled
from app.errors import Malformed, Message, refused
from app.files.csv_writing import Columns
from app.files.workbook_writing import write_workbook
from app.files.worksheets import Column, Sheet

CALLED: Final = Element(NAME, name="item_name", note="方便填写的人看；件数按编码算，名称与编码对不上的会提醒")
KEY, *REST = ELEMENTS.values()
FILLED_IN: Final = (KEY, CALLED, *REST)
WHOSE: Final = tuple(COLUMNS[name] for name in ("code", "name", "division_code"))
FROZEN = 2
NOTES: Final = (
    "一行是一个事项、一个月、一个渠道的件数。同一事项有几个渠道的，复制成几行，各写各的渠道。",
    "当月受理的办件才算在这个月：后来办结的，重报这个月，不要加到下个月。",
    "空格表示没有填，不是零：没有办件的写 0，不知道的空着。各种件数都空着的行不读，不用删。",
    "橙色表头的列必须填，蓝色的按需要填写。选中一格，会显示这一列的说明。",
    "请不要改列名，不要合并单元格。填好后存成 xlsx，原样上传。",
)


@dataclass(frozen=True, slots=True)
class Prefilled:
    """Whose items, of which month, as they were on its last day; `name` is what the department was called then."""

    department: str
    name: str
    month: Month
    moment: Moment

    @property
    def items(self) -> ItemList:
        return ItemList(ItemQuestion((("department_code", (self.department,)),)))


def read_prefilled(
    connection: Connection, now: datetime, department: str | None, month: str | None
) -> Prefilled | None:
    """None for a blank workbook.

    Raises Malformed for one of both alone, what is no single month, and a department without an item on its last day;
    UnknownDepartment; InvalidPeriod for a month that is not over.
    """
    if department is None and month is None:
        return None
    if department is None or month is None:
        missing = "month" if month is None else "department_code"
        zh = f"department_code 和 month 要一起写，缺 {missing}；都不写，得到空白的工作簿。"
        raise refused(missing, "", "missing", Message(zh, f"{missing} is missing: give both, or neither."))
    one = one_month(month, now.date())
    demand_departments(connection, [department])
    moment = resolve(connection, now, str(one.last_day))
    named = department_names(connection, moment, [department])
    prefilled = Prefilled(department, named.get(department, department), one, moment)
    if not count_items(connection, prefilled.items.question, moment):
        raise _no_items(prefilled)
    return prefilled


def _no_items(wanted: Prefilled) -> Malformed:
    name, code, day = wanted.name, wanted.department, wanted.month.last_day
    zh = (
        f"{name}（{code}）在 {wanted.month} 的最后一天（{day}）没有事项在清单中，没有可填的行。请核对部门和月份；"
        "月内取消的事项有办件的，取空白的工作簿来填。"
    )
    en = f"{name} ({code}) had no item in force on {day}, the last day of {wanted.month}. Check both, or take the blank one."
    return refused("department_code", code, "no-items", Message(zh, en))


def template(database: Database, prefilled: Prefilled | None) -> Download:
    """The workbook as an answer."""
    about = f"-{prefilled.name}-{prefilled.month}" if prefilled else "模板"
    return Download(
        lambda: Spooled.written(partial(_write, database=database, prefilled=prefilled)),
        database.downloads,
        media_type=MEDIA_TYPES["xlsx"],
        name=f"办件统计{about}.xlsx",
        plain_name=f"cases-{prefilled.month if prefilled else 'template'}.xlsx",
    )


def _write(file: IO[bytes], database: Database, prefilled: Prefilled | None) -> None:
    if prefilled is None:
        _write_rows(file, ())
        return
    with (
        walked(database, prefilled.items, prefilled.moment, None) as walk,
        closing(_rows(walk, prefilled.month)) as rows,
    ):
        _write_rows(file, rows)


def _write_rows(file: IO[bytes], rows: Iterable[Columns]) -> None:
    described = list(map(_described, FILLED_IN))
    sheet = Sheet(SHEET, list(map(_column, described)), rows, FROZEN)
    write_workbook(file, [sheet, help_sheet({SHEET: described}, NOTES)], {})


def _rows(walk: Walk, month: Month) -> Generator[Columns, None, None]:
    """An item each, some at a time: what names it, the month, and room for the rest."""
    with closing(walk.cells(WHOSE)) as batches:
        for codes, names, divisions in batches:
            known = {"code": codes, "item_name": names, "division_code": divisions, "month": [str(month)] * len(codes)}
            yield [known.get(each.name, [None] * len(codes)) for each in FILLED_IN]


def _described(element: Element) -> Described:
    duty = NOT_ASKED if element is CALLED else "必填" if element.required else "可填"
    return Described(element, f"{element.note}。" if element.note else "", duty)


def _column(described: Described) -> Column:
    """As of items, but for a count zero is another thing than nothing."""
    made = column(described)
    if described.element.kind != "number" or made.validation is None:
        return made
    error = f"“{described.element.label}”：{described.asks}。没有办件写 0，不知道的空着。"
    return made._replace(validation=made.validation._replace(error=error))
