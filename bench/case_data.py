"""Cases of a run's items, reported month by month, and the flat table of the same for Datasette."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from app.cases.elements import COUNTS
from app.catalogue.periods import Month, Period
from bench.indexes import without_indexes

ITEMS = 20_000
PERIOD = Period(Month(2025, 11), Month(2026, 10))
RESTATED = Period(Month(2026, 8), Month(2026, 9))  # By one report more, for one item in ten.
CHANNELS = ("online", "window", "self_service")
OPEN = 2147483647
CLAIMED = "item % 10 = 3"
TOLD = ("item_id", "month", "last_day", "channel", "business_kind", *COUNTS)
TOLD += ("import_id", "recorded_in", "superseded_in")
FILTERED = ("month", "channel", "department_code", "task_type", "is_online")

# Counts that keep every rule, each made of those before it; one row in fifty states only what is accepted.
DRAWN = "(item * 7919 + :month_number * 104729 + serial * 12289 + :number * 15359) % 9973"
STEPS = (
    ("drawn % 50 = 7 AS bare", "1 + drawn % 41 AS accepted"),
    ("accepted - (accepted > 1 AND drawn % 7 = 0) AS closed",),
    ("closed - (closed > 1 AND drawn % 11 = 0) AS closed_on_time", "closed * 6 / 10 AS reviewed"),
    ("reviewed / 10 AS fairly_satisfied", "reviewed / 20 AS basically_satisfied"),
    ("reviewed > 3 AND drawn % 13 = 0 AS dissatisfied", "0 AS very_dissatisfied"),
    ("reviewed - dissatisfied AS satisfied", "dissatisfied AS bad_reviews_verified"),
    ("dissatisfied * (drawn % 2) AS bad_reviews_fixed",),
    ("satisfied - fairly_satisfied - basically_satisfied AS very_satisfied",),
)
# A row of the flat table has what its item last said in the month: nothing is left to be looked up.
LAST_IN_MONTH = (
    "SELECT version_id FROM catalogue.item_version WHERE id = c.item_id AND superseded_in = 2147483647 "
    "AND valid_from <= c.last_day AND valid_to > c.month || '-01' ORDER BY valid_from DESC LIMIT 1"
)
OF_ITEM = ("code", "department_code", "division_code", "task_type", "is_online")


def add_cases(catalogue: Path, items: int = ITEMS, period: Period = PERIOD, restated: Period = RESTATED) -> None:
    """Of items in force in all of the months, as the service writes them: a row by item, month and channel; a report for
    each month, and one that restates some.
    """
    with closing(sqlite3.connect(catalogue)) as connection:
        connection.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -262144")
        choose(connection, items, period)
        first, made = connection.execute("SELECT max(number) + 1, max(id) + 1 FROM revision, case_import").fetchone()
        again = len(period)
        with without_indexes(connection, "case_count"):
            for place, month in enumerate(period):
                take_in(connection, first + place, made + place, f"{month}.xlsx")
                ended = first + again if month in list(restated) else OPEN
                add_month(connection, month, first + place, made + place, ended=ended)
            take_in(connection, first + again, made + again, f"{restated}.xlsx", "又有办结的。")
            for month in restated:
                add_month(connection, month, first + again, made + again, some=CLAIMED)
        connection.commit()
        connection.execute("ANALYZE")


def choose(connection: sqlite3.Connection, items: int, period: Period) -> None:
    connection.execute(
        f"CREATE TEMP TABLE reported AS SELECT id AS item FROM item_version WHERE superseded_in = {OPEN} "
        "GROUP BY id HAVING min(valid_from) <= ? AND max(valid_to) > ? ORDER BY id DESC LIMIT ?",
        (period.first_day.isoformat(), period.last_day.isoformat(), items),
    )
    channels = "SELECT key AS serial, value AS name FROM json_each(?)"
    connection.execute(f"CREATE TEMP TABLE channel AS {channels}", (json.dumps(CHANNELS),))


def take_in(connection: sqlite3.Connection, number: int, made: int, file: str, reason: str | None = None) -> None:
    """A report and the revision that it takes, an hour after the last."""
    connection.execute(
        "INSERT INTO revision (number, published_at, starts_on) SELECT ?, "
        "strftime('%Y-%m-%d %H:%M:%f000', published_at, '+1 hour'), starts_on FROM revision WHERE number = ?",
        (number, number - 1),
    )
    connection.execute(
        'INSERT INTO case_import (id, file_name, reason, "by", at, recorded_in, report) '
        "SELECT ?, ?, ?, 'bench', published_at, number, '{}' FROM revision WHERE number = ?",
        (made, file, reason, number),
    )


def add_month(
    connection: sqlite3.Connection, month: Month, number: int, made: int, *, ended: int = OPEN, some: str = "TRUE"
) -> None:
    """`ended` is the revision that restates what is claimed (CLAIMED) of the month."""
    drawn = f"SELECT item, name, {DRAWN} AS drawn FROM reported, channel WHERE {some}"
    for step in STEPS:
        drawn = f"SELECT *, {', '.join(step)} FROM ({drawn})"
    stated = (name if name == "accepted" else f"CASE WHEN NOT bare THEN {name} END" for name in COUNTS)
    ends = f"CASE WHEN {CLAIMED} THEN :ended ELSE {OPEN} END"
    connection.execute(
        f"INSERT INTO case_count ({', '.join(TOLD)}) "
        f"SELECT item, :month, :last_day, name, '', {', '.join(stated)}, :made, :number, {ends} FROM ({drawn})",
        {"month": str(month), "last_day": month.last_day.isoformat(), "month_number": month.number}
        | {"number": number, "made": made, "ended": ended},
    )


def flatten_cases(connection: sqlite3.Connection) -> None:
    """`cases`, of the attached catalogue: what counts now."""
    counted = ", ".join(f"c.{name}" for name in ("item_id", "month", "channel", *COUNTS))
    of_item = ", ".join(f"v.{name}" for name in OF_ITEM)
    connection.execute(
        f"CREATE TABLE main.cases AS SELECT {counted}, {of_item} FROM catalogue.case_count AS c "
        f"LEFT JOIN catalogue.item_version AS v ON v.version_id = ({LAST_IN_MONTH}) "
        f"WHERE c.superseded_in = {OPEN} ORDER BY c.id"
    )
    for column in FILTERED:
        connection.execute(f"CREATE INDEX main.cases_{column} ON cases ({column})")
