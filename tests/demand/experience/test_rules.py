"""What is worse than promised, what is as promised, and what can't be compared."""

import pytest

from app.demand.experience.rules import (
    Promise,
    Said,
    compare,
    is_charged,
    is_submitted_once,
    needs_paper,
)
from app.demand.surveys.questions import Measure, Part
from app.demand.surveys.templates import templates

pytestmark = pytest.mark.one_database

QUESTIONNAIRE = templates()["enterprise-2020"]


def question(measure: Measure, unit: str | None = None) -> Part:
    part = QUESTIONNAIRE.measuring(measure)
    assert part is not None
    return part if unit is None else part.model_copy(update={"unit": unit})


@pytest.mark.parametrize(("said", "found"), [(2, "worse"), (1, "equal"), (0, "better")])
def test_visits_beside_the_visits_that_are_promised(said: int, found: str) -> None:
    assert compare("visits", question("visits"), Said(said), Promise(visits=1)) == found


@pytest.mark.parametrize(
    ("said", "unit", "promise", "found"),
    [
        (7, "工作日", Promise(days=5), "worse"),
        (5, "工作日", Promise(days=5), "equal"),
        (4.5, None, Promise(days=5), "better"),
        # On the spot is none.
        (1, "工作日", Promise(days=0), "worse"),
        (0, "工作日", Promise(days=0), "equal"),
        # A month is 22 working days, a year 250.
        (1, "个月", Promise(days=22), "equal"),
        (1, "月", Promise(days=20), "worse"),
        (1, "年", Promise(days=250), "equal"),
        # Calendar days and hours are not converted, on neither side.
        (7, "天", Promise(days=5), "answer_unclear"),
        (7, "自然日", Promise(days=5), "answer_unclear"),
        (7, "工作日", Promise(is_other_days=True), "promise_not_comparable"),
        (7, "工作日", Promise(), "promise_not_stated"),
    ],
)
def test_working_days_beside_the_promised_limit(said: float, unit: str | None, promise: Promise, found: str) -> None:
    assert compare("working_days", question("working_days", unit), Said(said), promise) == found


@pytest.mark.parametrize(
    ("paid", "charged", "found"),
    [
        (50, False, "worse"),
        (0, False, "equal"),
        (50, True, "equal"),
        (0, True, "better"),
        (50, None, "promise_not_stated"),
    ],
)
def test_a_fee_where_none_is_charged(*, paid: float, charged: bool | None, found: str) -> None:
    assert compare("fee", question("fee"), Said(paid), Promise(is_charged=charged)) == found


@pytest.mark.parametrize(
    ("chosen", "once", "found"),
    [
        ("2", True, "worse"),
        ("1", True, "equal"),
        ("2", False, "equal"),
        ("1", False, "better"),
        ("3", True, "answer_unclear"),
        ("2", None, "promise_not_stated"),
    ],
)
def test_submitting_again_where_once_is_promised(*, chosen: str, once: bool | None, found: str) -> None:
    promise = Promise(is_submitted_once=once)
    assert compare("resubmission", question("resubmission"), Said(choices=[chosen]), promise) == found


@pytest.mark.parametrize(
    ("chosen", "needed", "found"),
    [("1", False, "worse"), ("2", False, "equal"), ("1", True, "equal"), ("2", True, "better")],
)
def test_paper_where_none_is_needed(*, chosen: str, needed: bool, found: str) -> None:
    assert compare("paper", question("paper"), Said(choices=[chosen]), Promise(needs_paper=needed)) == found


@pytest.mark.parametrize("measure", ["visits", "working_days", "fee", "resubmission", "paper"])
def test_what_was_not_answered_is_neither_worse_nor_better(measure: Measure) -> None:
    assert compare(measure, question(measure), None, Promise(1, 1, False, True, True, True)) == "not_answered"


@pytest.mark.parametrize(
    ("is_fee", "fees", "charged"),
    [
        (True, None, True),
        (False, None, False),
        (None, None, None),
        (None, [], False),
        (None, [{"name": "工本费"}], True),
        (True, [], True),
        (False, [], False),
        (True, [{"name": "工本费"}], True),
        # It lists a fee and says that it takes none.
        (False, [{"name": "工本费"}], None),
    ],
)
def test_whether_an_item_charges(*, is_fee: bool | None, fees: list[object] | None, charged: bool | None) -> None:
    assert is_charged(is_fee=is_fee, fees=fees) is charged


@pytest.mark.parametrize(
    ("stated", "once"),
    [
        ({"at_one_window": True}, True),
        ({"depths": ("1", "4")}, True),
        ({"shared": ["营业执照"]}, True),
        ({"at_one_window": False, "depths": ("1", "3"), "joint": "消防救援大队"}, False),
        ({"at_one_window": False, "depths": (), "joint": "消防救援大队"}, False),
        ({"at_one_window": False, "depths": ("1",), "joint": "无"}, None),
        ({"at_one_window": False, "joint": "消防救援大队"}, None),
        ({"depths": ("1",), "joint": "消防救援大队"}, None),
        ({}, None),
    ],
)
def test_whether_one_application_is_enough(*, stated: dict[str, object], once: bool | None) -> None:
    unsaid: dict[str, object] = {"at_one_window": None, "depths": None, "joint": None, "shared": []}
    assert is_submitted_once(**{**unsaid, **stated}) is once  # type: ignore[arg-type] # elements by name


@pytest.mark.parametrize(
    ("formats", "depths", "is_online", "needed"),
    [
        (["2", "1"], ("5",), True, True),
        (["2", "2"], None, None, False),
        ([], None, None, False),
        (["3", "2"], None, True, False),
        (["3", "2"], None, False, None),
        (["3", None], ("4",), True, None),
        (["3", None], ("4", "5"), None, False),
        (None, ("7",), None, False),
        (None, ("4",), True, None),
        (None, None, None, None),
    ],
)
def test_whether_paper_is_needed(
    *, formats: list[str | None] | None, depths: tuple[str, ...] | None, is_online: bool | None, needed: bool | None
) -> None:
    assert needs_paper(formats, depths, is_online=is_online) is needed
