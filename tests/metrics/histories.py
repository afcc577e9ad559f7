"""Any history of a few items and two departments: what each revision held true of each day, written straight down."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import FastAPI
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from app.catalogue.moments import revision
from app.catalogue.objects import DEPARTMENT, ITEM, OPEN_DAY, OPEN_REVISION, ObjectType, catalogue_object
from app.clock import SHANGHAI
from app.db import Database

FIRST = date(2025, 1, 25)
LATEST = 40  # The last day on which anything happens.
NOW = datetime(2025, 4, 1, 10, tzinfo=SHANGHAI)

Content = Mapping[str, object]
Timeline = Sequence[tuple[date, date, Content]]

FLAGS = st.sampled_from([None, True, False])
ITEMS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["1", "1", "1", "2"]),
        "department_code": st.sampled_from(["A", "B"]),
        "division_code": st.sampled_from(["440000", "440105", "110101"]),
        "task_type": st.sampled_from([None, "01", "20"]),
        "is_online": FLAGS,
        "onsite_visits": st.none() | st.integers(0, 3),
        "online_depths": st.sampled_from([None, (), ("1",), ("5", "6"), ("2", "5")]),
        "statutory_limit": st.none() | st.integers(0, 30),
        "statutory_limit_unit": st.sampled_from([None, "1", "1", "2"]),
        "promised_limit": st.none() | st.integers(0, 30),
        "promised_limit_unit": st.sampled_from([None, "1", "1", "4"]),
    }
)
NAMES = st.fixed_dictionaries({"name": st.sampled_from(["民政局", "教育局"])})
QUESTIONS: st.SearchStrategy[str | None] = st.sampled_from(
    [None, None, "task_type = '01'", "NOT (onsite_visits > 1)", "department_name = '民政局'", "department_code = 'A'"]
)
GROUPS = st.lists(
    st.sampled_from(["department_code", "county", "task_type", "is_online", "online_depths"]), max_size=2, unique=True
)
KEYS = ("item_count", "licence_item_count", "online_rate", "zero_visit_rate", "average_visits", "limit_compression")


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@dataclass(frozen=True)
class History:
    """When each revision was published, and what it made of each object; an object that it doesn't name stays."""

    published: Sequence[int]
    items: Sequence[Mapping[int, Timeline]]
    departments: Sequence[Mapping[str, Timeline]]


def days() -> st.SearchStrategy[date]:
    return st.integers(-3, LATEST + 5).map(on)


@st.composite
def timelines(draw: st.DrawFn, contents: st.SearchStrategy[Any]) -> Timeline:
    """What an object is from day to day; between two of its days it may not be at all."""
    edges = sorted(draw(st.sets(st.integers(0, LATEST), min_size=1, max_size=3)))
    ends = [*map(on, edges[1:]), OPEN_DAY if draw(st.booleans()) else on(LATEST + 1)]
    spans = zip(map(on, edges), ends, strict=True)
    return [(start, end, content) for start, end in spans if (content := draw(st.none() | contents | contents))]


@st.composite
def histories(draw: st.DrawFn) -> History:
    published = sorted(draw(st.lists(st.integers(0, LATEST), max_size=4)))
    numbers, codes = st.integers(1, 5), st.sampled_from(["A", "B"])
    items = [draw(st.dictionaries(numbers, timelines(ITEMS), max_size=5)) for _ in published]
    departments = [draw(st.dictionaries(codes, timelines(NAMES), max_size=2)) for _ in published]
    return History(published, items, departments)


@contextmanager
def stored(application: FastAPI, history: History) -> Iterator[Connection]:
    """The history in the database, until the end of the block."""
    database: Database = application.state.database
    with database.engine.connect() as connection:
        transaction = connection.begin()
        for number, day in enumerate(history.published, 1):
            at = datetime.combine(on(day), datetime.min.time(), SHANGHAI) + timedelta(hours=9)
            connection.execute(
                insert(revision).values(number=number, published_at=at, change_set=number, starts_on=FIRST)
            )
        _store(connection, ITEM, history.items)
        _store(connection, DEPARTMENT, [{"AB".index(c) + 100: each[c] for c in each} for each in history.departments])
        yield connection
        transaction.rollback()


def _store(connection: Connection, kind: ObjectType, revisions: Sequence[Mapping[int, Timeline]]) -> None:
    named = sorted({number for each in revisions for number in each})
    if named:
        connection.execute(insert(catalogue_object), [{"id": number, "object": kind.name} for number in named])
    rows = [row for number in named for row in _rows(kind, number, revisions)]
    if rows:
        connection.execute(insert(kind.table), rows)


def _rows(kind: ObjectType, number: int, revisions: Sequence[Mapping[int, Timeline]]) -> Iterator[dict[str, object]]:
    told = [place for place, each in enumerate(revisions, 1) if number in each]
    own = (
        {"code": f"C{number}", "name": "事项"}
        if kind is ITEM
        else {"code": "AB"[number - 100], "division_code": "440105"}
    )
    for place, following in zip(told, [*told[1:], OPEN_REVISION], strict=True):
        held = {"id": number, "version": 1, "made_in": place, "recorded_in": place, "superseded_in": following}
        for start, end, content in revisions[place - 1][number]:
            yield {**held, **own, **content, "valid_from": start, "valid_to": end}
