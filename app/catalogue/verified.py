"""What is said of an item by what people confirmed and by what became of its links: SQL at a moment.

A verification counts from the revision that it took and from the day on which the item was confirmed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalogue.objects import ITEM
from app.catalogue.verification import dead_link, evidence, verification
from app.catalogue.versions import OPEN, Asked
from app.db import PlainText, built_once
from app.json_rows import json_members, json_object

# Where an item leads to.
ADDRESSES = ("online_url", "mobile_url", "online_handling_url")
YES, NO = "true", "false"  # As the evidence of a yes/no element keeps what it was seen to be.


OF_VERIFICATION = frozenset({verification, evidence, dead_link})


class DaysBetween(FunctionElement[int]):
    """The number of days from the first day to the second."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _days_on_sqlite(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _days_on_postgresql(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"


@built_once
def said_by_verification(asked: Asked) -> Mapping[str, ColumnElement[Any]]:
    """By the names of VERIFICATION_ELEMENTS, at the moment that `versions.at` fills in."""
    return {
        "verified_on": verified_on(asked),
        "days_since_verification": DaysBetween(verified_on(asked), asked.as_of),
        "has_dead_link": _flag(_has_dead_link(asked)),
        "has_online_evidence": _flag(_has_online_evidence(asked)),
    }


def verified_on(asked: Asked) -> ColumnElement[date]:
    """The day on which the item was last confirmed; null for never."""
    latest = select(func.max(verification.c.verified_on, type_=Date())).where(
        _counts(verification, "verified_on", asked)
    )
    return latest.correlate(ITEM.table).scalar_subquery()


def verified_by(asked: Asked) -> ColumnElement[str]:
    """Who confirmed it then, by name."""
    named = select(verification.c.by).where(_counts(verification, "verified_on", asked))
    latest = named.order_by(verification.c.verified_on.desc(), verification.c.recorded_in.desc()).limit(1)
    return latest.correlate(ITEM.table).scalar_subquery()


def evidence_of(asked: Asked) -> ColumnElement[Any]:
    """The newest evidence of each element, as a JSON object."""
    seen = {name: evidence.c[name] for name in ("value", "url", "checked_on", "checker")}
    told = select(json_members(evidence.c.element, json_object(seen))).where(newest(asked))
    return told.correlate(ITEM.table).scalar_subquery()


def _counts(table: FromClause, day: str, asked: Asked) -> ColumnElement[bool]:
    """Of the item, known at the revision, and not later than the day."""
    columns = table.c
    known = true() if asked.latest else columns.recorded_in <= asked.revision
    return and_(columns.item_id == ITEM.table.c.id, columns[day] <= asked.as_of, known)


def newest(asked: Asked) -> ColumnElement[bool]:
    """Of the evidence of each element of the item the last that was seen."""
    later = evidence.alias("later")
    seen = tuple_(later.c.checked_on, later.c.id) > tuple_(evidence.c.checked_on, evidence.c.id)
    newer = exists().where(_counts(later, "checked_on", asked), later.c.element == evidence.c.element, seen)
    return and_(_counts(evidence, "checked_on", asked), ~newer.correlate(evidence, ITEM.table))


def _has_dead_link(asked: Asked) -> ColumnElement[bool]:
    """Whether an address of the item, or of its newest evidence, was dead on the day."""
    shown = [ITEM.table.c[name] for name in ADDRESSES]
    dead = _dead(asked)
    of_item = exists().where(dead, dead_link.c.url.in_(shown)).correlate(ITEM.table)
    of_evidence = exists().where(dead, dead_link.c.url == evidence.c.url, newest(asked)).correlate(ITEM.table)
    return or_(of_item, of_evidence)


def _dead(asked: Asked) -> ColumnElement[bool]:
    columns = dead_link.c
    on_the_day = and_(
        columns.failing_since <= asked.as_of, or_(columns.alive_since.is_(None), columns.alive_since > asked.as_of)
    )
    if asked.latest:
        return and_(on_the_day, columns.superseded_in == OPEN)
    return and_(on_the_day, columns.recorded_in <= asked.revision, columns.superseded_in > asked.revision)


def _has_online_evidence(asked: Asked) -> ColumnElement[bool]:
    """Whether the newest evidence saw what the item says today of being online."""
    is_online = ITEM.table.c.is_online
    said = case((is_online == true(), literal(YES, PlainText)), (is_online == false(), literal(NO, PlainText)))
    of_it = and_(newest(asked), evidence.c.element == "is_online", evidence.c.value == said)
    return exists().where(of_it).correlate(ITEM.table)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Never unknown: what cannot be told is no."""
    return case((condition, true()), else_=false())
