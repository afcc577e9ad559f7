"""What is exact about conditions, which limits make no sense, and how long messages are tried."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.metrics.alerts.rules import MOST_ATTEMPTS, Condition, Seen, Test, next_attempt
from app.metrics.rules import Kind
from tests.conftest import NOW

pytestmark = pytest.mark.one_database


def seen(numerator: int, denominator: int | None, version: int = 1) -> Seen:
    return Seen(1, date(2026, 3, 2), version, numerator, denominator)


@pytest.mark.parametrize(
    ("test", "limit", "before", "now", "holds"),
    [
        ("below", 0.85, None, (17, 20), False),
        ("below", 0.85, None, (16, 20), True),
        ("above", 0.85, None, (17, 20), False),
        ("above", 3, None, (4, None), True),
        ("rises_by", 0.02, (10, 100), (12, 100), True),
        ("rises_by", 0.02, (12, 100), (10, 100), False),
        ("falls_by", 0.02, (12, 100), (10, 100), True),
        ("changes_by", 0.02, (10, 100), (12, 100), True),
        ("changes_by", 0.02, (1, 3), (353, 1000), False),
        ("changes_by", 0.02, None, (12, 100), False),
    ],
)
def test_conditions_are_exact(test: Test, limit: float, before: Any, now: Any, *, holds: bool) -> None:
    """0.12 − 0.10 is less than 0.02 in floats."""
    assert Condition(test, limit).holds(seen(*now), before and seen(*before)) is holds


def test_nothing_rises_between_two_meanings() -> None:
    assert not Condition("rises_by", 0.1).holds(seen(9, 10, version=2), seen(1, 10))


@pytest.mark.parametrize(
    ("kind", "test", "limit", "suggestion"),
    [
        ("share", "below", 85, "0.85"),
        ("share", "above", 1, None),
        ("share", "above", 100, None),
        ("share", "below", 0, None),
        ("share", "above", -0.1, None),
        ("share", "changes_by", 2, "0.02"),
        ("share", "falls_by", 0, None),
        ("reduction", "below", 40, "0.4"),
        ("count", "below", 0, None),
        ("mean", "rises_by", -1, None),
    ],
)
def test_a_limit_that_says_nothing_is_refused(kind: Kind, test: Test, limit: float, suggestion: str | None) -> None:
    (told,) = Condition(test, limit).faults(kind)
    assert (told.pointer, told.rule, told.suggestion) == (f"/condition/{test}", "limit-out-of-range", suggestion)


@pytest.mark.parametrize(
    ("kind", "test", "limit"),
    [("share", "below", 1), ("share", "above", 0), ("reduction", "below", -0.5), ("count", "above", 0),
     ("total", "changes_by", 100), ("mean", "above", 2.5)],
)  # fmt: skip
def test_a_limit_that_says_something_is_taken(kind: Kind, test: Test, limit: float) -> None:
    assert list(Condition(test, limit).faults(kind)) == []


def test_a_message_is_tried_eight_times_over_about_a_day_ever_less_often() -> None:
    times = [next_attempt(attempts, NOW) for attempts in range(1, MOST_ATTEMPTS)]
    waits = [at - NOW for at in times if at is not None]
    assert len(waits) == 7
    assert waits == sorted(waits)
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=30)
    assert next_attempt(MOST_ATTEMPTS, NOW) is None
