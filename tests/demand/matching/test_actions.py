"""What is to be done with a matter, as demands say it and as items do."""

import numpy as np
import pytest

from app.demand.matching.actions import agreement, demanded, named, words_for


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("营业执照丢了", ("补办",)),
        ("许可证快到期了", ("延续",)),
        ("公司搬家，换法人", ("变更",)),
        ("店不开了，要注销", ("注销",)),
        ("二手车过户", ("转移",)),
        ("查一下企业档案", ("查询",)),
        ("稳岗补贴", ("补贴",)),
        ("开一家超市", ()),
    ],
)
def test_a_demand_names_actions_in_its_own_words(text: str, actions: tuple[str, ...]) -> None:
    assert words_for(demanded(text)) == actions


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("食品经营许可证补发", ("补办",)),
        ("企业歇业备案", ("停业",)),
        ("公司变更（备案）、注销登记", ("注销", "变更")),
        ("劳务派遣经营许可", ()),
    ],
)
def test_an_item_names_actions_in_those_of_the_law(name: str, actions: tuple[str, ...]) -> None:
    assert words_for(named(name)) == actions


def test_agreement_is_equal_other_or_nothing() -> None:
    items = np.array([named(name) for name in ("许可补办", "许可注销", "许可", "许可变更、补办")], np.int32)
    assert agreement(demanded("证丢了"), items).tolist() == [1, -1, 0, 1]
    assert agreement(demanded("新开一家店"), items).tolist() == [-1, -1, 1, -1]
