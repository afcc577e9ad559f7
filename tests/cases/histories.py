"""Any history of a few items and what was reported of them, written straight down: corrected, ended and given up items,
restated and undone months.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeAlias, TypeVar

from fastapi import FastAPI
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from app.cases.models import case_count, case_import
from app.catalogue.objects import OPEN_DAY, OPEN_REVISION
from tests.metrics.histories import AGREEMENTS, DEPARTMENTS, ITEMS, NOW, Content, History, Timeline, some, stored

MONTHS = ("2025-01", "2025-02", "2025-03")
CHANNELS, KINDS = ("online", "window"), ("", "", "变更", "注销")
K = TypeVar("K")
Row: TypeAlias = dict[str, object]
Values: TypeAlias = Mapping[str, Sequence[object]]
Slot: TypeAlias = tuple[int, str, str]  # An item, a month, a channel.


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    start = first_day(month)
    return start.replace(day=calendar.monthrange(start.year, start.month)[1])


# Where things change: the days around the ends of months, and some within.
EDGES = sorted(
    {start + timedelta(days) for start in map(first_day, (*MONTHS, "2025-04")) for days in (-2, -1, 0, 1, 9, 19)}
)


@dataclass(frozen=True)
class CaseHistory:
    """What each revision made of items, departments and agreements, and the counts as they were recorded and ended."""

    catalogue: History
    counts: Sequence[Row]


def case_histories() -> st.SearchStrategy[tuple[CaseHistory, Random]]:
    """With a chance for what is asked of it. Drawn by a seed, as other histories are."""
    return st.integers(0, 2**32).map(lambda seed: (case_history(chance := Random(seed)), chance))


def case_history(chance: Random) -> CaseHistory:
    revisions = chance.randrange(2, 7)
    items = {number: {**some(chance, ITEMS), "code": f"C{number}"} for number in range(1, 7)}
    departments = {code: some(chance, DEPARTMENTS) for code in ("A", "B")}
    agreements = {number: some(chance, AGREEMENTS) for number in (200, 201)}
    places = range(revisions)
    catalogue = History(
        sorted(chance.randrange(40) for _ in places),
        [_told(chance, items, _of_item, first=place == 0) for place in places],
        [_told(chance, departments, lambda _: DEPARTMENTS, first=place == 0) for place in places],
        [_told(chance, agreements, lambda _: AGREEMENTS, first=place == 0) for place in places],
    )
    return CaseHistory(catalogue, _counts(chance, catalogue))


def _of_item(number: int) -> Values:
    return {**ITEMS, "code": [f"C{number}", f"D{number}"]}


def _told(
    chance: Random, bases: Mapping[K, Content], values: Callable[[K], Values], *, first: bool
) -> dict[K, Timeline]:
    """What a revision makes of some objects, the first one of all; now and then it gives one up."""
    return {
        key: [] if not first and chance.random() < 0.2 else _timeline(chance, values(key), base)
        for key, base in bases.items()
        if first or chance.random() < 0.4
    }


def _timeline(chance: Random, values: Values, base: Content) -> Timeline:
    start = chance.choice([date(2024, 6, 1)] * 20 + EDGES)
    end = chance.choice([OPEN_DAY] * 20 + [*map(first_day, MONTHS)] * 4 + EDGES)
    changes = sorted(each for each in chance.sample(EDGES, chance.randrange(4)) if start < each < end)
    edges = [start, *changes] if start < end else []
    spans = [span for span in zip(edges, [*changes, end], strict=False) if chance.random() < 0.8]
    return [(begun, over, {**base, **_changed(chance, values)}) for begun, over in spans]


def _changed(chance: Random, values: Values) -> Content:
    names = chance.sample(sorted(values), min(len(values), 3))
    return {name: chance.choice(values[name]) for name in names}


def _counts(chance: Random, catalogue: History) -> list[Row]:
    """What each revision reported; a report restates rows, and an undoing ends some and has them stand again."""
    rows: list[Row] = []
    standing: dict[Slot, dict[str, Row]] = {}
    for number in range(1, len(catalogue.published) + 1):
        ended = [row for kinds in standing.values() for row in kinds.values() if chance.random() < 0.1]
        for row in ended:
            del standing[_slot(row)][str(row["business_kind"])]
            row["superseded_in"] = number
        for _ in range(chance.choice([0, 8, 16])):
            slot = chance.randrange(1, 7), chance.choice(MONTHS), chance.choice(CHANNELS)
            kinds = standing.setdefault(slot, {})
            if kinds or _in_month(catalogue, slot, number):
                _report(chance, rows, kinds, slot, number)
    return rows


def _slot(row: Row) -> Slot:
    return int(str(row["item_id"])), str(row["month"]), str(row["channel"])


def _in_month(catalogue: History, slot: Slot, number: int) -> bool:
    item, month, _ = slot
    known = next(told[item] for told in reversed(catalogue.items[:number]) if item in told)
    return any(start <= last_day(month) and end > first_day(month) for start, end, _ in known)


def _report(chance: Random, rows: list[Row], kinds: dict[str, Row], slot: Slot, number: int) -> None:
    """Unless the revision has said something of the slot already."""
    kind = chance.choice(KINDS)
    over = [other for other in kinds if other == kind or bool(other) != bool(kind)]
    if any(row["recorded_in"] == number for row in kinds.values()):
        return
    for other in over:
        kinds.pop(other)["superseded_in"] = number
    accepted = chance.randrange(30)
    names = ("item_id", "month", "channel")
    kinds[kind] = dict(zip(names, slot, strict=True)) | {
        "last_day": last_day(slot[1]), "business_kind": kind, "accepted": accepted,
        "closed": chance.choice([None, chance.randrange(accepted + 1)]), "import_id": number,
        "recorded_in": number, "superseded_in": OPEN_REVISION,
    }  # fmt: skip
    rows.append(kinds[kind])


@contextmanager
def recorded(application: FastAPI, history: CaseHistory) -> Iterator[Connection]:
    """The history in the database, until the end of the block."""
    reports = [
        {"id": number, "file_name": "办件.csv", "by": "测试", "at": NOW, "recorded_in": number, "report": {}}
        for number in range(1, len(history.catalogue.published) + 1)
    ]
    with stored(application, history.catalogue) as connection:
        connection.execute(insert(case_import), reports)
        if history.counts:
            connection.execute(insert(case_count), history.counts)
        yield connection
