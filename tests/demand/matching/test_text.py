"""One shape of each character, filler words blanked, and every place known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.matching.text import LONGEST, NotADemand, essence, folded, normalise, read_demand, text_hash


@given(st.text())
def test_what_is_normalised_stays_so(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_every_character_knows_where_it_comes_from(text: str) -> None:
    found = normalise(text)
    assert found.text == folded(text)
    assert all(
        folded(text[place]).find(character) >= 0 for character, place in zip(found.text, found.places, strict=True)
    )


def test_controls_and_halves_of_characters_are_blanks() -> None:
    assert folded("食品\x00\n\ud83d许可") == "食品   许可"
    assert text_hash("食品\ud83d许可") == text_hash("食品许可")


def test_a_span_is_in_the_original_though_a_character_became_several() -> None:
    found = normalise("㈱ＡＢＣ公司")
    assert found.text == "(株)abc公司"
    start = found.text.index("公司")
    assert found.span(start, start + 2) == (4, 6)
    assert found.span(0, 3) == (0, 1)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("请问营业执照丢了怎么补", "营业执照丢了补"),
        ("我们公司想要办理食品经营许可证", "食品经营许可证"),
        ("网上怎么申请稳岗补贴呢", "稳岗补贴"),
        ("开网吧要什么手续", "开网吧"),
        ("缴纳土地复垦准备金", "缴纳土地复垦准备金"),
        ("在线数据处理与交易处理业务", "在线数据处理与交易处理业务"),
        ("重要湿地占用审批", "重要湿地占用审批"),
    ],
)
def test_filler_words_are_blanked_but_not_inside_of_other_words(text: str, left: str) -> None:
    demand = read_demand(text)
    assert "".join(demand.bare.split()) == left
    assert len(demand.bare) == len(demand.text)


def test_of_nothing_but_filler_words_all_is_kept() -> None:
    assert read_demand("怎么办理").bare == "怎么办理"


@pytest.mark.parametrize("text", ["", "   ", "？！……", "，。、", "★★★", "\n\t"])
def test_a_text_without_words_is_no_demand(text: str) -> None:
    with pytest.raises(NotADemand, match="诉求里没有文字"):
        read_demand(text)


def test_an_essay_is_no_demand() -> None:
    read_demand("食" * LONGEST)
    with pytest.raises(NotADemand, match="最多 2000 个字，这条有 5000 个"):
        read_demand("食" * 5_000)


@pytest.mark.parametrize("other", ["食品 经营许可证？", "食品经营许可证", "（食品）经营许可证。", "食品经营\n许可证"])
def test_judgements_hold_for_the_same_words_however_they_are_set(other: str) -> None:
    assert text_hash(other) == text_hash("食品经营许可证")


def test_width_and_capitals_make_no_other_demand() -> None:
    assert essence("ＩＣＰ备案") == essence("icp 备案") == "icp备案"


def test_a_filler_word_makes_another_demand_for_judgements() -> None:
    assert text_hash("想办食品经营许可证") != text_hash("食品经营许可证")
