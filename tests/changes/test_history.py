"""Any series of change sets on both databases against a day-by-day telling; what was known stays known."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.catalogue.law import NotInForce, StaleValue
from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import ITEM, OPEN_REVISION
from app.catalogue.versions import versions
from app.changes import service
from app.changes.publish import EntriesDoNotFit
from app.changes.rebasing import rebase
from app.changes.rules import Draft, NotInForceThen
from app.changes.service import Cover, NothingToPublish
from app.clock import SHANGHAI, FrozenClock
from app.db import Database, Record
from tests.catalogue import days
from tests.catalogue.days import DAYS, Diary, Wish, on
from tests.factories import TESTER, department, item

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
CODES = ("HZ-001", "HZ-002")
LONGEST_DELAY = 2
FIELDS = ("is_online", "promised_limit")

Diaries = Mapping[str, Diary]


class Undo(Exception):
    """Ends an example: everything it wrote is rolled back."""


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    with suppress(Undo), database.write() as connection:
        yield connection
        raise Undo


@dataclass
class Pending:
    """A change set that is drafted and not yet approved, with its entries as the day-by-day telling has them."""

    number: int
    drafted_on: int
    published_in: int = 0
    entries: list[tuple[str, Wish, dict[str, object]]] = field(default_factory=list)


WISHES = days.wishes((*["amend"] * 6, "cancel"), earliest=2)
plans = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(CODES), WISHES), min_size=1, max_size=3),
        st.integers(0, LONGEST_DELAY),
    ),
    min_size=2,
    max_size=5,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans)
def test_any_series_of_change_sets_is_what_the_days_say(
    database: Database, plan: list[tuple[list[tuple[str, Wish]], int]]
) -> None:
    """Change sets are approved after up to two later ones were drafted, so old values go stale on the way."""
    with undone(database) as connection:
        now = begin(connection)
        known: list[Diaries] = [{code: {} for code in CODES}, now]
        waiting: list[tuple[int, Pending]] = []
        done: list[Pending] = []
        for turn, (wishes, delay) in enumerate([*plan, *[([], 0)] * LONGEST_DELAY]):
            if wishes:
                waiting.append((turn + delay, draft(connection, now, wishes)))
            due = [pending for when, pending in waiting if when == turn]
            for pending in due:
                after = approve(connection, now, pending, done)
                if after is not None:
                    now = after
                    done.append(pending)
                    known.append(now)
                check(connection, known)
        for revision, diaries in enumerate(known):
            check_reading(connection, revision, diaries)


def begin(connection: Connection) -> dict[str, Diary]:
    """Two items: one for ever from the third day, one for six days only; neither states anything."""
    drafts = [department(), item(CODES[0], start=on(2)), item(CODES[1], start=on(4), until=on(10))]
    number = service.create(connection, Cover("起始清单", date(2024, 12, 1)), by=TESTER, now=NOW)
    service.add(connection, number, drafts, by=TESTER, now=NOW)
    service.submit(connection, number, by=TESTER, now=NOW)
    service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))
    blank: dict[str, object] = dict.fromkeys(FIELDS)
    return {CODES[0]: {day: blank for day in DAYS if day >= 2}, CODES[1]: dict.fromkeys(range(4, 10), blank)}


def draft(connection: Connection, now: Diaries, wishes: Sequence[tuple[str, Wish]]) -> Pending:
    number = service.create(connection, Cover("调整", on(0)), by=TESTER, now=NOW)
    pending = Pending(number, latest_revision(connection))
    for code, wish in wishes:
        end = None if wish.until is None else on(wish.until)
        change = Draft(ITEM, "cancel" if wish.kind == "cancel" else "amend", code, wish.new, on(wish.start), end)
        diary = replayed(now[code], code, pending)[0]
        if wish.start not in diary:
            with pytest.raises(NotInForceThen):
                service.add(connection, pending.number, [change], by=TESTER, now=NOW)
            continue
        old = {name: value for name, value in days.old_values(diary, wish).items() if value != wish.new[name]}
        written = service.add(connection, pending.number, [change], by=TESTER, now=NOW)
        assert written == (1 if old or wish.kind == "cancel" else 0)
        if written:
            pending.entries.append((code, wish, old))
    return pending


def replayed(diary: Diary, code: str, pending: Pending) -> tuple[Diary, list[str]]:
    """The days after the entries on one item, and which entries were refused."""
    refused = []
    for entry_code, wish, old in pending.entries:
        if entry_code == code:
            try:
                diary = days.apply(diary, wish, old)
            except NotInForce:
                refused.append("not-in-force")
            except StaleValue:
                refused.append("stale-value")
    return diary, refused


def approve(
    connection: Connection, now: Diaries, pending: Pending, done: Sequence[Pending] = ()
) -> dict[str, Diary] | None:
    """The days as they are known from now on, or None where the change set was rightly refused.

    What touches an item that another change set touched since has to be rebased first, and then says the same.
    """
    if not pending.entries:
        with pytest.raises(NothingToPublish):
            service.submit(connection, pending.number, by=TESTER, now=NOW)
        return None
    service.submit(connection, pending.number, by=TESTER, now=NOW)
    after = {code: replayed(now[code], code, pending) for code in CODES}
    refusals = sorted(rule for _, refused in after.values() for rule in refused)
    attempt = connection.begin_nested()
    if refusals:
        with pytest.raises(EntriesDoNotFit) as conflict:
            service.approve(connection, pending.number, by=TESTER, clock=FrozenClock(NOW))
        assert sorted(str(fault.rule) for fault in conflict.value.faults) == refusals
        attempt.rollback()
        return None
    if outdated(pending, done):
        with pytest.raises(EntriesDoNotFit) as refused:
            service.approve(connection, pending.number, by=TESTER, clock=FrozenClock(NOW))
        assert {fault.rule for fault in refused.value.faults} == {"outdated"}
        attempt.rollback()
        attempt = connection.begin_nested()
        assert rebase(connection, pending.number, (), by=TESTER, now=NOW).differences == []
    applied = service.approve(connection, pending.number, by=TESTER, clock=FrozenClock(NOW))
    attempt.commit()
    pending.published_in = applied.revision
    return {code: diary for code, (diary, _) in after.items()}


def outdated(pending: Pending, done: Sequence[Pending]) -> bool:
    mine = {code for code, *_ in pending.entries}
    since = [other for other in done if other.published_in > pending.drafted_on]
    return any(code in mine for other in since for code, *_ in other.entries)


CHECKED = select(*(ITEM.table.c[name] for name in ("id", "code", *FIELDS))).add_columns(
    *(ITEM.table.c[name] for name in ("valid_from", "valid_to", "recorded_in", "superseded_in"))
)


def check(connection: Connection, known: Sequence[Diaries]) -> None:
    """Every revision is read again: each still says what it said, and never two things of one day."""
    assert latest_revision(connection) == len(known) - 1
    rows = connection.execute(CHECKED).all()
    assert not any(both_hold(one, other) for one, other in combinations(rows, 2))
    for revision, diaries in enumerate(known):
        of_then = [row for row in rows if row.recorded_in <= revision < row.superseded_in]
        for code in CODES:
            assert told(of_then, code) == diaries[code], (revision, code)


def told(rows: Sequence[Record], code: str) -> Diary:
    diary: Diary = {}
    for row in rows:
        if row.code == code:
            for day in DAYS:
                if row.valid_from <= on(day) < row.valid_to:
                    assert day not in diary
                    diary[day] = {name: row._mapping[name] for name in FIELDS}
    return diary


def both_hold(one: Record, other: Record) -> bool:
    return bool(
        one.id == other.id
        and one.valid_from < other.valid_to
        and other.valid_from < one.valid_to
        and one.recorded_in < other.superseded_in
        and other.recorded_in < one.superseded_in
    )


def check_reading(connection: Connection, revision: int, diaries: Diaries) -> None:
    """The same through the one way to read."""
    newest = latest_revision(connection)
    ids = connection.execute(select(ITEM.table.c.id).distinct()).scalars().all()
    for day in DAYS[::5]:
        moment = Moment(on(day), NOW, revision, newest=newest)
        found = connection.execute(versions(ITEM, moment).where(ITEM.table.c.id.in_(ids))).mappings().all()
        assert {str(content["code"]): {name: content[name] for name in FIELDS} for content in found} == {
            code: diary[day] for code, diary in diaries.items() if day in diary
        }


def test_what_is_superseded_is_closed_and_never_rewritten(database: Database) -> None:
    """A row, once written, changes in nothing but the revision that replaced it."""
    with undone(database) as connection:
        now = begin(connection)
        before = {row.version_id: row for row in connection.execute(select(ITEM.table))}
        pending = draft(connection, now, [(CODES[0], Wish("amend", 5, 8, {"is_online": True}))])
        approve(connection, now, pending)
        after = {row.version_id: row for row in connection.execute(select(ITEM.table))}
        for version, row in before.items():
            assert {**after[version]._mapping, "superseded_in": row.superseded_in} == row._mapping
            assert after[version].superseded_in == (2 if row.code == CODES[0] else OPEN_REVISION)
