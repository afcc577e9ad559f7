"""What is to be done with a matter: the action a demand names against the one that an item's name has."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

ACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    # action: as demands say it, as names of items do
    "注销": (
        "注销|销户|销号|吊销|撤销|关门|关张|关店|关停|倒闭|不干了|不开了|不做了|不办了|不经营|取消|清算|销了|怎么销|退出市场|停办|终止",
        "注销|销户|撤销|终止|取消|停办|缴销",
    ),
    "补办": (
        "补办|补领|补发|补证|补换|遗失|丢失|丢了|弄丢|掉了|不见了|找不到了|损毁|损坏|破损|坏了|被偷",
        "补办|补领|补发|补证|补换|遗失|补正|灭失|损毁",
    ),
    "延续": (
        "延续|延期|续期|续展|续证|续办|续签|到期|过期|快到期|换证|换发|换领|有效期",
        "延续|延期|续期|续展|续签|到期|换证|换发|换领|有效期届满|期满",
    ),
    "变更": (
        "变更|更改|修改|改名|更名|改了名|换名|换法人|换了法人|换老板|换股东|迁址|搬家|搬迁|搬了|换地址|地址变|变了|增项|扩项|增加范围|升级|信息变|调整",
        "变更|更正|修改|更名|迁移|调整|增项|扩项|改变|升级",
    ),
    "转移": (
        "转移|过户|接续|转让|转入|转出|转到|转走|转给|卖给|继承|赠与|转回",
        "转移|过户|接续|转让|转入|转出|转接|继承|流转",
    ),
    "停业": ("停业|歇业|暂停|停产|停工|先不干|暂时不", "停业|歇业|暂停|停产"),
    "恢复": ("恢复|复业|复工|复产|重新开业|解除|解封|激活", "恢复|复业|复工|复产|解除|解封|启封"),
    "查询": ("查询|查一下|查看|查档|查底档|打印|查|调档|看一下|开.{0,6}证明", "查询|打印|查阅|查档|利用|证明开具|查验"),
    "补贴": (
        "补贴|补助|奖励|奖补|贴息|津贴|补偿|资助|扶持资金|返还|减免|费用减",
        "补贴|补助|奖励|奖补|贴息|津贴|补偿|资助|返还|减免|减征|免征",
    ),
    "检验": (
        "年检|年审|年报|年度报|校验|审验|复查|复审|检审|复核",
        "年检|年审|年度报告|年报|校验|审验|复查|年度审|检验",
    ),
    "退还": ("退款|退税|退还|退回|提取|取出来|支取", "退税|退还|退付|退费|退抵|提取|支取"),
    "撤回": ("解押|解除抵押|撤押", "抵押权注销|抵押注销|解押"),
    "挂失": ("挂失|解挂", "挂失|解挂"),
}
DEMAND_WORDS = [(bit, re.compile(words[0])) for bit, words in enumerate(ACTIONS.values())]
ITEM_WORDS = [(bit, re.compile(words[1])) for bit, words in enumerate(ACTIONS.values())]

Masks = NDArray[np.int32]


def demanded(text: str) -> int:
    """The actions that a demand names, a bit each; 0 for none: something new is meant."""
    return sum(1 << bit for bit, words in DEMAND_WORDS if words.search(text))


def named(text: str) -> int:
    """The actions that the name of an item has."""
    return sum(1 << bit for bit, words in ITEM_WORDS if words.search(text))


def agreement(asked: int, named_by: Masks) -> NDArray[np.int8]:
    """1 where an item names what is asked for, -1 where it names something else, 0 where it names nothing though asked."""
    equal = (named_by & asked != 0) | ((named_by == 0) & (asked == 0))
    return np.where(equal, 1, np.where(named_by & ~asked != 0, -1, 0)).astype(np.int8)


def words_for(mask: int) -> tuple[str, ...]:
    return tuple(_selected(ACTIONS, mask))


def _selected(actions: Iterable[str], mask: int) -> Iterable[str]:
    return (action for bit, action in enumerate(actions) if mask >> bit & 1)
