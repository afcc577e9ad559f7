"""How many statements an import takes: so many for 500 rows, none for each."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.imports.uploads import COLUMNS, checked, counts, csv_file
from tests.statements import counted

pytestmark = pytest.mark.one_database

ROWS = 1000
FEW = 70


def rows(count: int, limit: int) -> bytes:
    made = ([f"HZ-{n:04}", f"事项{n}", DIVISION, CIVIL_AFFAIRS, limit] for n in range(count))
    return csv_file([*COLUMNS, "promised_limit"], *made)


def test_new_rows(database: Database, staff: TestClient) -> None:
    publish(database, department())
    with counted() as statements:
        report = checked(staff, rows(ROWS, 5), dry_run="false")
    assert counts(report) == {"added": ROWS}
    assert len(statements) < FEW


@pytest.mark.parametrize(("limit", "outcome"), [(3, "amended"), (5, "unchanged")])
def test_known_rows(database: Database, staff: TestClient, limit: int, outcome: str) -> None:
    items = (item(f"HZ-{n:04}", name=f"事项{n}", promised_limit=5) for n in range(ROWS))
    publish(database, department(), *items)
    with counted() as statements:
        report = checked(staff, rows(ROWS, limit), dry_run="false")
    assert counts(report) == {outcome: ROWS}
    assert len(statements) < FEW


def test_rows_of_many_days_and_many_departments(database: Database, staff: TestClient) -> None:
    publish(database, department())
    header = ["code", "name", "division_code", "dept_code", "dept_name", "计划生效日期"]
    made = ([f"HZ-{n:04}", f"事项{n}", DIVISION, f"D-{n}", f"部门{n}", f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}"]
            for n in range(ROWS))  # fmt: skip
    with counted() as statements:
        report = checked(staff, csv_file(header, *made), retroactive="true")
    assert (counts(report), len(report["new_departments"])) == ({"added": ROWS}, ROWS)
    assert len(statements) < FEW


def test_every_row_rejected(database: Database, staff: TestClient) -> None:
    publish(database, department())
    with counted() as statements:
        report = checked(staff, csv_file(["code", "promised_limit"], *([f"HZ-{n}", "三天"] for n in range(ROWS))))
    assert counts(report) == {"rejected": ROWS}
    assert len(statements) < FEW
