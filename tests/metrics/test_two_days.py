"""What became less between two days: the same items on both, counted by hand."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.catalogue.body_filter import condition_of
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import Asked, at
from app.clock import FrozenClock
from app.db import Database
from app.errors import Malformed
from app.metrics.changes.schemas import MetricChanges
from app.metrics.definitions import metrics
from app.metrics.groups import grouping
from app.metrics.queries import statement
from app.metrics.schemas import MetricValues
from app.metrics.series.schemas import MetricSeries
from tests.conftest import NOW
from tests.databases import empty
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish
from tests.plans import plan

EDUCATION = "11440105007495221B"
BASE = {"base_as_of": "2022-12-31"}
DAYS = {**BASE, "as_of": "2025-12-31"}
KEYS = ("material_reduction", "step_reduction", "promised_limit_reduction")


def needing(
    materials: int | None, steps: int | None = None, limit: tuple[int | None, str | None] = (None, None)
) -> Any:
    listed = {"materials": materials, "process_steps": steps}
    counts = {name: None if n is None else [{"name": f"第{i}"} for i in range(n)] for name, n in listed.items()}
    return {**counts, "promised_limit": limit[0], "promised_limit_unit": limit[1], "status": "1"}


@pytest.fixture(scope="module")
def client(application: FastAPI) -> Iterator[TestClient]:
    """Revision 2 is the list of 2020, revision 3 what became of it, revision 4 a correction of what M-1 asked for at the base."""
    database: Database = application.state.database
    application.state.clock = FrozenClock(NOW)
    d = date
    at_education: dict[str, Any] = {"department_code": EDUCATION}
    publish(database, department(), department(EDUCATION, name="海珠区教育局"), on=d(2022, 1, 2))
    publish(
        database,
        item("M-1", **needing(4, 3, (20, "1"))),
        item("M-2", **needing(6, 5, (20, "1"))),
        item("M-3", **needing(5, 4, (10, "1"))),
        item("M-4", **at_education, **needing(None, 2)),
        item("M-5", **at_education, **needing(2, 2, (5, "1"))),
        item("M-7", **at_education, **needing(2, None, (30, "2"))),
        item("M-8", **at_education, **needing(8, 8, (9, "1"))),
        on=d(2022, 1, 3),
    )
    publish(
        database,
        amend("M-2", d(2023, 6, 1), materials=needing(5)["materials"]),
        amend("M-2", d(2024, 6, 1), **needing(3, 4, (0, "4"))),
        amend("M-3", d(2024, 3, 1), name="幼儿园备案", **at_education, **needing(2, 2, (5, "1"))),
        amend("M-4", d(2024, 1, 1), **needing(3, 2, (5, "1"))),
        draft("cancel", "M-5", start=d(2024, 2, 1)),
        item("M-6", start=d(2023, 5, 1), **at_education, **needing(9, 9, (9, "1"))),
        amend("M-7", d(2025, 1, 1), **needing(3, 2, (15, "1"))),
        draft("suspend", "M-8", start=d(2025, 2, 1)),
        on=d(2025, 2, 1),
    )
    publish(database, amend("M-1", d(2022, 6, 1), d(2023, 1, 1), materials=needing(8)["materials"]), on=d(2026, 1, 10))
    yield TestClient(application, raise_server_exceptions=False)
    with database.write() as connection:
        empty(connection)


def get(client: TestClient, path: str, **query: Any) -> Any:
    given = {name: value for name, value in query.items() if value is not None}
    answer = client.get(f"{path}?{urlencode(given, doseq=True)}" if given else path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    answer = get(client, "/v1/metric-values", **query)
    MetricValues.model_validate(answer)
    rows: list[dict[str, Any]] = answer["values"]
    return rows


def parts(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("numerator", "denominator", "item_count", "unknown", "excluded", "percent"))


def codes(client: TestClient, address: str) -> set[str]:
    """Of all pages."""
    found: list[str] = []
    following: str | None = f"{address}&limit=2"
    while following:
        page = get(client, following)
        found += [each["code"] for each in page["items"]]
        following = page["next"]
    assert len(found) == page["total"]
    return set(found)


# What M-5 asked for was cancelled meanwhile, M-6 came later, M-8 is suspended; nobody says what M-4 asked for then.
WHOLE = {
    "material_reduction": (9, 21, 4, 1, 2, 42.86),
    "step_reduction": (3, 14, 4, 1, 2, 21.43),
    "promised_limit_reduction": (25, 50, 3, 1, 3, 50.0),
}


def test_the_same_items_are_compared_on_two_days(client: TestClient) -> None:
    assert {row["metric"]: parts(row) for row in values(client, **DAYS)} == WHOLE


@pytest.mark.parametrize(
    ("known_at", "of_both"),
    [
        (None, [(7, 14, 2, 0, 0, 50.0), (2, 7, 2, 1, 2, 28.57)]),
        ("3", [(3, 10, 2, 0, 0, 30.0), (2, 7, 2, 1, 2, 28.57)]),
        ("2", [(0, 15, 3, 0, 0, 0.0), (0, 12, 3, 1, 0, 0.0)]),
    ],
)
def test_each_department_with_what_was_known_of_both_days(
    client: TestClient, known_at: str | None, of_both: list[tuple[Any, ...]]
) -> None:
    asked = {"metric": KEYS[0], "group_by": "department_code", "known_at": known_at, **DAYS}
    assert [parts(row) for row in values(client, **asked)] == of_both


@pytest.mark.parametrize("known_at", [None, "3", "2"])
def test_addresses_lead_to_the_very_items(client: TestClient, known_at: str | None) -> None:
    rows = values(client, group_by="department_code", known_at=known_at, **DAYS)
    assert {(row["metric"], row["group"]["department_code"]) for row in rows} == {
        (key, code) for key in KEYS for code in (CIVIL_AFFAIRS, EDUCATION)
    }
    for row in rows:
        assert len(codes(client, row["items_url"])) == row["item_count"], row
        assert len(codes(client, row["unknown_url"])) == row["unknown"], row
    if known_at is None:
        _, education = (row for row in rows if row["metric"] == KEYS[0])
        assert codes(client, education["items_url"]) == {"M-3", "M-7"}
        assert codes(client, education["unknown_url"]) == {"M-4"}


def test_any_figure_may_be_about_the_items_of_the_base_day(client: TestClient) -> None:
    """比较日已有的事项今天的平均材料数."""
    (row,) = values(client, metric="mean_materials", filter="was_in_force_before = true", **DAYS)
    assert (row["numerator"], row["denominator"], row["unknown"]) == (4 + 3 + 2 + 3 + 3, 5, 0)
    assert codes(client, row["items_url"]) == {"M-1", "M-2", "M-3", "M-4", "M-7"}


def test_what_was_there_before_the_catalogue_began_nobody_knows(client: TestClient) -> None:
    answer = get(client, "/v1/metric-values", metric=KEYS[0], base_as_of="2019-12-31", as_of="2025-12-31")
    (row,) = answer["values"]
    assert (row["value"], row["denominator"], row["excluded"]) == (None, 0, 7)
    assert "2020-01-01" in answer["note"]
    unknown = get(
        client, "/v1/items", filter="was_in_force_before IS NULL", base_as_of="2019-12-31", as_of="2025-12-31"
    )
    assert (unknown["total"], unknown["note"]) == (7, answer["note"])


def test_without_a_base_day_no_keys_are_the_metrics_of_one_day(client: TestClient) -> None:
    assert not {row["metric"] for row in values(client)} & set(KEYS)


@pytest.mark.parametrize("known_at", [None, "as_of"])
def test_a_series_has_one_base_day(client: TestClient, known_at: str | None) -> None:
    query = {"metric": KEYS, "group_by": "department_code", "from": "2023-01-31", "to": "2025-12-31", "every": "year"}
    answer = get(client, "/v1/metric-series", **query, **BASE, known_at=known_at)
    MetricSeries.model_validate(answer)
    assert answer["base_as_of"] == BASE["base_as_of"]
    for day in ("2023-12-31", "2024-12-31", "2025-12-31"):
        of_day = [row for row in answer["values"] if row["as_of"] == day]
        known = day if known_at else None
        alone = values(client, metric=KEYS, group_by="department_code", as_of=day, known_at=known, **BASE)
        assert [{**row, **each} for row, each in zip(of_day, alone, strict=True)] == of_day


@pytest.mark.parametrize(("known_from", "kinds"), [(None, set()), ("3", {"corrected"})])
def test_what_moved_a_reduction_adds_up(client: TestClient, known_from: str | None, kinds: set[str]) -> None:
    query = {"metric": KEYS[0], "from": "2023-12-31", "to": "2025-12-31", "known_from": known_from, **BASE}
    answer = get(client, "/v1/metric-changes", **query)
    MetricChanges.model_validate(answer)
    (row,) = answer["values"]
    assert {each["kind"]: each["items"] for each in row["kinds"]} == {
        **dict.fromkeys(kinds, 1), "cancelled": 1, "suspended": 1, "transferred": 1, "improved": 1, "worsened": 1,
    }  # fmt: skip
    assert parts(row["after"])[:2] == (9, 21)
    before = {"as_of": "2023-12-31", "known_at": known_from, **BASE}
    assert values(client, metric=KEYS[0], **before) == [row["before"]]
    assert sum(each["numerator_change"] for each in row["kinds"]) == row["numerator_change"]
    for kind in row["kinds"]:
        assert get(client, kind["items_url"])["total"] == kind["items"]


def test_what_was_so_is_listed_sorted_and_filed_beside_what_is(client: TestClient) -> None:
    named = ["code", "was_in_force_before", "material_count_before", "material_count", "promised_limit_unit_before"]
    asked = {"fields": ",".join(named), "sort": "-material_count_before,code", **DAYS}
    page = get(client, "/v1/items", **asked, limit=3)
    rest = get(client, page["next"])
    assert [tuple(each.values()) for each in page["items"] + rest["items"]] == [
        ("M-1", True, 8, 4, "1"), ("M-8", True, 8, 8, "1"), ("M-2", True, 6, 3, "1"),
        ("M-3", True, 5, 2, "1"), ("M-7", True, 2, 3, "2"), ("M-4", True, None, 3, None),
    ]  # fmt: skip
    assert (page["base_as_of"], get(client, rest["next"])["items"][0]["was_in_force_before"]) == ("2022-12-31", False)
    file = client.get("/v1/items", params={**asked, "format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert (file[1], file[-1]) == ("M-1,是,8,4,工作日", "M-6,否,,9,")


def test_values_are_counted_of_what_was_there(client: TestClient) -> None:
    asked = {"facets": "department_code", "filter": "was_in_force_before = true", **DAYS}
    counted = get(client, "/v1/items", **asked)["facets"]["department_code"]["values"]
    assert {each["value"]: each["count"] for each in counted} == {EDUCATION: 4, CIVIL_AFFAIRS: 2}
    assert all(get(client, each["url"])["total"] == each["count"] for each in counted)
    sorted_ = get(client, "/v1/items", facets="department_code", sort="material_count_before", **DAYS)
    assert get(client, sorted_["facets"]["department_code"]["values"][0]["url"])["total"] == 5


def test_a_table_says_the_base_day(client: TestClient) -> None:
    table = client.get("/v1/metric-values", params={"metric": KEYS[0], "format": "csv", **DAYS})
    header, row = table.content.decode("utf-8-sig").splitlines()
    assert header.startswith("as_of,known_at,revision,base_as_of,metric,")
    assert row.split(",")[3] == "2022-12-31"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "query", "parameter", "rule"),
    [
        ("metric-values", {"metric": KEYS[0]}, "base_as_of", "metric-needs-base"),
        ("metric-series", {"metric": KEYS[0], "from": "2025-01-01"}, "base_as_of", "metric-needs-base"),
        ("metric-changes", {"metric": KEYS[0], "from": "2025-01-01"}, "base_as_of", "metric-needs-base"),
        ("metric-values", {"metric": "online_rate", **DAYS}, "base_as_of", "base-not-used"),
        ("metric-values", {"metric": [KEYS[0], "online_rate"], **DAYS}, "base_as_of", "base-not-used"),
        ("metric-series", {"metric": "online_rate", "from": "2025-01-01", **BASE}, "base_as_of", "base-not-used"),
        ("metric-changes", {"metric": "online_rate", "from": "2025-01-01", **BASE}, "base_as_of", "base-not-used"),
        ("items", DAYS, "base_as_of", "base-not-used"),
        ("items", {**DAYS, "format": "csv"}, "base_as_of", "base-not-used"),
        ("items", {"filter": "material_count_before > material_count"}, "filter", "base-needed"),
        ("items", {"filter": "比较日申请材料数 > 1", "format": "xlsx"}, "filter", "base-needed"),
        ("items", {"filter": "was_in_force_before = true", "facets": "status"}, "filter", "base-needed"),
        ("items", {"sort": "-process_step_count_before"}, "sort", "base-needed"),
        ("items", {"fields": "code,promised_limit_before"}, "fields", "base-needed"),
        ("metric-values", {"filter": "was_in_force_before = true"}, "filter", "base-needed"),
        ("metric-groups/convenience", {"filter": "was_in_force_before = true"}, "filter", "base-needed"),
        ("items", {"sort": "promised_limit_before", "base_as_of": "2026-03-02"}, "base_as_of", "base-not-before"),
        ("items", {"sort": "promised_limit_before", "base_as_of": "2022"}, "base_as_of", "not-a-date"),
        ("metric-series", {"metric": KEYS[0], "from": "2022-12-01", **BASE}, "base_as_of", "base-not-before"),
        ("metric-changes", {"metric": KEYS[0], "from": "2022-12-31", **BASE}, "base_as_of", "base-not-before"),
        ("metric-groups/convenience", BASE, "base_as_of", "unknown-parameter"),
    ],
)  # fmt: skip
def test_a_base_day_is_given_where_it_is_looked_at_and_only_there(
    client: TestClient, path: str, query: dict[str, Any], parameter: str, rule: str
) -> None:
    answer = client.get(f"/v1/{path}?{urlencode(query, doseq=True)}")
    (fault, *_) = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["rule"]) == (422, parameter, rule)
    assert "base_as_of" in answer.text


@pytest.mark.one_database
def test_a_filter_in_a_body_has_no_base_day(application: FastAPI) -> None:
    with application.state.database.read() as connection, pytest.raises(Malformed) as refused:
        condition_of(connection, "status = '1' AND material_count_before > 3")
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.position, fault.rule) == ("/filter", 17, "base-needed")


@pytest.mark.one_database
def test_a_group_of_metrics_says_that_one_of_them_compares_two_days(client: TestClient) -> None:
    members = get(client, "/v1/metric-groups/convenience")["members"]
    (member,) = [each for each in members if each["metric"] == KEYS[0]]
    assert (member["computable"], member["figure"]) == (False, None)
    assert "base_as_of" in member["waits_for"]


@pytest.mark.one_database
def test_a_cursor_belongs_to_one_base_day(client: TestClient) -> None:
    page = get(client, "/v1/items", filter="was_in_force_before = true", limit=2, **DAYS)
    answer = client.get(page["next"].replace("base_as_of=2022-12-31", "base_as_of=2022-12-30"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-cursor")


@pytest.mark.one_database
def test_the_base_day_is_looked_up_by_the_number_of_the_item(application: FastAPI) -> None:
    moment = Moment(date(2025, 12, 31), None, 4, newest=4, base=date(2022, 12, 31))
    asked = tuple(metrics()[key] for key in KEYS)
    for latest, index in ((True, "ux_item_version_now"), (False, "ix_item_version_history")):
        counting = statement(asked, grouping(["department_code"]), ItemQuestion(), Asked(latest))
        steps = [
            step
            for step in plan(application.state.database, counting.statement.params(at(moment)))
            if "earlier" in step
        ]
        assert [index in step and "(id=?" in step for step in steps] == [True]
