"""Statements about reports."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select

from app.catalogue.periods import Period
from app.db import Record, Statement
from app.errors import Message, NotFound
from app.metrics.reports.models import report, report_figure
from app.metrics.reports.rules import BLANKS, OTHERWISE_WRITTEN

LISTED = tuple(each for each in report.c if each is not report.c.cited)
figures = report_figure.c
later = report.alias("later")
# Beside each report the one that replaces it.
WITH_NEXT = report.outerjoin(later, later.c.supersedes == report.c.id)
NEXT = (later.c.id.label("next_id"), later.c.number.label("next_number"), later.c.title.label("next_title"))


class ReportNotFound(NotFound):
    slug, title = "report-not-found", Message("没有这份报告", "No such report")


def get_report(connection: Connection, number: int) -> Record:
    """With all it cites. Raises ReportNotFound."""
    held = select(*report.c, *NEXT).select_from(WITH_NEXT).where(report.c.id == number)
    row = connection.execute(held).one_or_none()
    if row is None:
        zh = f"没有第 {number} 份报告。全部报告见 /v1/reports，按编号找用 ?number=。"
        raise ReportNotFound(Message(zh, f"There is no report {number}. See /v1/reports."))
    return row


def reports_page(
    connection: Connection, number: str | None, periods: Sequence[Period], before: int | None, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 reports from the last one on, before an id, and how many there are: of a number, and of those that cite
    cases of any month of the periods.
    """
    wanted = [] if number is None else [_same_number(number)]
    if periods:
        wanted.append(exists().where(figures.report_id == report.c.id, or_(*map(_cites, periods))))
    total = connection.execute(select(func.count()).select_from(report).where(*wanted)).scalar_one()
    page = select(*LISTED, *NEXT).select_from(WITH_NEXT).where(*wanted)
    if before is not None:
        page = page.where(report.c.id < before)
    return connection.execute(page.order_by(report.c.id.desc()).limit(limit + 1)).all(), total


def _cites(period: Period) -> ColumnElement[bool]:
    return and_(figures.first_month <= str(period.last), figures.as_of >= period.first_day)


def editions(connection: Connection, ids: Sequence[int]) -> Mapping[int, Record]:
    """What reports are called, by id."""
    columns = report.c
    named = select(columns.id, columns.number, columns.title).where(columns.id.in_(ids))
    return {row.id: row for row in connection.execute(named)}


def find_number(connection: Connection, number: str) -> Record | None:
    """The first report that has a number, in whatever brackets and width it is written."""
    named = select(report.c.id, report.c.number).where(_same_number(number))
    return connection.execute(named.order_by(report.c.id).limit(1)).one_or_none()


def _same_number(number: str) -> ColumnElement[bool]:
    held: ColumnElement[str] = report.c.number
    for blank in BLANKS:
        held, number = func.replace(held, blank, ""), number.replace(blank, "")
    return held.regexp_match(rf"\A{''.join(map(_however_written, number))}\Z")


def _however_written(letter: str) -> str:
    meant = OTHERWISE_WRITTEN.get(letter, letter)
    alike = (meant, *(each for each, as_if in OTHERWISE_WRITTEN.items() if as_if == meant))
    return f"(?:{'|'.join(map(re.escape, alike))})"


def find_next(connection: Connection, number: int) -> Record | None:
    """The report that replaces one."""
    return connection.execute(select(*LISTED).where(report.c.supersedes == number)).one_or_none()


def keep(connection: Connection, values: Mapping[str, object], cites: Sequence[Mapping[str, Any]]) -> int:
    """The id of the new report, and the figures that it cites."""
    number = int(connection.execute(insert(report).values(values).returning(report.c.id)).scalar_one())
    days = [
        {
            "report_id": number,
            "position": each["position"],
            "metric": each["metric"],
            "as_of": date.fromisoformat(each["as_of"]),
            "first_month": each["period"] and each["period"].partition("..")[0],
        }
        for each in cites
    ]
    connection.execute(insert(report_figure), days)
    return number


def standing_since(connection: Connection, day: date, most: int) -> tuple[Sequence[Record], int]:
    """The last reports that nothing replaces and that cite a figure of the day or of a later one; and how many there are."""
    rows = connection.execute(_standing_since(day).order_by(report.c.id.desc()).limit(most)).all()
    if len(rows) < most:
        return rows, len(rows)
    total = _standing_since(day).with_only_columns(func.count())
    return rows, connection.execute(total).scalar_one()


def _standing_since(day: date) -> Statement:
    since = select(figures.report_id).where(figures.as_of >= day)
    columns = report.c
    chosen = select(columns.id, columns.number, columns.title, columns.cited).select_from(WITH_NEXT)
    return chosen.where(later.c.id.is_(None), columns.id.in_(since))


def cited(row: Record) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(row.cited)
    return found
