"""Departments and items that are valid unless told otherwise, and publishing them through the service."""

from collections.abc import Mapping
from datetime import date, datetime

from app.access.rules import Caller
from app.catalogue.objects import DEPARTMENT, ITEM, ObjectType
from app.changes import drafting, service
from app.changes.rules import Draft, EntryKind
from app.changes.service import Cover
from app.clock import SHANGHAI, FrozenClock
from app.db import Database

CIVIL_AFFAIRS = "11440100007482532A"
DIVISION = "440105"
START = date(2020, 1, 1)
TESTER = Caller("测试")


def department(code: str = CIVIL_AFFAIRS, *, start: date = START, **stated: object) -> Draft:
    content = {"name": "海珠区民政局", "division_code": DIVISION, "nature": "1"} | stated
    return draft("create", code, content, kind=DEPARTMENT, start=start)


def item(code: str = "HZ-001", *, start: date = START, until: date | None = None, **stated: object) -> Draft:
    content = {"name": "养老机构备案", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS} | stated
    return draft("create", code, content, start=start, until=until)


def amend(code: str, start: date, until: date | None = None, **new: object) -> Draft:
    return draft("amend", code, new, start=start, until=until)


def draft(
    change: EntryKind,
    code: str,
    content: Mapping[str, object] | None = None,
    *,
    kind: ObjectType = ITEM,
    start: date = START,
    until: date | None = None,
) -> Draft:
    return Draft(kind, change, code, drafting.read_content(kind, content or {}), start, until)


def publish(database: Database, *drafts: Draft, on: date = date(2026, 3, 1)) -> int:
    """Publish the drafts as one change set on a day; the revision it became."""
    now = datetime(on.year, on.month, on.day, 9, tzinfo=SHANGHAI)
    with database.write() as connection:
        number = service.create(connection, Cover("测试变更", on), by=TESTER, now=now)
        service.add(connection, number, drafts, by=TESTER, now=now)
        service.submit(connection, number, by=TESTER, now=now)
        return service.approve(connection, number, by=TESTER, clock=FrozenClock(now)).revision
