"""A bureau's own metrics of cases."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import department, item, publish
from tests.metrics.own.desk import post

WINDOW: dict[str, Any] = {
    "key": "window_on_time", "name_zh": "窗口按期办结率", "kind": "case_share", "part": "closed_on_time",
    "whole": "closed", "denominator": "channel = 'window' AND task_type = '01'", "numerator": None,
}  # fmt: skip


def test_it_is_asked_like_those_that_are_shipped(staff: TestClient, client: TestClient, database: Database) -> None:
    items = item(task_type="01"), item("HZ-002", task_type="07")
    publish(database, department(), *items, on=date(2025, 12, 1))
    rows = [
        counts(code, "2026-01", channel, "", 10, 8, 6) for code in ("HZ-001", "HZ-002") for channel in ("窗口", "网上")
    ]
    report(staff, *rows)
    made = post(staff, **WINDOW)
    assert (made.status_code, made.json()["basis"], made.json()["unit"]) == (201, "cases", "%")
    (row,) = client.get("/v1/metric-values?metric=window_on_time&period=2026-01").json()["values"]
    assert (row["numerator"], row["denominator"], row["percent"]) == (6, 8, 75.0)
    (counted,) = client.get(row["denominator_url"]).json()["values"]
    assert (counted["closed"], counted["item_count"]) == (8, 1)
    keys = {each["metric"] for each in client.get("/v1/metric-values?period=2026-01").json()["values"]}
    assert "window_on_time" in keys


@pytest.mark.parametrize(
    ("wrong", "pointer", "rule"),
    [
        ({"part": "closed_on_tim"}, "/part", "unknown-count"),
        ({"whole": None}, "/whole", "missing"),
        ({"denominator": "chanel = 'window'"}, "/denominator", "unknown-property"),
        ({"denominator": "material_count_before > 1"}, "/denominator", "unknown-property"),
        ({"value": "promised_limit"}, "/value", "misfit"),
        ({"kind": "share", "denominator": "status = '1'", "numerator": "is_online = true"}, "/part", "misfit"),
    ],
)
def test_what_is_wrong_is_named(staff: TestClient, wrong: dict[str, Any], pointer: str, rule: str) -> None:
    answer = post(staff, **{**WINDOW, **wrong})
    assert answer.status_code == 422, answer.text
    assert (pointer, rule) in [(each["pointer"], each["rule"]) for each in answer.json()["errors"]]
