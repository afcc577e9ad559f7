"""Numbers of windows, departments, batches and matters: on any day, as known then, each with the list of exactly these."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import DEPARTMENT
from app.db import Database
from app.metrics.definitions import metrics
from tests.factories import DIVISION, amend, draft, publish
from tests.metrics.objects.offices import BEFORE, ELSEWHERE, FIRST, HOUSING, LATER, SECOND, offices, registered

KEYS = [key for key, metric in metrics().items() if metric.basis == "objects"]
ALL = "&".join(f"metric={key}" for key in KEYS)
WINDOWS, IN_HALL, MATTERS, TRANSFERS, GIVERS, TOLERANCE = KEYS


@pytest.fixture(autouse=True)
def known(database: Database) -> tuple[int, int]:
    """The revisions: without any of what is counted, and with all of it."""
    return offices(database), registered(database)


def rows(client: TestClient, query: str, path: str = "metric-values") -> list[dict[str, Any]]:
    answer = client.get(f"/v1/{path}?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["values"]
    return found


def refusal(client: TestClient, query: str, path: str = "metric-values") -> dict[str, Any]:
    answer = client.get(f"/v1/{path}?{query}")
    assert answer.status_code == 422, answer.text
    told: dict[str, Any] = answer.json()["errors"][0]
    return told


def values(client: TestClient, query: str) -> list[int | None]:
    """In the order of KEYS, each led to its list."""
    found = rows(client, f"{ALL}&{query}")
    for row in found:
        assert client.get(row["numerator_url"]).json()["total"] == row["numerator"], row
        if row["unknown_url"]:
            assert client.get(row["unknown_url"]).json()["total"] == row["unknown"], row
        assert (row["value"] is None) == (row.get("note") is not None)
    return [row["value"] for row in found]


def test_each_day_has_its_numbers_and_their_lists_and_says_what_is_counted(client: TestClient) -> None:
    assert [row["metric"] for row in rows(client, ALL)] == KEYS
    assert values(client, f"as_of={SECOND}") == [2, 2, 1, 2, 2, 2]
    assert values(client, f"as_of={FIRST}&within=440100") == [1, 2, 0, 1, 1, 1]
    assert values(client, f"as_of={BEFORE}") == [0, 1, 0, 0, 0, None]
    said = client.get(f"/v1/metrics/{WINDOWS}").json()
    assert (said["basis"], said["kind"], said["counted"]) == ("objects", "object_count", "windows")
    assert said["formula"] == "当日有效的办事窗口数，按区划"
    assert client.get(said["values_url"]).json()["values"][0]["value"] == 2


def test_what_was_never_recorded_is_unknown_and_not_nothing(client: TestClient, known: tuple[int, int]) -> None:
    before, _ = known
    assert values(client, f"as_of={SECOND}&known_at={before}") == [None, 1, None, None, None, None]
    assert values(client, f"as_of={SECOND}&within={ELSEWHERE}") == [None] * 6
    (row,) = rows(client, f"metric={WINDOWS}&within={ELSEWHERE}")
    assert "没有登记过办事窗口" in row["note"]


def test_a_department_of_which_it_is_not_known_is_neither(client: TestClient) -> None:
    (row,) = rows(client, f"metric={IN_HALL}&as_of={BEFORE}")
    parts = [row[name] for name in ("numerator", "denominator", "unknown", "excluded", "item_count")]
    # 住建局's items don't say, 天河区 has no windows; the bureau and the library are not in the hall.
    assert parts == [1, None, 2, 2, 0]
    (placed,) = rows(client, f"metric={IN_HALL}&within={DIVISION}&as_of={BEFORE}")
    door = client.get(f"/v1/one-door?within={DIVISION}&as_of={BEFORE}").json()
    assert placed["numerator"] == door["totals"]["departments_in_hall"]["count"]


def test_a_department_counts_while_there_is_one_and_since_an_item_of_it_entered(
    client: TestClient, database: Database
) -> None:
    assert client.get("/v1/departments?has_handed_over=true").json()["total"] == 2
    publish(database, draft("cancel", HOUSING, kind=DEPARTMENT, start=LATER))
    assert values(client, f"as_of={LATER}")[KEYS.index(GIVERS)] == 1
    assert values(client, f"as_of={SECOND}")[KEYS.index(GIVERS)] == 2
    assert client.get(f"/v1/transfers?as_of={LATER}").json()["totals"]["departments"] == 2
    publish(database, amend("TSG-001", LATER, is_in_service_hall=True))
    assert values(client, f"as_of={LATER}&within={DIVISION}")[KEYS.index(IN_HALL)] == 3
    assert values(client, f"as_of={LATER}&within={DIVISION}&known_at=2")[KEYS.index(IN_HALL)] == 2


def test_departments_and_editions_are_listed_as_they_are_counted(client: TestClient) -> None:
    def named(query: str) -> list[str]:
        return [each["name"] for each in client.get(f"/v1/departments?within={DIVISION}&{query}").json()["items"]]

    assert named("is_in_hall=true") == ["海珠区民政局", "海珠区行政审批局"]
    assert named("is_in_hall=false&has_handed_over=true") == ["海珠区住房和建设局"]
    assert named("has_handed_over=false&has_handed_over=null") == ["海珠区行政审批局", "海珠区图书馆"]
    wrong = client.get("/v1/departments?is_in_hall=maybe").json()["errors"][0]
    assert (wrong["parameter"], wrong["rule"]) == ("is_in_hall", "not-a-flag")

    first = client.get(f"/v1/editions?list_kind=容缺受理事项清单&within={DIVISION}&limit=1").json()
    second = client.get(first["next"]).json()
    assert [each["code"] for page in (first, second) for each in page["items"]] == ["deficiency-1", "deficiency-2"]
    assert (first["total"], second["next"], first["items"][0]["entry_count"]) == (2, None, 1)
    assert client.get(first["items"][0]["url"]).json()["code"] == "deficiency-1"
    assert client.get("/v1/editions?list_kind=licensing").json()["total"] == 0
    assert client.get("/v1/editions?list_kind=x").json()["errors"][0]["rule"] == "unknown-code"


def test_beside_items_but_neither_grouped_nor_filtered(client: TestClient) -> None:
    mixed = rows(client, f"metric={WINDOWS}&metric=item_count&metric={MATTERS}&as_of={SECOND}")
    assert [row["metric"] for row in mixed] == [WINDOWS, "item_count", MATTERS]
    assert not {row["metric"] for row in rows(client, "")}.intersection(KEYS)
    grouped = refusal(client, f"metric=item_count&metric={WINDOWS}&group_by=department_code")
    assert (grouped["rule"], grouped["parameter"], grouped["value"]) == ("no-items", "group_by", WINDOWS)
    assert "/v1/windows" in grouped["detail"]
    assert refusal(client, f"metric={WINDOWS}&filter=task_type='01'")["parameter"] == "filter"
    assert refusal(client, f"metric={WINDOWS}&within=990199")["rule"] == "unknown-division"
    assert refusal(client, f"metric={WINDOWS}&metric=accepted_cases")["rule"] == "mixed-bases"
    by_months = refusal(client, f"metric={WINDOWS}&period=2026-01")
    assert by_months["rule"] == "not-by-months"
    assert "办事窗口" in by_months["detail"]


def test_a_series_is_the_values_of_each_day_and_what_moved_it_is_in_the_two_lists(client: TestClient) -> None:
    asked = f"metric={TOLERANCE}&metric=item_count&metric={WINDOWS}&within={DIVISION}"
    series = rows(client, f"{asked}&from=2021-12-31&to=2023-12-31&every=year", "metric-series")
    days = ("2021-12-31", "2022-12-31", "2023-12-31")
    by_day = {day: {row["metric"]: row for row in rows(client, f"{asked}&as_of={day}")} for day in days}
    assert [(row["metric"], row["as_of"]) for row in series] == [
        (key, day) for key in (TOLERANCE, "item_count", WINDOWS) for day in days
    ]
    assert all(row == {"as_of": row["as_of"], **by_day[row["as_of"]][row["metric"]]} for row in series)
    then = rows(client, f"metric={WINDOWS}&from=2025-01-31&to=2025-02-28&known_at=as_of", "metric-series")
    assert [(row["revision"], row["value"]) for row in then] == [(1, None), (2, 2)]
    many = refusal(client, f"metric={WINDOWS}&from=2025-01-01&to=2025-06-30&every=day", "metric-series")
    assert many["rule"] == "too-many-points"
    assert refusal(client, f"{asked}&from=2025-01-01&group_by=status", "metric-series")["rule"] == "no-items"

    for path in ("metric-changes", "metric-changes/items"):
        told = refusal(client, f"metric={WINDOWS}&from={BEFORE}&to={SECOND}&within={DIVISION}", path)
        assert told["rule"] == "no-items"
        one, other = (f"/v1/windows?within={DIVISION}&as_of={day}&known_at=2" for day in (BEFORE, SECOND))
        assert f"{one} 和 {other}" in told["detail"]
