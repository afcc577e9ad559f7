"""Statements about imports and their problem lists."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Connection, func, select

from app.db import Record
from app.errors import Message, NotFound
from app.imports.models import import_problem, import_row, import_run

LINES_AT_ONCE = 1_000


class ImportNotFound(NotFound):
    slug, title = "import-not-found", Message("没有这次导入", "No such import")


def get_import(connection: Connection, number: int) -> Record:
    row = connection.execute(select(import_run).where(import_run.c.id == number)).one_or_none()
    if row is None:
        raise ImportNotFound(Message(f"没有第 {number} 次导入。", f"There is no import {number}."))
    return row


def problems_page(
    connection: Connection, number: int, severity: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 lines of the problem list after one, and how many there are."""
    return _page(connection, import_problem.c.severity, number, severity, after, limit)


def rows_page(
    connection: Connection, number: int, outcome: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 rows that are not as they were after one, and how many there are."""
    return _page(connection, import_row.c.outcome, number, outcome, after, limit)


def _page(
    connection: Connection, kind: Column[str], number: int, only: str | None, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    table = kind.table
    wanted = [table.c.import_id == number]
    if only is not None:
        wanted.append(kind == only)
    page = select(table).where(*wanted, table.c.id > after).order_by(table.c.id)
    total = connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()
    return connection.execute(page.limit(limit + 1)).all(), total


def lines_by_severity(connection: Connection, number: int) -> Iterator[Record]:
    """The whole problem list, the most serious first, some at a time."""
    for severity in ("rejected", "error", "warning", "advice", "absent"):
        wanted = (import_problem.c.import_id == number, import_problem.c.severity == severity)
        lines = select(import_problem).where(*wanted).order_by(import_problem.c.id)
        yield from connection.execute(lines.execution_options(yield_per=LINES_AT_ONCE))
