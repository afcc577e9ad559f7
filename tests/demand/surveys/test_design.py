from typing import Any

import pytest
from pydantic import ValidationError

from app.demand.surveys.design import Design, place
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.respondents import Respondent, read_respondent

ZONES = ["经济技术开发区", "宿城经济开发区"]
DESIGN = Design.model_validate(
    {
        "zones": ZONES,
        "planned": 15,
        "strata": [
            {"key": "small-a", "label": "小微·经开区", "planned": 5, "size": ["1"], "zone": [ZONES[0]]},
            {"key": "small-b", "label": "小微·宿城", "planned": 5, "size": ["1"], "zone": [ZONES[1]]},
            {"key": "medium", "label": "中型企业", "planned": 5, "size": ["2"]},
            {"key": "medium-food", "label": "中型食品企业", "size": ["2"], "industry": ["C13", "C14"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("respondent", "named", "stratum"),
    [
        (Respondent("1", zone=ZONES[0]), None, "small-a"),
        (Respondent("1", zone=ZONES[0]), "small-a", "small-a"),
        (Respondent("2", industry="K"), None, "medium"),
        (Respondent("2", industry="1411"), "medium-food", "medium-food"),
        (Respondent("3"), None, None),
        (Respondent("1"), None, None),
        (Respondent(), "small-a", "small-a"),
    ],
)
def test_an_enterprise_is_in_the_stratum_it_names_or_in_the_only_one_it_meets(
    respondent: Respondent, named: str | None, stratum: str | None
) -> None:
    assert place(DESIGN, respondent, named) == (stratum, None)


@pytest.mark.parametrize(
    ("respondent", "named", "rule", "meant"),
    [
        (Respondent("2", industry="1311"), None, "two-strata", None),
        (Respondent("2", zone=ZONES[0]), "small-a", "breaks-stratum", "medium"),
        (Respondent("1", zone=ZONES[1]), "small-a", "breaks-stratum", "small-b"),
        (Respondent("3"), "medium", "breaks-stratum", None),
        (Respondent("2"), "mediums", "unknown-stratum", "medium"),
    ],
)
def test_a_respondent_in_two_strata_is_refused(
    respondent: Respondent, named: str | None, rule: str, meant: str | None
) -> None:
    stratum, misfit = place(DESIGN, respondent, named)
    assert stratum is None
    assert isinstance(misfit, Misfit)
    assert (misfit.rule, misfit.suggestion, misfit.at) == (rule, meant, ("stratum",))


def test_two_strata_are_named_with_their_labels() -> None:
    _, misfit = place(DESIGN, Respondent("2", industry="1311"), None)
    assert misfit is not None
    assert misfit.message.zh.startswith(
        "同时在 2 层里：medium（中型企业）、medium-food（中型食品企业）。一家企业只在一层"
    )


def test_what_people_call_sizes_and_zones_is_read_as_codes() -> None:
    stated = {"size": "小微企业", "industry": "餐饮业", "ownership": "private", "zone": " 宿城经济开发区 "}
    assert read_respondent(stated, ZONES) == (Respondent("1", "62", "3", ZONES[1]), [])


def test_what_is_wrong_with_an_enterprise_is_told_at_once() -> None:
    stated = {"size": "小微", "industry": "98", "ownership": "9", "zone": "经开区"}
    respondent, wrong = read_respondent(stated, ZONES)
    assert respondent == Respondent()
    assert [(each.at[0], each.rule, each.suggestion) for each in wrong] == [
        ("size", "unknown-code", "1"),
        ("industry", "unknown-industry", None),
        ("ownership", "unknown-code", None),
        ("zone", "unknown-zone", ZONES[0]),
    ]


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"strata": [{"key": "a", "label": "甲", "size": ["7"]}]}, ["strata/0/size/0"]),
        ({"strata": [{"key": "a", "label": "甲", "industry": ["C", "98"]}]}, ["strata/0/industry/1"]),
        ({"zones": ["东"], "strata": [{"key": "a", "label": "甲", "zone": ["西"]}]}, ["strata/0/zone/0"]),
        ({"strata": [{"key": "a", "label": "甲"}, {"key": "a", "label": "乙"}]}, ["strata/1/key"]),
        ({"zones": ["东", "东"]}, ["zones/1"]),
        ({"planned": -1}, ["planned"]),
        ({"strata": [{"key": "a", "label": "甲", "sizes": ["1"]}]}, ["strata/0/sizes"]),
    ],
)
def test_a_design_that_makes_no_sense_is_told_at_the_place(document: dict[str, Any], wrong: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Design.model_validate(document)
    assert ["/".join(map(str, each["loc"])) for each in refused.value.errors()] == wrong
