"""Which reports a draft about the past would leave behind: live figures would no longer be what they cite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.db import Record
from app.errors import AppError
from app.metrics.in_force import in_force
from app.metrics.reports import queries
from app.metrics.reports.counting import Counted, Rows, counted
from app.metrics.reports.present import edition
from app.metrics.reports.rules import VALUES, Cited, GroupKey, Question, Row, by_group, question_of

MOST_REPORTS = 100  # The last ones: older reports of so many are long out of date.
MOST_ROWS = 100  # Of one figure.


@dataclass(frozen=True, slots=True)
class Draft:
    """The first day that a draft changes, and the catalogue as it is known before and after it."""

    first: date
    before: Moment
    after: Moment


@dataclass(frozen=True, slots=True)
class Disturbed:
    """The reports that a draft moves figures of; how many were looked at, and how many older ones were not."""

    reports: Sequence[dict[str, Any]] = ()
    looked_at: int = 0
    more: int = 0


def disturbed(connection: Connection, draft: Draft, today: date) -> Disturbed:
    """The reports that nothing replaces with those of their figures that the draft moves away from what was frozen.

    Each way of asking is one statement before and one after, in however many reports it stands. A report of another day
    asks in a way of its own, so only the last ones are looked at.
    """
    held, total = queries.standing_since(connection, draft.first, MOST_REPORTS)
    told = list(_disturbed(connection, draft, held, today))
    return Disturbed(told, len(held), total - len(held))


def _disturbed(connection: Connection, draft: Draft, held: Sequence[Record], today: date) -> Iterator[dict[str, Any]]:
    figures = {row.id: _since(queries.cited(row)["figures"], draft.first) for row in held}
    asked = list(dict.fromkeys(question_of(each) for listed in figures.values() for each in listed))
    was, becomes = (_counted(connection, asked, moment, today) for moment in (draft.before, draft.after))
    for row in held:
        if moved := list(_moved(figures[row.id], was, becomes)):
            yield {**edition(row.id, row.number, row.title), "figures": moved}


def _since(figures: Iterable[Cited], first: date) -> Sequence[Cited]:
    return [each for each in figures if date.fromisoformat(each["as_of"]) >= first]


def _counted(connection: Connection, asked: Iterable[Question], moment: Moment, today: date) -> Counted:
    metrics = {key: each.metric for key, each in in_force(connection, moment).items()}
    return counted(connection, asked, moment, metrics, today)


def _moved(figures: Iterable[Cited], was: Counted, becomes: Counted) -> Iterator[dict[str, Any]]:
    for figure in figures:
        question = question_of(figure)
        before, after = _by_group(was.get(question)), _by_group(becomes.get(question))
        frozen = by_group(figure["rows"])
        keys = [key for key in {**frozen, **after} if _moves(key, frozen, before, after)]
        if keys:
            named = {name: figure[name] for name in ("position", "label", "metric", "as_of", "period")}
            yield {**named, "values": [_row(key, frozen, before, after) for key in keys[:MOST_ROWS]]}


def _by_group(found: Rows | AppError | None) -> Mapping[GroupKey, Row]:
    """Nothing of a metric that is defined no more, or can't be asked so."""
    return by_group(found) if isinstance(found, list) else {}


def _moves(
    key: GroupKey,
    frozen: Mapping[GroupKey, Row],
    before: Mapping[GroupKey, Row],
    after: Mapping[GroupKey, Row],
) -> bool:
    was, now, then = (_numbers(side.get(key)) for side in (before, after, frozen))
    return now not in (was, then)


def _row(
    key: GroupKey,
    frozen: Mapping[GroupKey, Row],
    before: Mapping[GroupKey, Row],
    after: Mapping[GroupKey, Row],
) -> dict[str, Any]:
    there = frozen.get(key) or after[key]
    sides = {"frozen": frozen.get(key), "now": before.get(key), "after": after.get(key)}
    return {"group": there["group"], **{name: _numbers(row) for name, row in sides.items()}}


def _numbers(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in VALUES}
