"""Divisions (GB/T 2260): reference data with dated names; what lies below what is read from the digits."""

from sqlalchemy import Column, ColumnElement, Connection, Date, PrimaryKeyConstraint, Table, Text, func, select, true

from app.catalogue.moments import Moment
from app.db import PlainText, Statement, metadata
from app.errors import Malformed, Message, fault

NATION = "000000"
PROVINCE = 2  # The digits of a division code that name the province.

division = Table(
    "division",
    metadata,
    Column("code", PlainText, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text),
    Column("level", Text, nullable=False),
    Column("parent_code", PlainText),
    Column("successor_code", PlainText),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    PrimaryKeyConstraint("code", "valid_from"),
)


def divisions(moment: Moment) -> Statement:
    return select(division).where(division.c.valid_from <= moment.as_of, division.c.valid_to > moment.as_of)


def division_names(connection: Connection, moment: Moment) -> dict[str, str]:
    rows = divisions(moment).with_only_columns(division.c.code, division.c.name)
    return dict(connection.execute(rows).all())


def below(column: ColumnElement[str], code: str) -> ColumnElement[bool]:
    """Whether a division code lies within `code`: 440000 holds 44…, 440100 holds 4401…, a county holds itself."""
    prefix = beginning(code)
    if not prefix:
        return true()
    if len(prefix) == len(code):
        return column == code
    if len(prefix) == PROVINCE:
        return func.substr(column, 1, PROVINCE) == prefix  # So much of a list is better read in its own order.
    ceiling = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return (column >= prefix) & (column < ceiling)


def beginning(code: str) -> str:
    """How every division code within `code` begins: nothing for the nation, 44 for 440000, 4401 for 440100."""
    return "" if code == NATION else code.removesuffix("00").removesuffix("00")


def checked_division(code: str, parameter: str = "within") -> str:
    """Raises Malformed where it is no division code of six digits."""
    if len(code) == 6 and code.isascii() and code.isdecimal():
        return code
    zh = f"“{code}”不是行政区划代码：应为 GB/T 2260 的 6 位数字，如 440000。"
    en = f"{code!r} is no division code: six digits of GB/T 2260 are expected, as 440000."
    raise Malformed(
        Message(zh, en), faults=[fault(zh, en, parameter=parameter, value=code[:100], rule="not-a-division")]
    )


def demand_division(connection: Connection, code: str | None, parameter: str = "within") -> None:
    """Raises Malformed for a division that never was: its figures would be a silent zero."""
    if code is None or checked_division(code, parameter) == NATION:
        return
    if connection.execute(select(division.c.code).where(division.c.code == code).limit(1)).scalar() is None:
        zh, en = f"没有区划 {code}。请核对 GB/T 2260 代码（见 /v1/divisions）。", f"There is no division {code}."
        raise Malformed(
            Message(zh, en), faults=[fault(zh, en, parameter=parameter, value=code, rule="unknown-division")]
        )
