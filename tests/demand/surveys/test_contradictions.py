"""What of a survey doesn't add up."""

from typing import Any

import pytest

from app.demand.surveys.contradictions import Contradiction, Counts, contradictions
from app.demand.surveys.design import Design
from app.demand.surveys.published import read_published
from app.demand.surveys.questions import Questionnaire

SIZES = ("小微企业", "中型企业", "大型企业")
KINDS = ("传统制造业", "服务行业", "高新技术产业", "农林牧副渔行业", "建筑业", "其他行业")


def options(*labels: str) -> list[dict[str, str]]:
    return [{"code": str(place), "label": label} for place, label in enumerate(labels, 1)]


COMPOSITION = Questionnaire.model_validate(
    {
        "key": "composition",
        "title": "企业构成",
        "questions": [
            {"key": "size", "text": "企业规模", "kind": "single", "attribute": "size", "options": options(*SIZES)},
            {"key": "kind", "text": "行业", "kind": "single", "options": options(*KINDS)},
            {"key": "wants", "text": "期待", "kind": "multiple", "most": 2, "options": options("简化", "增加", "共享")},
        ],
    }
)


def told(
    *figures: tuple[str, int, dict[str, Any]], design: dict[str, Any] | None = None, counts: Counts | None = None
) -> list[Contradiction]:
    published = read_published({"question": key, "option": str(option), **said} for key, option, said in figures)
    return contradictions(COMPOSITION, Design.model_validate(design or {}), published, counts or Counts())


def shares(key: str, *values: float, base: int | None = None) -> list[tuple[str, int, dict[str, Any]]]:
    return [(key, place, {"share": value, "base": base}) for place, value in enumerate(values, 1)]


def rules(found: list[Contradiction]) -> list[str]:
    return [each.rule for each in found]


def test_the_sizes_of_the_153_enterprises_add_up_to_104_6_per_cent() -> None:
    """As a study of 2024 prints them; every single one of them is a possible share of 153."""
    (found,) = told(*shares("size", 88.2, 15.7, 0.7, base=153))
    assert (found.rule, found.question) == ("shares-off-100", "size")
    assert found.message.zh == (
        "题 size（企业规模）的占比合计 104.6%：小微企业 88.2% + 中型企业 15.7% + 大型企业 0.7%；"
        "单选题应为 100%（四舍五入最多差 0.15 个百分点）。请核对原文。"
    )


def test_the_industries_of_the_same_study_are_shares_of_135_not_of_153() -> None:
    (found,) = told(*shares("kind", 28.1, 31.1, 4.4, 6.7, 2.2, 27.4, base=153))
    assert (found.rule, found.question) == ("shares-of-no-count", "kind")
    assert found.message.zh.endswith("基数是 135 时各项都得得出。")
    assert told(*shares("kind", 28.1, 31.1, 4.4, 6.7, 2.2, 27.4, base=135)) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((33.3, 33.3, 33.3), []),
        ((33.4, 33.4, 33.4), ["shares-off-100"]),
        ((33, 33, 33), []),
        ((50, 30, 20), []),
        ((50, 30, 10), ["shares-off-100"]),
        ((60, 30), []),
        ((80, 30), ["shares-off-100"]),
    ],
)
def test_rounding_is_no_contradiction_and_what_is_not_published_may_make_up_the_rest(
    values: tuple[float, ...], expected: list[str]
) -> None:
    assert rules(told(*shares("size", *values))) == expected


def test_of_two_choices_shares_may_come_to_200_per_cent() -> None:
    assert told(*shares("wants", 80, 60, 40)) == []
    assert rules(told(*shares("wants", 90, 80, 40))) == ["shares-off-100"]


def test_counts_are_within_their_base_and_agree_with_their_shares() -> None:
    right = ("size", 1, {"respondents": 135, "share": 88.2, "base": 153})
    assert told(right) == []
    assert rules(told(("size", 1, {"respondents": 153, "share": 88.2, "base": 153}))) == ["count-against-share"]
    assert rules(told(("wants", 1, {"respondents": 11, "base": 10}))) == ["count-over-base"]
    over = [("size", place, {"respondents": count, "base": 10}) for place, count in ((1, 8), (2, 3))]
    assert rules(told(*over)) == ["counts-over-base"]
    assert (
        told(*[("wants", place, {"respondents": count, "base": 10}) for place, count in ((1, 8), (2, 6), (3, 4))]) == []
    )
    assert rules(told(right, ("size", 2, {"respondents": 10, "base": 150}))) == ["bases-differ"]


def test_what_was_planned_against_what_was_answered() -> None:
    design = {
        "planned": 31,
        "strata": [
            {"key": "small", "label": "小微", "planned": 15},
            {"key": "medium", "label": "中型", "planned": 10, "size": ["2"]},
            {"key": "large", "label": "大型", "planned": 5, "size": ["3"]},
        ],
    }
    assert rules(told(design=design)) == ["plan-off-total"]
    counts = Counts(29, {"small": 17, "medium": 10, "large": 1, None: 1}, outside_period=2)
    found = told(design=design, counts=counts)
    assert [(each.rule, each.stratum) for each in found] == [
        ("plan-off-total", None),
        ("more-than-planned", "small"),
        ("fewer-than-planned", "large"),
        ("outside-strata", None),
        ("outside-period", None),
    ]
    assert found[1].message.zh == "层 small（小微）计划 15 家，收到 17 份，多 2 份。"
    assert rules(told(design={"planned": 30}, counts=Counts(28, {None: 28}))) == ["fewer-than-planned"]


def test_more_enterprises_ask_than_were_asked() -> None:
    counts = Counts(30, {None: 30}, heavy=[(4, 60), (9, 31)], of_one=[(7, 3)])
    found = told(counts=counts)
    assert [(each.rule, list(each.demands)) for each in found] == [
        ("weight-over-sample", [4, 9]),
        ("weight-of-one", [7]),
    ]
    assert found[0].message.zh == "有诉求的企业数多于被调查的 30 家：第 4 条 60 家、第 9 条 31 家。"
