"""A window stands in a hall that there is, on each of its days."""

from datetime import date

import pytest

from app.catalogue.objects import HALL, WINDOW
from app.changes.checks import CatalogueInconsistent
from app.changes.rules import Draft
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, START, department, draft, publish

HALL_CODE = "HZ-HALL"
MOVED = date(2027, 1, 1)


def hall(code: str = HALL_CODE, *, start: date = START) -> Draft:
    return draft("create", code, {"name": "海珠区政务服务中心", "division_code": DIVISION}, kind=HALL, start=start)


def window(hall_code: str | None = HALL_CODE) -> Draft:
    content = {"name": "1号窗口", "department_code": CIVIL_AFFAIRS, "hall_code": hall_code}
    return draft("create", "W-01", content, kind=WINDOW)


def refused(database: Database, *drafts: Draft) -> list[tuple[str | None, str | None]]:
    with pytest.raises(CatalogueInconsistent) as told:
        publish(database, *drafts)
    return [(each.rule, each.value) for each in told.value.faults]


def test_a_window_names_a_hall_that_stands_on_its_days(database: Database) -> None:
    assert refused(database, department(), window("HZ-NONE")) == [("unknown-hall", "HZ-NONE")]
    assert refused(database, department(), hall(start=MOVED), window()) == [("unknown-hall", HALL_CODE)]
    publish(database, department(), window(), hall())


def test_a_hall_is_not_closed_over_its_windows(database: Database) -> None:
    publish(database, department(), hall(), window())
    closed = draft("cancel", HALL_CODE, kind=HALL, start=MOVED)
    assert refused(database, closed) == [("unknown-hall", HALL_CODE)]
    new = draft("amend", "W-01", {"hall_code": "HZ-NEW"}, kind=WINDOW, start=MOVED)
    publish(database, closed, hall("HZ-NEW", start=MOVED), new)
