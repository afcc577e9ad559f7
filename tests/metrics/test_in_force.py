from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.db import Database
from app.metrics.definitions import metrics
from app.metrics.in_force import (
    MetricNotComputable,
    MetricNotFound,
    UnknownMetric,
    chosen,
    get_versions,
    in_force,
)
from tests.statements import counted

NOW = Moment(date(2026, 3, 2), None, 0, newest=0)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.read() as opened:
        yield opened


def test_where_nothing_is_recorded_what_is_shipped_holds(connection: Connection) -> None:
    assert {key: each.metric for key, each in in_force(connection, NOW).items()} == metrics()


def test_no_keys_mean_every_metric_of_items_and_a_repeated_key_counts_once(connection: Connection) -> None:
    """With a base day those that compare with it, else the others."""
    of_items = {key: each.needs_base for key, each in metrics().items() if each.basis == "items"}
    of_two_days = [key for key, needs_base in of_items.items() if needs_base]
    assert [metric.key for metric in chosen(connection, [], replace(NOW, base=date(2025, 3, 2)))] == of_two_days
    of_one_day = [key for key, needs_base in of_items.items() if not needs_base]
    assert [metric.key for metric in chosen(connection, [], NOW)] == of_one_day
    assert [metric.key for metric in chosen(connection, ["one_visit_rate", "online_rate", "one_visit_rate"], NOW)] == [
        "one_visit_rate",
        "online_rate",
    ]


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("online_rat", "online_rate"), ("最多跑一次率", "one_visit_rate"), ("全程网办", "full_online_rate")],
)
def test_an_unknown_metric_is_refused_with_the_nearest(connection: Connection, asked: str, nearest: str) -> None:
    with pytest.raises(UnknownMetric) as refused:
        chosen(connection, ["online_rate", asked], NOW)
    (fault,) = refused.value.faults
    assert (fault.parameter, fault.value, fault.suggestion) == ("metric", asked, nearest)
    assert nearest in fault.detail.zh
    assert nearest in fault.detail.en


def test_of_very_many_unknown_metrics_the_first_are_named(connection: Connection) -> None:
    with counted() as statements, pytest.raises(UnknownMetric) as refused:
        chosen(connection, [f"rate_{number}" for number in range(10_000)], NOW)
    assert (len(refused.value.faults), len(statements)) == (20, 2)


def test_values_of_a_metric_that_waits_are_refused_with_the_reason(connection: Connection) -> None:
    with pytest.raises(MetricNotComputable) as refused:
        chosen(connection, ["guide_accuracy"], NOW)
    assert "权重" in refused.value.detail.zh


def test_a_definition_that_does_not_exist_is_not_found(connection: Connection) -> None:
    with pytest.raises(MetricNotFound) as missing:
        get_versions(connection, "transfer_rat")
    assert missing.value.faults[0].suggestion == "transfer_rate"
