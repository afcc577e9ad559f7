"""What Prometheus reads of `/metrics` is what the API answers."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from app.metrics.openmetrics import Exposition
from tests.factories import CIVIL_AFFAIRS, amend, department, item, publish
from tests.statements import counted

Labels = frozenset[tuple[str, str]]


@pytest.fixture(autouse=True)
def nothing_kept(application: FastAPI) -> None:
    """Each test begins its revisions anew, which no catalogue in use does."""
    application.state.exposition = Exposition(application.version)


def scraped(client: TestClient) -> dict[str, dict[Labels, float]]:
    """The samples by name and labels, as the parser of the specification reads them."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert answer.text.endswith("# EOF\n")
    samples: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(answer.text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            samples.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return samples


def labels(metric: str, code: str = CIVIL_AFFAIRS) -> Labels:
    return frozenset({("metric", metric), ("department_code", code)})


def test_every_share_of_every_department_is_what_the_api_answers(demo: TestClient) -> None:
    shares = [each["key"] for each in demo.get("/v1/metrics").json()["items"] if each["kind"] == "share"]
    answer = demo.get("/v1/metric-values", params={"metric": shares, "group_by": "department_code"}).json()
    read = scraped(demo)
    for part, name in (("value", "ratio"), ("numerator",) * 2, ("denominator",) * 2, ("unknown",) * 2):
        assert read[f"shixiang_metric_{name}"] == {
            labels(row["metric"], row["group"]["department_code"]): row[part]
            for row in answer["values"]
            if row[part] is not None
        }
    assert read["shixiang_revision"] == {frozenset(): answer["revision"]}


def test_keys_and_codes_have_their_names_beside_them(client: TestClient, database: Database) -> None:
    publish(database, department(name='海珠区"民政"局\\一科'), item())
    read = scraped(client)
    assert {frozenset({("department_code", CIVIL_AFFAIRS), ("name", '海珠区"民政"局\\一科')})} == set(
        read["shixiang_department_info"]
    )
    assert frozenset({("metric", "online_rate"), ("name", "一网通办率（事项口径）")}) in read["shixiang_metric_info"]
    assert frozenset({("version", "0.1.0")}) in read["shixiang_build_info"]


def test_a_share_of_which_nothing_is_stated_has_no_ratio_but_its_parts(client: TestClient, database: Database) -> None:
    publish(database, department(), item())
    read = scraped(client)
    assert labels("online_rate") not in read["shixiang_metric_ratio"]
    assert read["shixiang_metric_denominator"][labels("online_rate")] == 1
    assert read["shixiang_metric_unknown"][labels("online_rate")] == 1


def test_an_empty_catalogue_has_a_revision_and_no_figures(client: TestClient) -> None:
    read = scraped(client)
    assert read["shixiang_revision"] == {frozenset(): 0}
    assert "shixiang_metric_ratio" not in read


class TestScrapedEveryFewSeconds:
    def test_it_asks_for_the_revision_and_nothing_else(self, client: TestClient, database: Database) -> None:
        publish(database, department(), item(is_online=True))
        first = client.get("/metrics").text
        with counted() as statements:
            assert client.get("/metrics").text == first
        assert len(statements) == 1

    def test_a_publication_is_seen_at_once(self, client: TestClient, database: Database) -> None:
        publish(database, department(), item(is_online=True))
        assert scraped(client)["shixiang_metric_ratio"][labels("online_rate")] == 1
        publish(database, amend("HZ-001", datetime(2026, 3, 1, tzinfo=SHANGHAI).date(), is_online=False))
        assert scraped(client)["shixiang_metric_ratio"][labels("online_rate")] == 0

    def test_a_planned_change_is_seen_on_its_day(
        self, client: TestClient, database: Database, clock: FrozenClock
    ) -> None:
        tomorrow = clock.at + timedelta(days=1)
        publish(database, department(), item(is_online=True), amend("HZ-001", tomorrow.date(), is_online=False))
        assert scraped(client)["shixiang_metric_ratio"][labels("online_rate")] == 1
        clock.at = tomorrow
        assert scraped(client)["shixiang_metric_ratio"][labels("online_rate")] == 0
