"""What is asked of reported counts."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import ColumnElement, Connection

from app.cases.models import case_count
from app.catalogue.moments import Moment
from app.catalogue.periods import Month, month_of, parse_period
from app.catalogue.queries import holder
from app.catalogue.versions import known_of
from app.errors import Message, refused

CaseCode = Annotated[str | None, Query(description="事项编码：现在的或曾经用过的", max_length=64)]
CaseMonth = Annotated[
    str | None, Query(description="哪些月份：2024-01..2024-06（两头都算）或 2024-06", examples=["2024-06"])
]


def one_month(text: str, today: date) -> Month:
    """Raises Malformed for what is no single month, InvalidPeriod for one that is not over."""
    if month_of(text) is None:
        last = month_of(text.rpartition("..")[2])
        zh = f"month 要写一个月：“{text[:40]}”不是一个月，请写成 {last or '2024-06'}。"
        en = f"month = {text[:40]!r} is not one month; write {last or '2024-06'}."
        raise refused("month", text, "not-a-month", Message(zh, en), str(last) if last else None)
    return parse_period(text, today, "month").last


def asked_records(
    connection: Connection, moment: Moment, code: str | None, month: str | None, *, known: bool
) -> list[ColumnElement[Any]]:
    """Raises ItemNotFound, or Malformed for what is no month. `known`: only what counted at the moment."""
    conditions: list[ColumnElement[Any]] = [known_of(case_count, moment)] if known else []
    if code is not None:
        conditions.append(case_count.c.item_id == holder(connection, code, moment, None))
    if month is not None:
        period = parse_period(month, moment.as_of, "month")
        # Not BETWEEN: PostgreSQL takes no COLLATE in its bounds.
        conditions += [case_count.c.month >= str(period.first), case_count.c.month <= str(period.last)]
    return conditions
