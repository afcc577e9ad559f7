"""Figures as a flat table: what spreadsheets and dashboards read as it comes."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, department, item, publish

DATES = ["as_of", "known_at", "revision"]
NUMBERS = ["numerator", "denominator", "unknown", "excluded", "item_count", "value", "value_max", "percent"]
URLS = ["numerator_url", "denominator_url", "unknown_url", "items_url"]


def table(client: TestClient, query: str, accept: str = "*/*") -> list[dict[str, str]]:
    answer = client.get(f"/v1/metric-values?{query}", headers={"Accept": accept})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8", answer.text
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_one_row_a_value_and_a_column_for_each_thing(database: Database, client: TestClient) -> None:
    publish(database, department(), item("HZ-001", is_online=True), item("HZ-002", is_online=False), item("HZ-003"))
    query = "metric=online_rate&metric=item_count&group_by=department_code&group_by=is_online"
    rows = table(client, f"{query}&format=csv")
    groups = ["department_code", "department_code_label", "is_online", "is_online_label"]
    assert list(rows[0]) == [
        *DATES,
        "metric",
        "metric_name",
        "definition_version",
        *groups,
        *NUMBERS,
        *URLS,
        "note",
        "unreported_months",
    ]
    values = client.get(f"/v1/metric-values?{query}").json()["values"]
    assert len(rows) == len(values) == 6
    for row, value in zip(rows, values, strict=True):
        assert {name: row[name] for name in NUMBERS} == {
            name: "" if value[name] is None else str(value[name]) for name in NUMBERS
        }
        assert [row[url] or None for url in URLS] == [value[url] for url in URLS]
    assert [row["is_online"] for row in rows[:3]] == ["false", "true", ""]
    assert (rows[0]["metric_name"], rows[0]["department_code_label"], rows[0]["department_code"]) == (
        "一网通办率（事项口径）",
        "海珠区民政局",
        CIVIL_AFFAIRS,
    )


@pytest.mark.parametrize("accept", ["text/csv", "text/csv;q=0.9, application/json;q=0.8"])
def test_the_accept_header_will_do(database: Database, client: TestClient, accept: str) -> None:
    publish(database, department(), item())
    assert table(client, "metric=item_count", accept)[0]["value"] == "1"
    assert client.get("/v1/metric-values?metric=item_count").headers["vary"] == "Accept, Accept-Language"


def test_a_table_without_rows_still_has_its_columns(client: TestClient) -> None:
    answer = client.get("/v1/metric-values?metric=item_count&group_by=task_type&format=csv")
    assert answer.text.lstrip("\ufeff").startswith("as_of,known_at,revision,metric,metric_name,")
    assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_looks_like_a_formula_gets_an_apostrophe(database: Database, client: TestClient, sign: str) -> None:
    publish(database, department(name=f"{sign}1+1"), item())
    (row,) = table(client, "metric=item_count&group_by=department_code&format=csv")
    assert row["department_code_label"] == f"'{sign}1+1"
