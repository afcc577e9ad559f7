"""What stands beside the text of a report is compared with it: whoever writes over the table is found out."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.db import Database
from app.metrics.reports.models import report
from tests.conftest import NOW
from tests.metrics.reports.desk import ONLINE, frozen, verified

pytestmark = pytest.mark.usefixtures("catalogue")


def altered(staff: TestClient, told: dict[str, Any]) -> list[str]:
    found = verified(staff, told)
    assert found["agrees"] == found["checksum"]["agrees"] == (not found["checksum"]["altered"])
    return list(found["checksum"]["altered"])


def overwrite(database: Database, told: dict[str, Any], values: Mapping[str, Any]) -> None:
    with database.write() as connection:
        connection.execute(update(report).where(report.c.id == told["id"]).values(values))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"number": "海政数〔2026〕9号"}, "number"),
        ({"title": "全区情况"}, "title"),
        ({"revision": 1}, "revision"),
        ({"by": "别人"}, "frozen_by"),
        ({"at": NOW.replace(year=2020)}, "frozen_at"),
    ],
)
def test_a_column_that_was_written_over_is_named(
    staff: TestClient, database: Database, values: Mapping[str, Any], name: str
) -> None:
    told = frozen(staff, ONLINE)
    assert altered(staff, told) == []
    overwrite(database, told, values)
    assert altered(staff, told) == [name]


def test_who_replaces_whom_is_compared_on_both_sides(staff: TestClient, database: Database) -> None:
    first, other = frozen(staff, ONLINE), frozen(staff, ONLINE, number="海政数〔2026〕4号")
    more = {"number": "海政数〔2026〕5号", "supersedes": first["id"], "reason": "更正"}
    second = frozen(staff, ONLINE, **more)
    assert [altered(staff, each) for each in (first, other, second)] == [[], [], []]
    overwrite(database, second, {"supersedes": other["id"]})
    assert [altered(staff, each) for each in (first, other, second)] == [[], ["superseded_by"], ["supersedes"]]
    overwrite(database, second, {"supersedes": None})
    assert [altered(staff, each) for each in (first, second)] == [[], ["supersedes"]]
