"""Every hit says why, with places that point at what they say."""

import json

import pytest

from app.demand.matching.explaining import Reasons
from tests.demand.matching.catalogue import matcher


def first(text: str) -> Reasons:
    return matcher().match(text, 1).hits[0].reasons


@pytest.mark.parametrize(
    "text", ["我们想办食品经营许可证", "公司要注销了 怎么登记", "ＩＣＰ备案", "《取水》许可", "创业补贴！"]
)
def test_places_point_at_what_both_have(text: str) -> None:
    for hit in matcher().match(text).hits:
        for piece in hit.reasons.shared:
            for start, end in piece.demand:
                assert folded_like(text[start:end]) == piece.text
            assert piece.item
            for start, end in piece.item:
                assert folded_like(hit.reasons.text[start:end]) == piece.text


def folded_like(text: str) -> str:
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}).lower()


def test_shares_are_of_what_the_demand_says() -> None:
    assert first("取水许可").shared[0].share == pytest.approx(1, abs=1e-4)
    mixed = first("取水许可和打井")
    assert 0 < sum(piece.share for piece in mixed.shared) < 1


def test_a_piece_that_stands_twice_is_told_once_with_both_places() -> None:
    (piece,) = (piece for piece in first("公司，我的公司要注销").shared if piece.text == "公司")
    assert piece.demand == ((0, 2), (5, 7))


def test_the_row_of_the_thesaurus_that_led_there_is_told() -> None:
    reasons = first("叉车上牌去哪")
    (used,) = reasons.thesaurus
    assert (used.term, used.phrase, used.demand) == ("叉车上牌", "特种设备使用登记", (0, 4))
    (place,) = used.item
    assert reasons.text[slice(*place)] == "特种设备使用登记"


def test_the_text_that_suits_best_is_told() -> None:
    assert (first("代理记账许可证书").part, first("代理记账许可证书").text) == ("alias", "代理记账许可证书")
    assert first("中介机构代理记账业务审批").part == "name"


def test_actions_are_told() -> None:
    reasons = first("食品经营许可证丢了")
    assert (reasons.action, reasons.asked, reasons.named) == (1, ("补办",), ("补办",))


def test_without_meaning_nothing_is_by_meaning() -> None:
    assert not any(hit.reasons.by_meaning for hit in matcher().match("许可证").hits)


def test_reasons_are_plain_json() -> None:
    reasons = first("叉车上牌")
    document = json.loads(json.dumps(reasons.as_json(), ensure_ascii=False))
    assert document["thesaurus"][0] == {
        "term": "叉车上牌",
        "phrase": "特种设备使用登记",
        "demand": [0, 4],
        "item": [[0, 8]],
    }
