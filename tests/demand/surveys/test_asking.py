import pytest

from app.demand.surveys.asking import Demand, misfits_of_parts, read_demand, read_weight
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.templates import get_template

QUESTIONNAIRE = get_template("enterprise-2020")


@pytest.mark.parametrize(("written", "weight"), [(None, 1), ("", 1), (3, 3), ("6", 6), ("６", 6), (2.0, 2)])
def test_a_weight_is_a_number_of_enterprises_also_as_a_file_has_it(written: object, weight: int) -> None:
    assert read_weight(written) == weight


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (0, "weight-not-positive"),
        ("-3", "weight-not-positive"),
        (2.5, "not-a-number"),
        ("六家", "not-a-number"),
        (True, "not-a-number"),
        (10**7, "weight-too-large"),
    ],
)
def test_a_weight_that_is_none_is_told(written: object, rule: str) -> None:
    found = read_weight(written)
    assert isinstance(found, Misfit)
    assert found.rule == rule


def test_all_that_is_wrong_with_a_demand_is_told_at_once() -> None:
    _, misfits = read_demand(QUESTIONNAIRE, "……", 0, "q8")
    assert [(each.at, each.rule) for each in misfits] == [
        (("text",), "no-words"),
        (("weight",), "weight-not-positive"),
        (("question",), "question-has-parts"),
    ]


def test_a_demand_is_kept_without_the_blanks_around_it() -> None:
    demand, misfits = read_demand(QUESTIONNAIRE, " 取水许可\n", 2, "q18")
    assert (demand, misfits) == (Demand("取水许可", 2, "q18"), [])


def test_parts_say_different_things() -> None:
    assert misfits_of_parts(["养老金", "医保"]) == []
    assert [(each.at, each.rule) for each in misfits_of_parts(["养老金", "医保", "养老金。"])] == [((2,), "repeated")]
