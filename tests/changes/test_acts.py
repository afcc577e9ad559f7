"""Any series of splits, mergers, items taken over, delegated and transferred, against a telling of each day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.catalogue.lineage import lineage, lineage_of
from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import ITEM
from app.catalogue.queries import holder
from app.catalogue.versions import versions
from app.changes import service
from app.changes.entries import as_drafts
from app.changes.rules import Draft
from app.changes.schemas import NewEntry
from app.changes.service import Cover
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.catalogue.days import on
from tests.changes.test_history import undone
from tests.factories import CIVIL_AFFAIRS, TESTER, department, item

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
DAYS = range(10)
OTHER = {CIVIL_AFFAIRS: "MZ-2", "MZ-2": CIVIL_AFFAIRS}

# By day, then by code: the promised limit and the department.
Told = tuple[int | None, str]
Diary = dict[int, dict[str, Told]]


@dataclass
class Telling:
    """What holds on each day, and what came from what, told with neither versions nor revisions."""

    diary: Diary
    links: list[tuple[str, str, str, int]] = field(default_factory=list)
    named: int = 0

    def new_code(self) -> str:
        self.named += 1
        return f"X-{self.named:03}"

    def end(self, code: str, day: int) -> None:
        for each in DAYS[day:]:
            self.diary[each].pop(code, None)

    def begin(self, code: str, day: int, told: Told, kind: str, *origins: str) -> None:
        for each in DAYS[day:]:
            self.diary[each][code] = told
        self.links += [(origin, code, kind, day) for origin in origins]


def split(telling: Telling, day: int, codes: list[str], limit: int) -> dict[str, Any]:
    code, parts = codes[0], [telling.new_code(), telling.new_code()]
    told = telling.diary[day][code]
    telling.end(code, day)
    telling.begin(parts[0], day, told, "split", code)
    telling.begin(parts[1], day, (limit, told[1]), "split", code)
    into = [{"code": parts[0]}, {"code": parts[1], "content": {"promised_limit": limit}}]
    return {"code": code, "into": into}


def merge(telling: Telling, day: int, codes: list[str], limit: int) -> dict[str, Any]:
    first, second, new = codes[0], codes[-1], telling.new_code()
    told = telling.diary[day][first]
    if first == second:
        return split(telling, day, codes, limit) | {"kind": "split"}
    for code in (first, second):
        telling.end(code, day)
    telling.begin(new, day, (limit, told[1]), "merge", first, second)
    return {"code": new, "from": [first, second], "content": {"promised_limit": limit}}


def take_over(telling: Telling, day: int, codes: list[str], limit: int) -> dict[str, Any]:  # noqa: ARG001
    code, new = codes[0], telling.new_code()
    stated, body = telling.diary[day][code]
    telling.begin(new, day, (stated, OTHER[body]), "take_over", code)
    return {"code": new, "from": [code], "content": {"department_code": OTHER[body]}}


def delegate(telling: Telling, day: int, codes: list[str], limit: int) -> dict[str, Any]:
    code, new = codes[0], telling.new_code()
    body = telling.diary[day][code][1]
    telling.end(code, day)
    telling.begin(new, day, (limit, OTHER[body]), "delegate", code)
    content = {"department_code": OTHER[body], "promised_limit": limit}
    return {"code": code, "into": [{"code": new, "content": content}]}


def transfer(telling: Telling, day: int, codes: list[str], limit: int) -> dict[str, Any]:  # noqa: ARG001
    """A later version that belongs to another department already keeps it."""
    code = codes[0]
    body = telling.diary[day][code][1]
    for each in DAYS[day:]:
        told = telling.diary[each].get(code)
        if told is not None and told[1] == body:
            telling.diary[each][code] = (told[0], OTHER[body])
    return {"code": code, "content": {"department_code": OTHER[body]}}


ACTS: Mapping[str, Callable[[Telling, int, list[str], int], dict[str, Any]]] = {
    "split": split, "merge": merge, "take_over": take_over, "delegate": delegate, "transfer": transfer,
}  # fmt: skip
plans = st.lists(
    st.tuples(st.sampled_from([*ACTS]), st.integers(2, DAYS[-1]), st.integers(0, 9), st.sampled_from([3, 7])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans)
def test_exactly_what_comes_of_an_act_holds_from_its_day(
    database: Database, plan: list[tuple[str, int, int, int]]
) -> None:
    with undone(database) as connection:
        telling, known = begin(connection), list[Diary]()
        for kind, day, picked, limit in plan:
            known.append({each: dict(held) for each, held in telling.diary.items()})
            codes = sorted(telling.diary[day])
            entry = {"kind": kind} | ACTS[kind](telling, day, [codes[picked % len(codes)], codes[0]], limit)
            publish(connection, as_drafts(NewEntry.model_validate(entry), on(day), ""))
        for revision, diary in enumerate([*known, telling.diary], 1):
            assert told(connection, revision) == diary
        check_links(connection, telling)


def begin(connection: Connection) -> Telling:
    drafts = [item(f"HZ-{n}", start=on(n), promised_limit=20) for n in range(3)]
    publish(connection, [department(), department("MZ-2"), *drafts])
    return Telling({day: {f"HZ-{n}": (20, CIVIL_AFFAIRS) for n in range(3) if n <= day} for day in DAYS})


def publish(connection: Connection, drafts: list[Draft]) -> None:
    cover = Cover("调整", date(2024, 12, 1), retroactive=True)
    number = service.create(connection, cover, by=TESTER, now=NOW)
    service.add(connection, number, drafts, by=TESTER, now=NOW)
    service.submit(connection, number, by=TESTER, now=NOW)
    service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))


def told(connection: Connection, revision: int) -> Diary:
    newest, found = latest_revision(connection), Diary()
    for day in DAYS:
        rows = connection.execute(versions(ITEM, Moment(on(day), NOW, revision, newest)))
        found[day] = {row.code: (row.promised_limit, row.department_code) for row in rows}
    return found


def check_links(connection: Connection, telling: Telling) -> None:
    """As they are recorded, and as they are told of each item; one that ended as it began was never there."""
    assert len(connection.execute(select(lineage)).all()) == len(telling.links)
    newest = latest_revision(connection)
    moment = Moment(on(DAYS[-1]), NOW, newest, newest)
    ever = {code for held in telling.diary.values() for code in held}
    links = [link for link in telling.links if {link[0], link[1]} <= ever]
    for code in ever:
        answer: dict[str, Any] = lineage_of(connection, holder(connection, code, moment, None), moment)
        for side, own, other in (("predecessors", 1, 0), ("successors", 0, 1)):
            expected = [(link[other], link[2], on(link[3])) for link in links if link[own] == code]
            found = [(each["code"], each["kind"], each["since"]) for each in answer[side]]
            assert sorted(found) == sorted(expected)
