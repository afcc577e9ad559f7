"""Why there is no object of a code at a moment: since when or until when there is one, or that it is known only later."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func

from app.catalogue.moments import Moment
from app.catalogue.objects import OPEN_DAY, ObjectType
from app.catalogue.versions import ever, history
from app.errors import Message


def span(start: date, end: date) -> str:
    """The days on which something is in force, as clerks say them."""
    return f"从 {start} 起" if end == OPEN_DAY else f"从 {start} 起到 {end} 为止（不含）"


def _unbroken(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """In order, those that meet put together."""
    found: list[tuple[date, date]] = []
    for start, end in spans:
        begun = found.pop()[0] if found and found[-1][1] == start else start
        found.append((begun, end))
    return found


def absence(connection: Connection, kind: ObjectType, code: str, moment: Moment) -> Message | None:
    """What to say of a code that no object has at the moment; None where no object ever had it."""
    columns, (zh, en) = kind.table.c, kind.label
    mine = columns[kind.key] == code
    spans = history(kind, moment, [columns.valid_from, columns.valid_to]).where(mine).order_by(columns.valid_from)
    if rows := connection.execute(spans).all():
        days = "、".join(span(*each) for each in _unbroken((row.valid_from, row.valid_to) for row in rows))
        return Message(
            f"{moment.as_of} 没有{zh} {code}：它{days}有效。", f"The {en} {code} does not hold on {moment.as_of}."
        )
    first = connection.execute(ever([func.min(columns.recorded_in)]).where(mine)).scalar()
    if first is None:
        return None
    if first > moment.revision:
        return Message(
            f"{zh} {code} 在第 {moment.revision} 版还没有登记，后来才补录：去掉 known_at 就能看到。",
            f"The {en} {code} was not known at revision {moment.revision}.",
        )
    return Message(
        f"{zh} {code} 曾经登记过，后来更正为从未有效。", f"The {en} {code} was corrected to have never held."
    )
