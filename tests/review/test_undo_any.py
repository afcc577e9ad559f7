"""Whatever was published, undoing the last change sets one by one brings back what every day said before them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import versions
from app.changes import service
from app.changes.rules import Draft
from app.changes.service import Cover
from app.changes.undoing import NothingToUndo, undo
from app.clock import FrozenClock
from app.db import Database
from app.errors import AppError
from app.metrics.series.service import Series, series
from tests.catalogue import days
from tests.catalogue.days import DAYS, FIRST, Wish, on
from tests.changes.test_history import NOW, undone
from tests.factories import CIVIL_AFFAIRS, DIVISION, TESTER, department

CODES = ("HZ-001", "HZ-002", "HZ-003")
METRICS = ("item_count", "online_rate", "online_item_count")
SHOWN = ("id", "code", "name", "department_code", "is_online", "promised_limit")
SAID = [FIRST - timedelta(days=400), *map(on, DAYS), FIRST + timedelta(days=4000)]

Told: TypeAlias = list[object]
WISHES = days.wishes((*["create"] * 2, *["amend"] * 4, "cancel", "suspend"))
PLANS = st.lists(
    st.lists(st.tuples(st.sampled_from(CODES), WISHES), min_size=1, max_size=4), min_size=2, max_size=5
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLANS, st.integers(1, 5))
def test_undoing_the_last_ones_brings_back_what_every_day_said(
    database: Database, plan: Sequence[Sequence[tuple[str, Wish]]], back: int
) -> None:
    with undone(database) as connection:
        publish(connection, [department(start=SAID[0])])
        known, numbers = [told(connection)], list[int]()
        for wishes in plan:
            number = publish(connection, [as_draft(code, wish) for code, wish in wishes])
            if number is not None:
                numbers.append(number)
                known.append(told(connection))
        after = list(known)
        for number in reversed(numbers[-back:]):
            known.append(taken_back(connection, number))
            assert known[-1] == after[numbers.index(number)]
        for revision, said in enumerate(after, 1):
            assert told(connection, revision) == said, "what was known stays readable"


def as_draft(code: str, wish: Wish) -> Draft:
    content = {
        "create": {"name": "养老机构备案", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
        | dict(wish.new),
        "amend": wish.new,
    }.get(wish.kind, {})
    until = None if wish.until is None or wish.kind == "cancel" else on(wish.until)
    return Draft(ITEM, wish.kind, code, content, on(wish.start), until)  # type: ignore[arg-type] # one of the kinds


def publish(connection: Connection, drafts: Sequence[Draft]) -> int | None:
    """The number of the change set with the drafts that fit, or None where together they don't."""
    attempt = connection.begin_nested()
    number = service.create(connection, Cover("调整", on(0)), by=TESTER, now=NOW)
    for draft in drafts:
        with suppress(AppError), connection.begin_nested():
            service.add(connection, number, [draft], by=TESTER, now=NOW)
    try:
        approve(connection, number)
    except AppError:
        attempt.rollback()
        return None
    attempt.commit()
    return number


def approve(connection: Connection, number: int) -> None:
    service.submit(connection, number, by=TESTER, now=NOW)
    service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))


def taken_back(connection: Connection, number: int) -> Told:
    """What is said of every day afterwards. Entries that cancel each other out leave nothing to undo."""
    attempt = connection.begin_nested()
    try:
        approve(connection, undo(connection, number, "有误", by=TESTER, now=NOW))
        attempt.commit()
    except NothingToUndo:
        attempt.rollback()
    return told(connection)


def told(connection: Connection, revision: int | None = None) -> Told:
    """The lists of every day with what is looked at of an item, and the figures with why there is none."""
    known = resolve(connection, NOW, known_at=None if revision is None else str(revision))
    moments = [Moment(day, known.known_at, known.revision, known.newest, starts_on=known.starts_on) for day in SAID]
    columns = [ITEM.table.c[name] for name in SHOWN]
    lists = [
        sorted(tuple(row) for row in connection.execute(versions(ITEM, moment, columns))) for moment in moments
    ]  # fmt: skip
    rows = series(connection, Series(METRICS, (), ItemQuestion(), moments, then=False))[0]
    figures = [[row[name] for name in ("numerator", "denominator", "unknown", "value")] for row in rows]
    return [lists, figures, [moment.note is None for moment in moments]]
