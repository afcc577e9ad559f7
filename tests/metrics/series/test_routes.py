"""A series is metric-values asked day by day, in one answer."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.rules import Caller
from app.clock import FrozenClock
from app.db import Database
from app.metrics.own.checking import read
from app.metrics.own.schemas import Definition
from app.metrics.recorded import Recorded
from app.metrics.recording import record
from app.metrics.series.schemas import MetricSeries
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish
from tests.metrics.own.desk import body
from tests.statements import counted

Series = Callable[..., dict[str, Any]]


@pytest.fixture
def series(client: TestClient) -> Series:
    def get(query: str) -> dict[str, Any]:
        answer = client.get(f"/v1/metric-series?{query}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    return get


@pytest.fixture
def grown(database: Database) -> None:
    """Two items in 2020; one more from 15 May 2025; one of the first cancelled on 1 July; the other online on 1 June."""
    publish(database, department(), item("HZ-001", is_online=False), item("HZ-002"), on=date(2025, 1, 1))
    publish(database, item("HZ-003", start=date(2025, 5, 15), is_online=True), on=date(2025, 5, 10))
    publish(database, draft("cancel", "HZ-002", start=date(2025, 7, 1)), on=date(2025, 6, 20))
    publish(database, amend("HZ-001", date(2025, 6, 1), is_online=True), on=date(2025, 8, 1))


@pytest.mark.usefixtures("grown")
def test_one_row_at_the_end_of_each_month_and_on_the_last_day(series: Series) -> None:
    answer = series("metric=online_rate&from=2025-04-30&to=2025-07-10")
    MetricSeries.model_validate(answer)
    assert (answer["from"], answer["to"], answer["every"], answer["revision"]) == (
        "2025-04-30",
        "2025-07-10",
        "month",
        4,
    )
    assert [(row["as_of"], row["numerator"], row["denominator"]) for row in answer["values"]] == [
        ("2025-04-30", 0, 2),
        ("2025-05-31", 1, 3),
        ("2025-06-30", 2, 3),
        ("2025-07-10", 2, 2),
    ]


@pytest.mark.usefixtures("grown")
def test_each_day_as_it_was_known_then(series: Series) -> None:
    """On 30 June nobody knew yet that HZ-001 had gone online on the first of that month."""
    answer = series("metric=online_rate&from=2024-12-31&to=2025-08-01&every=quarter&known_at=as_of")
    assert (answer["known_at"], answer["revision"]) == ("as_of", None)
    assert "2025-01-01" in answer["note"]
    assert [(row["as_of"], row["revision"], row["numerator"], row["value"]) for row in answer["values"]] == [
        ("2024-12-31", 0, 0, None),
        ("2025-03-31", 1, 0, 0.0),
        ("2025-06-30", 3, 1, 1 / 3),
        ("2025-08-01", 4, 2, 1.0),
    ]
    assert answer["values"][2]["known_at"] == "2025-06-30T23:59:59.999999+08:00"


@pytest.mark.usefixtures("grown")
def test_a_group_has_a_row_on_the_days_on_which_it_has_items(series: Series) -> None:
    rows = series("metric=item_count&from=2025-04-30&to=2025-07-31&group_by=is_online")["values"]
    assert [(row["group"]["is_online"], row["as_of"], row["value"]) for row in rows] == [
        (False, "2025-04-30", 1),
        (False, "2025-05-31", 1),
        (True, "2025-05-31", 1),
        (True, "2025-06-30", 2),
        (True, "2025-07-31", 2),
        (None, "2025-04-30", 1),
        (None, "2025-05-31", 1),
        (None, "2025-06-30", 1),
    ]


@pytest.mark.usefixtures("grown")
def test_departments_have_the_name_of_each_day_and_filters_too(database: Database, series: Series) -> None:
    renamed = draft(
        "amend", CIVIL_AFFAIRS, {"name": "海珠区社会工作局"}, kind=department().kind, start=date(2025, 6, 1)
    )
    publish(database, renamed, on=date(2025, 8, 2))
    asked = "metric=item_count&from=2025-05-31&to=2025-07-31&group_by=department_code"
    names = [row["group"]["department_code_label"] for row in series(asked)["values"]]
    assert names == ["海珠区民政局", "海珠区社会工作局", "海珠区社会工作局"]
    named = series(f"{asked}&filter=department_name = '海珠区社会工作局'")["values"]
    assert [row["as_of"] for row in named] == ["2025-06-30", "2025-07-31"]
    then = series(f"{asked}&filter=department_name = '海珠区社会工作局'&known_at=as_of")["values"]
    assert then == []


@pytest.mark.usefixtures("grown")
def test_a_name_that_was_corrected_later_is_the_old_one_as_known_then(database: Database, series: Series) -> None:
    renamed = draft(
        "amend", CIVIL_AFFAIRS, {"name": "海珠区社会工作局"}, kind=department().kind, start=date(2025, 1, 1)
    )
    publish(database, renamed, on=date(2025, 9, 10))
    asked = "metric=item_count&from=2025-08-31&to=2025-09-30&group_by=department_code&known_at=as_of"
    rows = series(asked)["values"]
    assert [row["group"]["department_code_label"] for row in rows] == ["海珠区民政局", "海珠区社会工作局"]
    named = series(f"{asked}&filter=department_name = '海珠区民政局'")["values"]
    assert [row["as_of"] for row in named] == ["2025-08-31"]


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize(
    ("query", "problem", "parameter"),
    [
        ("from=2025-01-01", "malformed", "metric"),
        ("metric=item_count", "malformed", "from"),
        ("metric=item_count&from=2025-02-30", "malformed", "from"),
        ("metric=item_count&from=2025-01-01&to=heute", "malformed", "to"),
        ("metric=item_count&from=2025-01-02&to=2025-01-01", "backward-span", "from"),
        ("metric=item_count&from=2025-01-01&every=hour", "malformed", "every"),
        ("metric=item_count&from=0001-01-01&to=9998-12-31&every=day", "too-many-points", "every"),
        ("metric=item_count&from=2025-01-01&to=2026-03-03&known_at=as_of", "not-known-yet", "to"),
        ("metric=item_count&from=2025-01-01&known_at=2026-03-03", "malformed", "known_at"),
        ("metric=item_count&from=2025-01-01&format=xml", "malformed", "format"),
        ("metric=item_cuont&from=2025-01-01", "unknown-metric", "metric"),
        ("metric=guide_accuracy&from=2025-01-01", "metric-not-computable", "metric"),
        ("metric=item_count&from=2025-01-01&group_by=name", "unknown-group", "group_by"),
        ("metric=item_count&from=2025-01-01&within=44", "malformed", "within"),
        ("metric=item_count&from=2025-01-01&filter=onlin=true", "invalid-filter", "filter"),
    ],
)
def test_what_is_wrong_is_named(client: TestClient, query: str, problem: str, parameter: str) -> None:
    answer = client.get(f"/v1/metric-series?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_a_series_of_a_million_points_says_how_many_and_what_to_do(client: TestClient) -> None:
    millions = "/v1/metric-series?metric=item_count&from=0001-01-01&to=2800-01-01&every=day"
    answer = client.get(millions).json()
    assert "1022314" in answer["detail"]
    assert "缩短" in answer["detail"]
    assert "1000 at most. Shorten the span." in client.get(millions, headers={"Accept-Language": "en"}).json()["detail"]
    weeks = client.get("/v1/metric-series?metric=item_count&from=2020-01-01&to=2025-01-01&every=day").json()
    assert (weeks["errors"][0]["suggestion"], "every=week" in weeks["detail"]) == ("week", True)


@pytest.mark.usefixtures("grown")
def test_too_many_rows_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.metrics.figures.MOST_ROWS", 3)
    answer = client.get("/v1/metric-series?metric=item_count&from=2025-01-31&to=2025-04-30")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-rows")


@pytest.mark.usefixtures("grown")
def test_a_long_filter_on_every_day_of_years_is_refused(client: TestClient) -> None:
    """6,200 Chinese characters on 900 days were 204 MB."""
    query = f"/v1/metric-series?metric=online_rate&to=2025-06-30&filter=name <> '{'养' * 6200}'"
    answer = client.get(f"{query}&from=2023-01-01&every=day")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/links-too-long")
    assert client.get(f"{query}&from=2025-01-01&every=month").status_code == 200


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize("asked", ["&format=csv", ""])
def test_a_series_is_a_flat_table(client: TestClient, asked: str) -> None:
    accept = {"Accept": "application/json"} if asked else {"Accept": "text/csv"}
    answer = client.get(
        f"/v1/metric-series?metric=online_rate&from=2025-05-31&to=2025-07-31&group_by=department_code{asked}",
        headers=accept,
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert (answer.headers["content-type"], answer.headers["vary"]) == (
        "text/csv; charset=utf-8",
        "Accept, Accept-Language",
    )
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["as_of"], row["revision"], row["department_code"], row["numerator"]) for row in rows] == [
        ("2025-05-31", "4", CIVIL_AFFAIRS, "1"),
        ("2025-06-30", "4", CIVIL_AFFAIRS, "2"),
        ("2025-07-31", "4", CIVIL_AFFAIRS, "2"),
    ]
    assert (rows[0]["metric_name"], rows[0]["department_code_label"]) == ("一网通办率（事项口径）", "海珠区民政局")


@pytest.fixture
def weekly(database: Database, clock: FrozenClock) -> None:
    """A metric of the bureau's own since 2 March 2026, redefined each day for a week; another one stays as it is."""
    publish(database, department(), item("HZ-001", task_type="01", is_online=True), on=date(2026, 2, 27))
    own = read("licence_online_rate", Definition.model_validate(body(key=None)), 1)
    online = replace(own, key="online_rate_of_ours", name_zh="本局网办率")
    for number in range(1, 8):
        renamed = replace(own, definition_version=number, name_zh=f"第 {number} 版网办率")
        news = [renamed, online] if number == 1 else [renamed]
        with database.write() as connection:
            record(connection, [Recorded(each, released=False) for each in news], Caller("审批局 王敏"), clock)
        clock.at += timedelta(days=1)


DAYS = "from=2026-03-02&to=2026-03-08&every=day&known_at=as_of"


@pytest.mark.usefixtures("weekly")
def test_definitions_are_read_once_and_those_of_other_metrics_split_nothing(client: TestClient, series: Series) -> None:
    with counted() as statements:
        assert len(series(f"metric=online_rate_of_ours&{DAYS}")["values"]) == 7
    assert sum("metric_definition" in each for each in statements) == 1
    assert len(statements) == 5, statements  # revisions, definitions, departments, divisions, events
    with counted() as statements:
        rows = series(f"metric=online_rate_of_ours&metric=licence_online_rate&{DAYS}")["values"]
    assert [row["definition_version"] for row in rows] == [1] * 7 + list(range(1, 8))
    assert len(statements) == 4 + 7
    table = client.get(f"/v1/metric-series?metric=licence_online_rate&{DAYS}&format=csv").text
    assert table.count("第 7 版网办率") == 7


@pytest.mark.usefixtures("weekly")
def test_values_read_definitions_once(client: TestClient) -> None:
    for asked in ("metric-values?metric=licence_online_rate", "metric-series?metric=online_rate&from=2026-03-02"):
        for form in ("json", "csv"):
            with counted() as statements:
                assert client.get(f"/v1/{asked}&format={form}").status_code == 200
            assert sum("metric_definition" in each for each in statements) == 1


@pytest.mark.usefixtures("weekly")
def test_before_it_was_defined_a_series_says_from_which_day_it_may_begin(client: TestClient, series: Series) -> None:
    early = f"metric=licence_online_rate&{DAYS.replace('03-02', '02-27')}"
    answer = client.get(f"/v1/metric-series?{early}").json()
    assert answer["errors"][0]["rule"] == "defined-later"
    assert "请把 from 改为 2026-03-02 或以后，或去掉 known_at。" in answer["detail"]
    assert series(early.replace("02-27", "03-02"))["values"]
    assert series(early.replace("&known_at=as_of", ""))["values"]
