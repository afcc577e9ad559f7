"""Every point of a series is what metric-values says of that day, row by row: numbers, names, addresses, groups."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.catalogue.moments import resolve
from app.catalogue.params import ItemQuestion
from app.metrics.figures import figures
from app.metrics.groups import grouping
from app.metrics.series.periods import Every, points
from app.metrics.series.service import KNOWN_THEN, Series, moments_of, series
from tests.metrics.histories import GROUPS, KEYS, NOW, QUESTIONS, History, days, histories, stored
from tests.statements import counted

SPANS = st.tuples(days(), days()).map(sorted)
KNOWN = st.sampled_from([None, KNOWN_THEN, KNOWN_THEN, "0", "1"])


def of_series(
    connection: Connection, day_list: Sequence[date], group_by: list[str], filter_: str | None, known_at: str | None
) -> list[dict[str, Any]]:
    moments = moments_of(connection, NOW, day_list, known_at)
    question = ItemQuestion(filter=filter_)
    asked = Series(tuple(KEYS), grouping(group_by), question, moments, then=known_at == KNOWN_THEN)
    values, _ = series(connection, asked)
    return values


def of_values(
    connection: Connection, day_list: Sequence[date], group_by: list[str], filter_: str | None, known_at: str | None
) -> list[dict[str, Any]]:
    """Day by day, then in the order of a series."""
    rows: list[dict[str, Any]] = []
    for day in day_list:
        known = day.isoformat() if known_at == KNOWN_THEN else known_at
        moment = resolve(connection, NOW, day.isoformat(), known)
        dates = {name: moment.stated[name] for name in ("known_at", "revision")} if known_at == KNOWN_THEN else {}
        values = figures(connection, KEYS, group_by, moment, filter=filter_)
        rows += [{"as_of": day.isoformat(), **dates, **row} for row in values]
    keys = grouping(group_by)
    rows.sort(key=lambda row: [nulls_last(row["group"][each.name]) for each in keys])
    return sorted(rows, key=lambda row: KEYS.index(row["metric"]))


def nulls_last(code: Any) -> tuple[bool, Any]:
    return (True, 0) if code is None else (False, code)


@settings(max_examples=60)
@given(
    history=histories(),
    span=SPANS,
    every=st.sampled_from(get_args(Every)),
    group_by=GROUPS,
    filter_=QUESTIONS,
    known_at=KNOWN,
)
def test_a_series_is_metric_values_day_by_day(
    application: FastAPI,
    history: History,
    span: list[date],
    every: Every,
    group_by: list[str],
    filter_: str | None,
    known_at: str | None,
) -> None:
    asked = (
        points(span[0], span[1], every),
        group_by,
        filter_,
        known_at if known_at != "1" or history.published else None,
    )
    with stored(application, history) as connection:
        assert of_series(connection, *asked) == of_values(connection, *asked)


@settings(max_examples=100)
@given(
    first=st.dates(max_value=date(9990, 1, 1)),
    length=st.integers(0, 900),
    every=st.sampled_from(get_args(Every)),
)
def test_the_days_of_a_series_are_the_ends_of_its_periods(first: date, length: int, every: Every) -> None:
    last = first + timedelta(days=length)
    every_day = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    assert list(points(first, last, every)) == [day for day in every_day if day == last or ends(day, every)]


def ends(day: date, every: Every) -> bool:
    tomorrow = date.fromordinal(day.toordinal() + 1)
    return {
        "day": True,
        "week": tomorrow.weekday() == 0,
        "month": tomorrow.day == 1,
        "quarter": tomorrow.day == 1 and tomorrow.month in (1, 4, 7, 10),
        "year": (tomorrow.day, tomorrow.month) == (1, 1),
    }[every]


@pytest.mark.parametrize(
    "query",
    [
        "metric=online_rate&metric=average_visits&from=2019-06-30&to=2026-11-21&every=quarter",
        "metric=online_rate&metric=item_count&from=2020-01-01&to=2024-06-30&every=year&group_by=department_code",
        "metric=limit_compression&from=2020-01-01&to=2024-06-30&every=year&group_by=online_depths&group_by=task_type",
        "metric=online_rate&from=2021-11-15&to=2021-12-15&every=week&filter=department_name LIKE '%局'",
    ],
)
@pytest.mark.parametrize("known_at", ["", "&known_at=12", "&known_at=as_of"])
def test_the_series_of_the_demonstration(demo: TestClient, query: str, known_at: str) -> None:
    rows = demo.get(f"/v1/metric-series?{query}{known_at}").json()["values"]
    kept = [part for part in query.split("&") if part.partition("=")[0] in ("metric", "group_by", "filter")]
    for day in sorted({row["as_of"] for row in rows}):
        known = known_at.replace("as_of", day)
        values = demo.get(f"/v1/metric-values?{'&'.join(kept)}&as_of={day}{known}").json()["values"]
        here = [{name: row[name] for name in values[0]} for row in rows if row["as_of"] == day]
        assert here == values


def test_a_series_takes_as_many_statements_as_one_of_its_points(demo: TestClient) -> None:
    def sent(query: str) -> int:
        with counted() as statements:
            demo.get(f"/v1/metric-series?metric=online_rate&every=day&{query}")
        return len(statements)

    assert sent("from=2024-01-01&to=2024-06-30") == sent("from=2024-06-30&to=2024-06-30") <= 7
