from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.shares import percent
from app.lists.matters import rules
from app.lists.matters.rules import FIGURES, GONE, Material, Member, Merged, NeededMaterial, Taken

LICENCE = Member(
    code="KY-1", name="食品经营许可",
    steps=("受理", "审查", "送达"), materials=(Material("身份证", "1"), Material("平面图", "3")),
    limit=10, limit_unit="1", visits=1,
)  # fmt: skip
SIGN = Member(
    code="KY-2", name="户外招牌设置", after=("KY-1",),
    steps=("受理", "送达"), materials=(Material("身 份 证"), Material("效果图", "2")), limit=5, limit_unit="1", visits=2,
)  # fmt: skip
FIRE = replace(SIGN, code="KY-3", name="开业前消防检查", after=(), limit=12, materials=(Material("平面图", "2"),))
MEMBERS = (LICENCE, SIGN, FIRE)
MERGED = Merged(steps=("受理", "送达"), shared_materials=("身份证",), one_acceptance=True)


def test_what_it_takes_before_and_after() -> None:
    taken = {name: figure(MEMBERS, MERGED) for name, figure in FIGURES.items()}
    assert taken == {"steps": Taken(7, 3), "materials": Taken(5, 2), "days": Taken(27, 15), "visits": Taken(5, 2)}
    assert rules.critical_path(MEMBERS) == ["KY-1", "KY-2"]
    assert taken["days"].reduction == Fraction(4, 9)
    assert percent(4, 9) == 44.44
    assert rules.visits(MEMBERS, replace(MERGED, one_acceptance=False)) == Taken(5, 5)


def test_what_the_matter_does_not_state_is_unknown_and_none_is_none() -> None:
    unstated = {name: figure(MEMBERS, Merged()) for name, figure in FIGURES.items()}
    assert {name: (each.before, each.after, each.reduction) for name, each in unstated.items() if each.unknown} == {
        "steps": (7, None, None), "materials": (5, None, None), "visits": (5, None, None),
    }  # fmt: skip
    assert [(each.member, each.reason) for each in unstated["visits"].unknown] == [(None, "一件事没有填是否一口受理")]
    nothing = Merged(steps=(), shared_materials=())
    assert (rules.steps(MEMBERS, nothing), rules.materials(MEMBERS, nothing)) == (Taken(7, 7), Taken(5, 3))
    both = rules.steps([replace(LICENCE, steps=None), SIGN], Merged())
    assert [each.member and each.member.code for each in both.unknown] == ["KY-1", None]


def test_materials_are_merged_by_name_with_the_strictest_necessity() -> None:
    assert rules.merged_materials(MEMBERS, Merged()) == [
        NeededMaterial("身份证", "1", ["KY-1", "KY-2"]),
        NeededMaterial("平面图", "3", ["KY-1", "KY-3"]),
        NeededMaterial("效果图", "2", ["KY-2"]),
    ]


@pytest.mark.parametrize(
    ("lacking", "unknown"),
    [
        ({"steps": None}, {"steps": "没有填办理环节"}),
        ({"materials": None}, {"materials": "没有填申请材料"}),
        ({"visits": None}, {"visits": "没有填到办事现场次数"}),
        ({"limit": None}, {"days": "没有填承诺办结时限或单位"}),
        ({"limit_unit": "2"}, {"days": "承诺办结时限不是工作日，自然日不折算"}),
        ({"there": False}, dict.fromkeys(FIGURES, GONE)),
    ],
)
def test_what_a_member_does_not_state_is_unknown_of_the_whole(
    lacking: dict[str, object], unknown: dict[str, str]
) -> None:
    members = (LICENCE, replace(SIGN, **lacking), FIRE)  # type: ignore[arg-type]
    found = {name: figure(members, MERGED) for name, figure in FIGURES.items()}
    assert {name: each.unknown[0].reason for name, each in found.items() if each.unknown} == unknown
    for name in unknown:
        assert (found[name].before, found[name].after, found[name].reduction) == (None, None, None)
        assert [each.member and each.member.code for each in found[name].unknown] == ["KY-2"]
    assert (rules.critical_path(members) is None) == ("days" in unknown)


def test_on_the_spot_takes_no_days_and_of_nothing_there_is_no_reduction() -> None:
    at_once = [replace(each, limit=None, limit_unit="4", visits=0) for each in MEMBERS]
    assert rules.days(at_once, MERGED) == Taken(0, 0)
    assert rules.visits(at_once, MERGED).reduction is None


MEMBER = st.builds(
    lambda steps, materials, limit, visits: replace(
        LICENCE, steps=steps, materials=[Material(each) for each in materials], limit=limit, visits=visits
    ),
    st.lists(st.sampled_from(["受理", "审查", "送达"]), max_size=4),
    st.lists(st.sampled_from(["身份证", "平面图", "效果图"]), max_size=4),
    st.integers(0, 30),
    st.integers(0, 3),
)


@given(st.lists(MEMBER, min_size=2, max_size=4), st.booleans())
def test_as_one_it_never_takes_more(drawn: list[Member], one_acceptance: bool) -> None:  # noqa: FBT001 - drawn
    members = [replace(each, code=f"KY-{place}") for place, each in enumerate(drawn)]
    for figure in FIGURES.values():
        taken = figure(members, replace(MERGED, one_acceptance=one_acceptance))
        assert taken.before is not None
        assert taken.after is not None
        assert 0 <= taken.after <= taken.before
