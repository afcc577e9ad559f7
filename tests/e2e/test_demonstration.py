"""The demonstration district as a dashboard builder meets it: figures that can be followed to their items."""

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from fastapi.testclient import TestClient

DAY = "2024-06-30"
FIGURES = "/v1/metric-values"


def values(demo: TestClient, query: str) -> list[dict[str, Any]]:
    answer = demo.get(f"{FIGURES}?{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["values"]
    return rows


def total(demo: TestClient, url: str) -> int:
    answer = demo.get(f"{url}&limit=1")
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["total"]
    return count


def test_the_published_rates_of_the_district(demo: TestClient) -> None:
    online, one_visit = values(demo, f"metric=online_rate&metric=one_visit_rate&as_of={DAY}")
    assert (online["numerator"], online["denominator"], online["percent"]) == (1263, 1428, 88.45)
    assert (one_visit["numerator"], one_visit["denominator"], one_visit["percent"]) == (1373, 1428, 96.15)
    assert (online["unknown"], online["value_max"]) == (0, online["value"])


def test_the_29_departments_add_up(demo: TestClient) -> None:
    rows = values(demo, f"metric=online_rate&metric=one_visit_rate&group_by=department_code&as_of={DAY}")
    parts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        parts.update({(row["metric"], part): row[part] for part in ("numerator", "denominator", "unknown")})
    assert len({row["group"]["department_code"] for row in rows}) == 29
    assert (parts["online_rate", "numerator"], parts["online_rate", "denominator"]) == (1263, 1428)
    assert (parts["one_visit_rate", "numerator"], parts["one_visit_rate", "denominator"]) == (1373, 1428)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("task_type=01", 259),
        ("task_type=01&setting_level=central", 245),
        ("task_type=01&setting_level=local", 14),
        ("supports_deficiency_tolerance=true", 50),
        ("supports_deficiency_tolerance=true&task_type=01", 50),
        ("is_in_service_hall=false", 0),
        ("department_code=11990101MB9900013F&task_type=01", 143),
    ],
)
def test_the_published_counts_of_the_district(demo: TestClient, question: str, expected: int) -> None:
    assert total(demo, f"/v1/items?status=1&as_of={DAY}&{question}") == expected


def test_75_windows_of_29_departments(demo: TestClient) -> None:
    windows = demo.get(f"/v1/windows?as_of={DAY}&limit=1000").json()["items"]
    assert len(windows) == 75
    assert demo.get(f"/v1/departments?as_of={DAY}").json()["total"] == 29


def test_2020_was_lower_and_its_items_are_there(demo: TestClient) -> None:
    then = values(demo, "metric=online_rate&as_of=2020-12-08")[0]
    now = values(demo, f"metric=online_rate&as_of={DAY}")[0]
    assert then["value"] < now["value"]
    assert total(demo, then["numerator_url"]) == then["numerator"]
    assert then["unknown"] > 0
    assert then["value_max"] > then["value"]


def test_later_corrections_change_what_is_known_of_a_day_but_not_what_was_known_then(demo: TestClient) -> None:
    corrected = values(demo, "metric=online_rate&as_of=2020-12-08")[0]
    as_known_then = values(demo, "metric=online_rate&as_of=2020-12-08&known_at=2020-12-08")[0]
    assert corrected["numerator"] != as_known_then["numerator"]
    again = demo.get(f"{FIGURES}?metric=online_rate&as_of=2020-12-08&known_at=2020-12-08").json()
    assert again["values"][0] == as_known_then


def test_every_link_of_every_metric_holds_and_some_for_every_department(demo: TestClient) -> None:
    totals: dict[str, int] = {}
    some = "metric=online_rate&metric=hall_entry_rate&group_by=department_code&as_of=2020-12-08"
    for row in (*values(demo, f"as_of={DAY}"), *values(demo, some)):
        links_hold(demo, row, totals)


@pytest.mark.parametrize(
    "group_by",
    [
        "task_type",
        "online_depths",
        "cross_region_scope",
        "offline_reason",
        "onsite_visits",
        "county",
        "prefecture",
        "is_in_service_hall&group_by=task_type",
    ],
)
def test_links_hold_for_every_grouping_null_groups_too(demo: TestClient, group_by: str) -> None:
    metrics = "metric=online_rate&metric=hall_entry_rate&metric=deficiency_rate&metric=item_count"
    totals: dict[str, int] = {}
    for row in values(demo, f"{metrics}&group_by={group_by}&as_of=2020-12-08"):
        links_hold(demo, row, totals)


def links_hold(demo: TestClient, row: dict[str, Any], totals: dict[str, int]) -> None:
    """Every address of a figure leads to as many items as the figure says; `totals` keeps what was asked already."""
    counts = {f"{part}_url": row[part] for part in ("numerator", "denominator", "unknown")}
    for name, count in {**counts, "items_url": row["item_count"]}.items():
        url = row[name]
        if url is not None:
            if url not in totals:
                totals[url] = total(demo, url)
            assert totals[url] == count, (row["metric"], row["group"], name, url)


def test_before_the_catalogue_began_it_says_since_when_it_knows(demo: TestClient) -> None:
    answer = demo.get(f"{FIGURES}?metric=online_rate&known_at=2018-01-01").json()
    assert answer["revision"] == 0
    assert "2019-06-10" in answer["note"]
    assert (answer["values"][0]["denominator"], answer["values"][0]["value"]) == (0, None)


@pytest.mark.parametrize("known", ["", "&known_from=2020-12-08"])
@pytest.mark.parametrize("group_by", ["", "&group_by=department_code", "&group_by=online_depths"])
def test_why_the_rate_moved_from_2020_to_2024(demo: TestClient, group_by: str, known: str) -> None:
    asked = f"metric=online_rate&from=2020-12-08&to={DAY}{group_by}{known}"
    answer = demo.get(f"/v1/metric-changes?{asked}").json()
    (then,) = values(demo, f"metric=online_rate&as_of=2020-12-08&known_at={answer['revision_from']}")
    if not group_by:
        (row,) = answer["values"]
        assert row["before"] == then
        assert (row["after"]["numerator"], row["after"]["denominator"]) == (1263, 1428)
        expected = Fraction(1263, 1428) - Fraction(then["numerator"], then["denominator"])
        assert Fraction(row["change_exact"]) == expected
    for row in answer["values"]:
        if row["note"] is None:
            parts = [Fraction(kind["points_exact"]) for kind in row["kinds"]]
            assert sum(parts, Fraction(0)) == Fraction(row["change_exact"])
        for kind in row["kinds"]:
            assert total(demo, kind["items_url"]) == kind["items"], (row["group"], kind)


def test_the_items_of_a_kind_are_what_their_links_say(demo: TestClient) -> None:
    (row,) = demo.get(f"/v1/metric-changes?metric=online_rate&from=2020-12-08&to={DAY}").json()["values"]
    kinds = {kind["kind"]: kind for kind in row["kinds"]}
    items = demo.get(f"{kinds['improved']['items_url']}&limit=1000").json()["items"]
    assert sum(Fraction(each["points_exact"]) for each in items) == Fraction(kinds["improved"]["points_exact"])
    for each in items[:10]:
        assert demo.get(each["before"]["url"]).json()["is_online"] is False
        assert demo.get(each["after"]["url"]).json()["is_online"] is True
