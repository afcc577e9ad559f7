"""Any history of a few items and two departments: what each revision held true of each day, written straight down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from fastapi import FastAPI
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from app.catalogue.moments import revision
from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT, DEPARTMENT, ITEM, OPEN_DAY, OPEN_REVISION, ObjectType, catalogue_object
from app.catalogue.versions import ever
from app.clock import SHANGHAI
from app.db import Database

FIRST = date(2025, 1, 25)
LATEST = 40  # The last day on which anything happens.
NOW = datetime(2025, 4, 1, 10, tzinfo=SHANGHAI)

Content = Mapping[str, object]
Timeline = Sequence[tuple[date, date, Content]]

# What an item may say; what stands several times is likelier.
ITEMS: Mapping[str, Sequence[object]] = {
    "status": ["1", "1", "1", "1", "2"],
    "department_code": ["A", "B"],
    "division_code": ["440000", "440105", "110101"],
    "task_type": [None, "01", "01", "20"],
    "is_online": [None, True, False],
    "onsite_visits": [None, 0, 1, 2, 3],
    "online_depths": [None, (), ("1",), ("5", "6"), ("2", "5")],
    "statutory_limit": [None, 0, 5, 10, 20, 30],
    "statutory_limit_unit": [None, "1", "1", "1", "1", "2"],
    "promised_limit": [None, 0, 1, 5, 10, 30],
    "promised_limit_unit": [None, "1", "1", "1", "4"],
}
AGREEMENTS: Mapping[str, Sequence[object]] = {
    "partner_division_code": ["440104", "450000"],
    "entries": [[{"code": f"C{number}"} for number in named] for named in ((1, 2, 3), (2, 3, 4, 5), (6,), ())],
}
DEPARTMENTS: Mapping[str, Sequence[object]] = {"name": ["民政局", "教育局"]}
QUESTIONS: st.SearchStrategy[str | None] = st.sampled_from(
    [
        None,
        None,
        None,
        None,
        None,
        "task_type = '01'",
        "NOT (onsite_visits > 1)",
        "department_name = '民政局'",
        "department_code = 'A'",
    ]
)
GROUPS = st.lists(
    st.sampled_from(["department_code", "county", "task_type", "is_online", "online_depths"]), max_size=2, unique=True
)
KEYS = (
    "item_count", "licence_item_count", "online_rate", "zero_visit_rate", "average_visits", "limit_compression",
    "cross_region_agreement_items",
)  # fmt: skip


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@dataclass(frozen=True)
class History:
    """When each revision was published, and what it made of each object; an object that it doesn't name stays."""

    published: Sequence[int]
    items: Sequence[Mapping[int, Timeline]]
    departments: Sequence[Mapping[str, Timeline]]
    agreements: Sequence[Mapping[int, Timeline]]


def days() -> st.SearchStrategy[date]:
    return st.integers(-3, LATEST + 5).map(on)


def histories() -> st.SearchStrategy[History]:
    """Drawn by a seed: what is drawn piece by piece hardly ever differs in more than one place."""
    return st.integers(0, 2**32).map(lambda seed: history(Random(seed)))


def history(chance: Random) -> History:
    """The first revision, where there is one, tells of everything; the later ones of some."""
    published = sorted(chance.randrange(LATEST) for _ in range(chance.choice([0, 1, 2, 3, 4, 4])))
    items = {number: some(chance, ITEMS) for number in range(1, 9)}
    departments = {code: some(chance, DEPARTMENTS) for code in ("A", "B")}
    agreements = {number: some(chance, AGREEMENTS) for number in (200, 201, 202)}
    told: tuple[list[dict[int, Timeline]], list[dict[str, Timeline]], list[dict[int, Timeline]]] = ([], [], [])
    for place in range(len(published)):
        of_all = place == 0
        told[0].append({n: timeline(chance, ITEMS, items[n]) for n in items if of_all or chance.random() < 0.4})
        renamed = [code for code in departments if of_all or chance.random() < 0.4]
        told[1].append({code: timeline(chance, DEPARTMENTS, departments[code]) for code in renamed})
        agreed = [number for number in agreements if of_all or chance.random() < 0.4]
        told[2].append({number: timeline(chance, AGREEMENTS, agreements[number]) for number in agreed})
    return History(published, *told)


def some(chance: Random, values: Mapping[str, Sequence[object]]) -> Content:
    return {name: chance.choice(of) for name, of in values.items()}


def timeline(chance: Random, values: Mapping[str, Sequence[object]], base: Content) -> Timeline:
    """What an object is from day to day, mostly what it always was; now and then it is not there at all."""
    edges = [0, *sorted(chance.sample(range(1, LATEST), chance.randrange(4)))]
    ends = [*map(on, edges[1:]), OPEN_DAY]
    spans = [span for span in zip(map(on, edges), ends, strict=True) if chance.random() < 0.85]
    changed = [chance.sample(sorted(values), min(chance.randrange(1, 4), len(values))) for _ in spans]
    return [
        (start, end, {**base, **{name: chance.choice(values[name]) for name in names}})
        for (start, end), names in zip(spans, changed, strict=True)
    ]


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
        _store(connection, AGREEMENT, history.agreements)
        _name(connection)
        yield connection
        transaction.rollback()


def _store(connection: Connection, kind: ObjectType, revisions: Sequence[Mapping[int, Timeline]]) -> None:
    named = sorted({number for each in revisions for number in each})
    if named:
        connection.execute(insert(catalogue_object), [{"id": number, "object": kind.name} for number in named])
    rows = [row for number in named for row in _rows(kind, number, revisions)]
    if rows:
        connection.execute(insert(kind.table), rows)


def _name(connection: Connection) -> None:
    """Agreements name items by the codes that these always have."""
    agreed = connection.execute(ever([AGREEMENT.table.c.version_id, AGREEMENT.table.c.entries])).all()
    named = [
        {"object": AGREEMENT.name, "version_id": version, "position": place, "code": code, "item_id": int(code[1:])}
        for version, entries in agreed
        for place, code in enumerate(each["code"] for each in entries)
    ]
    if named:
        connection.execute(insert(named_item), named)


OWN: Mapping[str, Callable[[int], Content]] = {
    "item": lambda number: {"code": f"C{number}", "name": "事项"},
    "department": lambda number: {"code": "AB"[number - 100], "division_code": "440105"},
    "agreement": lambda number: {"code": f"T{number}", "name": "协议", "division_code": "440105"},
}


def _rows(kind: ObjectType, number: int, revisions: Sequence[Mapping[int, Timeline]]) -> Iterator[dict[str, object]]:
    told = [place for place, each in enumerate(revisions, 1) if number in each]
    own = OWN[kind.name](number)
    for place, following in zip(told, [*told[1:], OPEN_REVISION], strict=True):
        held = {"id": number, "version": 1, "made_in": place, "recorded_in": place, "superseded_in": following}
        for start, end, content in revisions[place - 1][number]:
            yield {**held, **own, **content, "valid_from": start, "valid_to": end}
