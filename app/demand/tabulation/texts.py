"""What respondents wrote, a page at a time; what was redacted is counted and not shown."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from app.db import Record
from app.demand.surveys.present import path_of
from app.demand.tabulation import queries
from app.demand.tabulation.counting import asked_of
from app.demand.tabulation.questions import Table
from app.pages import MAX_LIMIT, link


def page(connection: Connection, table: Table, after: int, limit: int) -> dict[str, object] | None:
    """None of a question that nothing is written to."""
    if not table.is_written:
        return None
    rows = connection.execute(queries.texts(asked_of(table), after, limit + 1)).all()
    counts = connection.execute(queries.written(asked_of(table))).one()
    following = rows[limit - 1].id if len(rows) > limit else None
    return {
        "items": [text_out(table, row) for row in rows[:limit]],
        "total": counts.texts,
        "redacted": counts.redacted,
        "next": following and _next(table, following, limit),
    }


def everything(connection: Connection, table: Table) -> Iterator[Sequence[Record]]:
    """All of it, page by page."""
    after = 0
    while rows := connection.execute(queries.texts(asked_of(table), after, MAX_LIMIT)).all():
        yield rows
        after = rows[-1].id


def text_out(table: Table, row: Record) -> dict[str, object]:
    """`choice` is the option beside which it was written, null where the question itself is answered in words."""
    return {
        "response": row.number,
        "group": table.group(row.group),
        "choice": row.choice or None,
        "text": row.text,
    }


def _next(table: Table, after: int, limit: int) -> str:
    path = f"{path_of(table.survey.id)}/tabulation"
    return link(path, question=table.part.key, by=table.by, after=after, limit=limit)
