"""What is to be done with a matter: the action a demand names against the one that an item's name has."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.int32]

# As both say it, and as only demands do. A demand that names none means something new.
ACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "注销": (
        "注销 销户 销号 撤销 终止 取消 停办 缴销",
        "吊销 关门 关张 关店 关停 倒闭 不干了 不开了 不做了 不办了 不经营 清算 销掉 退出市场",
    ),
    "补办": (
        "补办 补领 补发 补证 补换 遗失 灭失 损毁",
        "丢失 丢了 弄丢 掉了 不见了 找不到 损坏 破损 坏了 被偷 补一个 补一张",
    ),
    "延续": (
        "延续 延期 续期 续展 续签 到期 换证 换发 换领 期满 届满",
        "续证 续办 过期 有效期",
    ),
    "变更": (
        "变更 更正 更名 迁移 调整 增项 扩项 改变 升级 修改",
        "更改 改名 改了名 换名 换法人 换了法人 换老板 换股东 迁址 搬家 搬迁 搬了 搬到 换地址 地址变 变了 增加范围",
    ),
    "转移": (
        "转移 过户 接续 转让 转入 转出 转接 继承 流转",
        "转到 转走 转给 卖给 赠与 转回",
    ),
    "停业": ("停业 歇业 暂停 停产", "停工 先不干 暂时不"),
    "恢复": ("恢复 复业 复工 复产 解除 解封 启封 激活", "重新开业"),
    "查询": ("查询 打印 查阅 查档 利用 查验", "查一下 查看 调档 查 看一下"),
    "补贴": (
        "补贴 补助 奖励 奖补 贴息 津贴 补偿 资助 返还 减免 减征 免征",
        "扶持资金 奖金",
    ),
    "检验": ("年检 年审 年度报告 年报 校验 审验 复查 年度审 检验", "年度报 检审"),
    "退还": ("退税 退还 退付 退费 退抵 提取 支取 退回", "退款 取出来 退钱"),
    "挂失": ("挂失 解挂", ""),
}


def masks(vocabularies: Iterable[str]) -> dict[str, int]:
    return {word: 1 << bit for bit, words in enumerate(vocabularies) for word in words.split()}


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """The longest word counts where several begin."""
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


IN_NAMES = masks(shared for shared, _ in ACTIONS.values())
IN_DEMANDS = masks(f"{shared} {only}" for shared, only in ACTIONS.values())
NAME_WORDS, DEMAND_WORDS = pattern(IN_NAMES), pattern(IN_DEMANDS)


def demanded(text: str) -> int:
    """The actions that a demand names, a bit each; 0 for none."""
    return combined(IN_DEMANDS[word] for word in DEMAND_WORDS.findall(text))


def named(text: str) -> int:
    """The actions that the name of an item has."""
    return combined(IN_NAMES[word] for word in NAME_WORDS.findall(text))


def combined(bits: Iterable[int]) -> int:
    mask = 0
    for bit in bits:
        mask |= bit
    return mask


def agreement(asked: int, named_by: Masks) -> NDArray[np.int8]:
    """1 where an item names what is asked for, -1 where it names something else, 0 where it names nothing though asked."""
    equal = (named_by & asked != 0) | ((named_by == 0) & (asked == 0))
    return np.where(equal, 1, np.where(named_by & ~asked != 0, -1, 0)).astype(np.int8)


def words_for(mask: int) -> tuple[str, ...]:
    return tuple(_selected(mask))


def _selected(mask: int) -> Iterator[str]:
    return (action for bit, action in enumerate(ACTIONS) if mask >> bit & 1)
