from dataclasses import replace

import pytest

from app.catalogue.objects import FIGURE_COLUMNS
from app.filters import FilterError
from app.metrics.definitions import Metric, Quantity, check, metrics, not_computable
from app.metrics.queries import apart, index_prefix, measures

FIELD = {
    "online_rate", "online_accessible_rate", "full_online_rate", "one_visit_rate", "zero_visit_rate", "average_visits",
    "immediate_rate", "limit_compression", "hall_entry_rate", "one_window_rate", "deficiency_rate", "transfer_rate",
    "catalogue_coverage", "material_reduction", "e_licence_coverage", "online_case_rate", "on_time_rate",
    "good_review_rate", "bad_review_fix_rate", "authority_change_timeliness", "cross_region_agreement_items",
}  # fmt: skip
FIVE_DEGREES = {
    "online_service_effectiveness",
    "online_handling_maturity",
    "service_mode_completeness",
    "service_item_coverage",
    "guide_accuracy",
}
EVERY = sorted(metrics())
OF_ITEMS = [key for key in EVERY if metrics()[key].basis == "items"]


def test_every_indicator_of_the_field_is_defined_or_says_what_it_waits_for() -> None:
    assert metrics().keys() | not_computable().keys() >= FIELD | FIVE_DEGREES
    assert not metrics().keys() & not_computable().keys()


@pytest.mark.parametrize("key", EVERY)
def test_every_filter_is_a_condition_over_declared_elements(key: str) -> None:
    metric = metrics()[key]
    for text in metric.sets.all:
        metric.filters.condition(text)


@pytest.mark.parametrize("key", OF_ITEMS)
def test_every_metric_is_about_items_in_use_and_says_where_it_comes_from(key: str) -> None:
    metric = metrics()[key]
    assert metric.basis != "items" or "status = '1'" in (metric.denominator or metric.numerator or "")
    assert metric.definition_version == 1
    assert metric.source
    assert metric.standing
    assert metric.rounding


@pytest.mark.parametrize("key", sorted(not_computable()))
def test_what_cannot_be_computed_says_why_and_what_it_waits_for(key: str) -> None:
    waiting = not_computable()[key]
    assert waiting.reason
    assert waiting.waits_for


def test_the_index_covers_all_that_the_shipped_metrics_look_at() -> None:
    measured = measures(apart(tuple(metrics()[key] for key in OF_ITEMS))[0])
    used = index_prefix([*measured.sets.values(), *measured.sums.values()])
    assert [column.name for column in used] == list(FIGURE_COLUMNS)


def test_deficiency_tolerance_is_counted_among_licences() -> None:
    assert metrics()["deficiency_rate"].denominator == "status = '1' AND task_type = '01'"


def test_only_working_days_are_compressed_and_on_the_spot_is_none() -> None:
    metric = metrics()["limit_compression"]
    assert metric.before == Quantity("statutory_limit", "statutory_limit_unit", (("1", 1),))
    assert metric.after == Quantity("promised_limit", "promised_limit_unit", (("1", 1), ("4", 0)))


def broken(key: str, **wrong: object) -> Metric:
    return replace(metrics()[key], **wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    "metric",
    [
        broken("online_rate", numerator="is_onlin = true"),
        broken("online_rate", numerator="is_online = "),
        broken("online_rate", denominator="online_depths = '5'"),
    ],
    ids=["no such element", "unfinished", "several codes"],
)
def test_a_filter_that_makes_no_sense_is_refused(metric: Metric) -> None:
    with pytest.raises(FilterError):
        check(metric)


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        (broken("online_rate", denominator=None), "a share needs"),
        (broken("item_count", denominator="status = '1'"), "a count needs"),
        (broken("average_visits", value=Quantity("case_type")), "case_type is no number"),
    ],
)
def test_a_metric_without_what_its_kind_needs_is_refused(metric: Metric, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check(metric)
