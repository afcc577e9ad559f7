"""However much is asked of cases, what is too much is refused before it is all counted."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import department, item, publish
from tests.statements import counted

YEAR = [f"2025-{month:02}" for month in range(1, 13)]
CODES = [f"HZ-{number:03}" for number in range(1, 5)]


@pytest.fixture(autouse=True)
def reported(database: Database, staff: TestClient) -> None:
    publish(database, department(), *(item(code, name=f"事项{code}") for code in CODES), on=date(2025, 1, 1))
    report(staff, *(counts(code, month, "窗口", "", 10) for code in CODES for month in YEAR))


def test_a_series_is_refused_as_soon_as_it_has_too_many_rows(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"/v1/metric-series?metric=accepted_cases&period={YEAR[0]}..{YEAR[-1]}&group_by=item"
    with counted() as whole:
        assert len(client.get(query).json()["values"]) == len(CODES) * len(YEAR)
    monkeypatch.setattr("app.metrics.figures.MOST_ROWS", 2 * len(CODES))
    with counted() as few:
        refused = client.get(query).json()
    assert (refused["status"], refused["type"]) == (422, "/problems/too-many-rows")
    assert len(few) < len(whole) / 2
