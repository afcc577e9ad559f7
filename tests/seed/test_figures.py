"""The figures of the published county report, and what the years before and after it show."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from tests.seed.replay import ASKED, REPORT_DAY, SURVEY_DAY, TODAY, Content, Model, in_use, replay

Condition = Callable[[Content], bool]


def count(items: list[Content], condition: Condition) -> int:
    return sum(1 for item in items if condition(item))


@pytest.mark.parametrize(
    ("figure", "condition"),
    [
        (1428, lambda item: item["status"] == "1"),
        (1263, lambda item: item["is_online"] is True),
        (165, lambda item: item["is_online"] is False and item["offline_reason"] is not None),
        (1373, lambda item: item["onsite_visits"] <= 1),
        (259, lambda item: item["task_type"] == "01"),
        (245, lambda item: item["task_type"] == "01" and item["setting_level"] == "central"),
        (14, lambda item: item["task_type"] == "01" and item["setting_level"] == "local"),
        (1169, lambda item: item["task_type"] in ("05", "07", "08", "09", "10", "20")),
        (0, lambda item: item["task_type"] == "01" and item["main_item_name"] is not None),
        (50, lambda item: item["supports_deficiency_tolerance"] is True),
        (50, lambda item: item["task_type"] == "01" and item["correction_limit"] is not None),
        (1428, lambda item: item["is_in_service_hall"] is True and item["must_be_in_service_hall"] is True),
        (0, lambda item: item["not_in_hall_reason"] is not None),
    ],
)
def test_figures_of_the_report(items: list[Content], figure: int, condition: Condition) -> None:
    assert count(items, condition) == figure


def test_departments_and_windows_of_the_report(latest: Model, items: list[Content]) -> None:
    assert len({item["department_code"] for item in items}) == 29
    assert len(latest.on("department", REPORT_DAY)) == 29
    assert len(latest.on("window", REPORT_DAY)) == 75


def test_the_report_day_was_known_on_the_day_itself() -> None:
    known = in_use(replay(REPORT_DAY), REPORT_DAY)
    assert (len(known), count(known, lambda item: item["is_online"] is True)) == (1428, 1263)


def test_licences_handed_over(latest: Model, items: list[Content]) -> None:
    before = {item["record_guid"] or item["catalog_code"]: item for item in latest.on("item", date(2021, 11, 30))}
    bureau = {d["code"] for d in latest.on("department", REPORT_DAY) if "行政审批服务局" in str(d["name"])}
    moved = [
        (before[key]["department_code"], item)
        for item in items
        if item["task_type"] == "01" and item["department_code"] in bureau
        if (key := item["record_guid"] or item["catalog_code"]) in before
    ]
    licences_at_bureau = count(items, lambda item: item["task_type"] == "01" and item["department_code"] in bureau)
    givers = {code for code, _ in moved}
    assert licences_at_bureau == len(moved) == 143
    assert len(givers) == 13
    assert givers <= {item["department_code"] for item in items} - bureau


@pytest.mark.parametrize(
    ("day", "handed_over"),
    [(date(2021, 11, 30), 0), (date(2021, 12, 1), 52), (date(2023, 1, 1), 88), (date(2023, 11, 1), 143)],
)
def test_three_dated_batches(latest: Model, day: date, handed_over: int) -> None:
    bureau = {d["code"] for d in latest.on("department", day) if "行政审批服务局" in str(d["name"])}
    assert len(bureau) == 1
    held = [item for item in latest.on("item", day) if item["department_code"] in bureau]
    assert count(held, lambda item: item["task_type"] == "01") == handed_over


@pytest.mark.parametrize(
    ("day", "tolerant"),
    [(date(2022, 10, 1), 0), (date(2022, 11, 1), 28), (date(2023, 8, 1), 50), (TODAY, 50)],
)
def test_two_dated_batches_of_tolerance(latest: Model, day: date, tolerant: int) -> None:
    assert count(latest.on("item", day), lambda item: item["supports_deficiency_tolerance"] is True) == tolerant


def online_and_all(model: Model, day: date) -> tuple[int, int]:
    items = in_use(model, day)
    return count(items, lambda item: item["is_online"] is True), len(items)


def test_nothing_before_the_first_list(latest: Model) -> None:
    assert latest.on("item", date(2019, 6, 30)) == []


def test_online_share_grows_from_year_to_year(latest: Model) -> None:
    shares = [online / total for online, total in (online_and_all(latest, day) for day in ASKED[1:])]
    assert shares == sorted(shares)
    assert shares[-1] < 1


def test_survey_day(latest: Model) -> None:
    online, total = online_and_all(latest, SURVEY_DAY)
    assert 1250 <= total <= 1330
    assert 0.55 <= online / total <= 0.65


def test_survey_day_was_known_differently_then(latest: Model, known_then: Model) -> None:
    assert online_and_all(known_then, SURVEY_DAY) == (791, 1314)
    assert online_and_all(latest, SURVEY_DAY) == (778, 1316)


def test_some_items_once_did_not_say_whether_they_were_online(latest: Model) -> None:
    unknown = Counter(item["is_online"] for item in in_use(latest, SURVEY_DAY))[None]
    assert 0 < unknown < 40
    assert all(item["is_online"] is not None for item in in_use(latest, REPORT_DAY))


def test_some_items_once_stayed_outside_the_hall(latest: Model) -> None:
    away = [item for item in in_use(latest, SURVEY_DAY) if not item["is_in_service_hall"]]
    assert len(away) > 300
    assert all(item["not_in_hall_reason"] for item in away)
    assert {item["must_be_in_service_hall"] for item in away} == {True, False}


def test_suspended_cancelled_and_planned_items(latest: Model) -> None:
    now, later = latest.on("item", REPORT_DAY), latest.on("item", date(2024, 9, 1))
    codes = {item["catalog_code"] for item in now}
    assert count(now, lambda item: item["status"] == "2") == 6
    assert count(later, lambda item: item["catalog_code"] not in codes) == 9
    assert len({item["catalog_code"] for item in latest.on("item", SURVEY_DAY)} - codes) > 10


def test_planned_changes_were_published_before_the_report_day() -> None:
    planned = replay(REPORT_DAY)
    assert len(planned.on("item", date(2024, 9, 1))) == len(planned.on("item", REPORT_DAY)) + 9
    assert len(planned.on("item", TODAY)) == len(planned.on("item", REPORT_DAY)) + 5


def test_the_present_differs_from_the_report_day(latest: Model) -> None:
    online, total = online_and_all(latest, TODAY)
    assert (online, total) != (1263, 1428)
    assert online / total > 0.89
