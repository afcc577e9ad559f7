"""Rates of cases: their parts, what is unknown, and addresses that lead to the very counts."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import amend, department, item, publish

MONTHS = "period=2026-01..2026-02"


@pytest.fixture(autouse=True)
def reported(database: Database, staff: TestClient) -> None:
    """Two departments; the first item becomes one of another type in February."""
    items = item(task_type="01"), item("HZ-002", task_type="07", department_code="HZ-2", name="社团登记")
    publish(database, department(), department("HZ-2", name="海珠区教育局"), *items, on=date(2025, 12, 1))
    publish(database, amend("HZ-001", date(2026, 2, 10), task_type="20"), on=date(2026, 2, 5))
    report(
        staff,
        counts("HZ-001", "2026-01", "网上", "设立", 40, 38, 37, 10, 9),
        counts("HZ-001", "2026-01", "网上", "变更", 10, 10, 10),
        counts("HZ-001", "2026-02", "窗口", "", 30, 20),
        counts("HZ-002", "2026-01", "窗口", "", 15, 15, 14, 5, 5),
        counts("HZ-002", "2026-02", "自助终端", "", 5),
    )


def values(client: TestClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/metric-values?{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["values"]
    return rows


def parts(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("numerator", "denominator", "unknown", "excluded", "item_count"))


def refusal(client: TestClient, query: str, path: str = "metric-values") -> tuple[str, str]:
    answer = client.get(f"/v1/{path}?{query}")
    assert answer.status_code == 422, answer.text
    return answer.json()["errors"][0]["rule"], answer.json()["errors"][0]["parameter"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("accepted_cases", (100, None, 0, 0, 2)),
        ("online_cases", (50, None, 0, 50, 1)),
        ("closed_cases", (83, None, 5, 0, 2)),
        ("online_case_rate", (50, 100, 0, 0, 2)),
        ("on_time_rate", (61, 83, 20, 5, 2)),
        ("good_review_rate", (14, 15, 0, 45, 2)),
        ("bad_review_fix_rate", (0, 0, 0, 100, 0)),
    ],
)
def test_what_is_not_stated_is_unknown_and_never_late(
    client: TestClient, metric: str, expected: tuple[Any, ...]
) -> None:
    (row,) = values(client, f"metric={metric}&{MONTHS}")
    assert parts(row) == expected
    if expected[1]:
        assert row["value"] == expected[0] / expected[1]
        assert row["value_max"] == (expected[0] + expected[2]) / expected[1]


def test_what_nobody_reported_has_no_rate(client: TestClient) -> None:
    (row,) = values(client, f"metric=bad_review_fix_rate&{MONTHS}")
    assert (row["value"], row["percent"]) == (None, None)


def test_items_count_as_they_were_in_each_month(client: TestClient) -> None:
    rows = values(client, f"metric=accepted_cases&group_by=task_type&{MONTHS}")
    assert {row["group"]["task_type"]: row["numerator"] for row in rows} == {"01": 50, "07": 20, "20": 30}
    assert [row["numerator"] for row in values(client, f"metric=accepted_cases&filter=task_type='01'&{MONTHS}")] == [50]


@pytest.mark.parametrize(
    "group_by", ["department", "channel", "month", "business_kind", "item", "task_type", "county", "province"]
)
def test_every_part_of_every_group_leads_to_its_counts(client: TestClient, group_by: str) -> None:
    rows = values(client, f"metric=on_time_rate&group_by={group_by}&{MONTHS}")
    assert sum(row["denominator"] for row in rows) == 83
    for row in rows:
        (numerator,) = client.get(row["numerator_url"]).json()["values"]
        assert (numerator["closed_on_time"] or 0) == row["numerator"]
        (denominator,) = client.get(row["denominator_url"]).json()["values"]
        assert (denominator["closed"] or 0) == row["denominator"]
        (unknown,) = client.get(row["unknown_url"]).json()["values"]
        assert (unknown["closed"] or 0) == row["unknown"]
        listed = client.get(row["items_url"]).json()["values"]
        assert len(listed) == row["item_count"]
        assert all(client.get(each["url"]).status_code == 200 for each in listed)


def test_items_and_cases_never_mix(client: TestClient) -> None:
    assert refusal(client, f"metric=online_rate&metric=online_case_rate&{MONTHS}") == ("mixed-bases", "metric")
    assert refusal(client, "metric=online_rate&metric=online_case_rate") == ("mixed-bases", "metric")
    assert refusal(client, "metric=online_case_rate") == ("no-period", "period")
    assert refusal(client, "metric=online_rate&period=2026-01") == ("not-by-months", "period")
    assert refusal(client, "metric=online_case_rate&period=2026-03") == ("month-not-over", "period")
    assert refusal(client, "metric=online_case_rate&period=2026-02..2026-01") == ("backward", "period")
    assert refusal(client, "metric=online_case_rate&period=一月") == ("not-a-period", "period")
    assert refusal(client, "metric=on_time_rate&period=2026-01&as_of=2026-01-05") == ("as-of-beside-period", "as_of")
    assert refusal(client, "metric=on_time_rate&period=2026-01&group_by=lists")[0] == "unknown-group"
    terms = " AND ".join(f"accepted > {number}" for number in range(100))
    assert refusal(client, f"metric=on_time_rate&period=2021-01..2026-01&filter={terms}")[0] == "too-many-months"
    keys = {row["metric"] for row in values(client, MONTHS)}
    assert "online_case_rate" in keys
    assert keys.isdisjoint(row["metric"] for row in values(client, ""))


@pytest.mark.parametrize(
    ("text", "value", "suggestion"),
    [
        ("month = '2026-1'", "'2026-1'", "'2026-01'"),
        ("month <> '2026年1月'", "'2026年1月'", "'2026-01'"),
        ("'202601' < month", "'202601'", "'2026-01'"),
        ("month IN ('2026-01', '２０２６-02')", "'２０２６-02'", "'2026-02'"),
        ("month BETWEEN '2026-01' AND '2026-13'", "'2026-13'", None),
        ("月份 = 202601", "202601", "'2026-01'"),
        ("month >= '2026'", "'2026'", None),
    ],
)
def test_a_month_in_another_form_is_refused(client: TestClient, text: str, value: str, suggestion: str | None) -> None:
    answer = client.get("/v1/case-statistics", params={"period": "2026-01", "filter": text})
    (told,) = answer.json()["errors"]
    assert (told["value"], told.get("suggestion")) == (value, suggestion)
    assert told["rule"] == ("text-value" if value == "202601" else "not-a-month")


def test_months_are_compared_as_they_are_written(client: TestClient) -> None:
    for text in ("month BETWEEN '2026-02' AND '2026-12'", "month > '2026-01'", "month LIKE '%-02'"):
        (row,) = client.get("/v1/case-statistics", params={"period": "2026-01..2026-02", "filter": text}).json()[
            "values"
        ]
        assert row["accepted"] == 35


def test_month_by_month(client: TestClient) -> None:
    answer = client.get(f"/v1/metric-series?metric=online_case_rate&{MONTHS}&group_by=department").json()
    told = [(row["group"]["department_code"], row["period"], row["as_of"], row["percent"]) for row in answer["values"]]
    assert told == [
        ("11440100007482532A", "2026-01..2026-01", "2026-01-31", 100.0),
        ("11440100007482532A", "2026-02..2026-02", "2026-02-28", 0.0),
        ("HZ-2", "2026-01..2026-01", "2026-01-31", 0.0),
        ("HZ-2", "2026-02..2026-02", "2026-02-28", 0.0),
    ]
    quarters = client.get("/v1/metric-series?metric=accepted_cases&period=2025-11..2026-02&every=quarter").json()
    assert [(row["period"], row["value"]) for row in quarters["values"]] == [
        ("2025-11..2025-12", None), ("2026-01..2026-02", 100),
    ]  # fmt: skip
    assert refusal(client, f"metric=accepted_cases&{MONTHS}&every=week", "metric-series")[0] == "not-by-months"
    assert refusal(client, f"metric=accepted_cases&{MONTHS}&known_at=as_of", "metric-series")[0] == "not-known"
    assert refusal(client, "metric=accepted_cases", "metric-series") == ("missing", "from")


def test_why_a_restated_month_moved(client: TestClient, staff: TestClient) -> None:
    before = staff.get("/v1/case-imports").json()["items"][0]["revision"]
    late = counts("HZ-002", "2026-02", "自助终端", "", 5, 5, 5), counts("HZ-002", "2026-02", "邮寄", "", 5, 5, 0)
    report(staff, counts("HZ-001", "2026-02", "窗口", "", 30, 30, 30), *late, reason="补报按期件数")
    query = f"metric=on_time_rate&{MONTHS}&known_from={before}"
    answer = client.get(f"/v1/metric-changes?{query}").json()
    assert [each["reason"] for each in answer["reports"]] == ["补报按期件数"]
    (change,) = answer["values"]
    assert (change["before"]["numerator"], change["after"]["numerator"]) == (61, 96)
    assert {each["kind"] for each in change["kinds"]} == {"restated"}
    told = sum((Fraction(each["points_exact"]) for each in change["kinds"]), Fraction())
    assert told == Fraction(change["change_exact"]) == Fraction(96, 103) - Fraction(61, 83)
    for kind in change["kinds"]:
        items = client.get(kind["items_url"]).json()
        assert items["total"] == kind["items"]
        assert sum((Fraction(each["points_exact"]) for each in items["items"]), Fraction()) == Fraction(
            kind["points_exact"]
        )


def test_why_one_period_differs_from_another(client: TestClient) -> None:
    query = "metric=accepted_cases&period=2026-02&base_period=2026-01&group_by=department"
    rows = client.get(f"/v1/metric-changes?{query}").json()["values"]
    assert [(row["numerator_change"], [(k["kind"], k["items"]) for k in row["kinds"]]) for row in rows] == [
        (-20, [("changed", 1)]), (-10, [("changed", 1)]),
    ]  # fmt: skip
    assert refusal(client, f"metric=accepted_cases&{MONTHS}", "metric-changes")[0] == "nothing-to-compare"
    backward = "metric=accepted_cases&period=2026-01&base_period=2026-02"
    assert refusal(client, backward, "metric-changes") == ("backward", "base_period")
    uneven = client.get(f"/v1/metric-changes?metric=accepted_cases&{MONTHS}&base_period=2026-01").json()
    assert "月份" in uneven["note"]
    table = client.get(f"/v1/metric-series?metric=accepted_cases&{MONTHS}&format=csv").text.splitlines()
    assert [line.split(",")[3] for line in table] == ["period", "2026-01..2026-01", "2026-02..2026-02"]


def test_an_item_that_was_corrected_moves_its_cases(client: TestClient, database: Database) -> None:
    seen = publish(database, amend("HZ-002", date(2026, 2, 1), task_type="08"), on=date(2026, 2, 28))
    query = f"metric=accepted_cases&period=2026-02&known_from={seen - 1}&group_by=task_type"
    rows = client.get(f"/v1/metric-changes?{query}").json()["values"]
    assert {row["group"]["task_type"]: (row["numerator_change"], [k["kind"] for k in row["kinds"]]) for row in rows} == {
        "07": (-5, ["reclassified"]), "08": (5, ["reclassified"]), "20": (0, []),
    }  # fmt: skip
