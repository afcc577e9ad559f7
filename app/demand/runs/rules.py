"""Zones and verdicts by name, the limits of a question, and what can be wrong with it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, get_args

from app.demand.matching.deciding import Zone
from app.errors import Conflict, Malformed, Message, NotFound, Unavailable, fault

Verdict = Literal["confirm", "reject", "better", "unmet"]
Semantic = Literal["used", "switched-off", "not-installed"]

TEXTS: Final = ("name", "aliases", "main_item_name")
"""The elements of an item whose words are compared with those of demands."""

DEFAULT_HITS, MOST_HITS = 10, 50


class Named(NamedTuple):
    """What a zone is called, and what it means."""

    label: Message
    meaning: Message


ZONES: Mapping[Zone, Named] = {
    "matched": Named(
        Message("有对应事项", "matched"),
        Message("清单里很可能有事项满足这个诉求，排在第一的是它。", "An item very likely meets it: the first hit."),
    ),
    "review": Named(
        Message("待人工判断", "to review"),
        Message("不能确定有没有事项满足它，请人来看；不计为满足，也不计为没有。", "Not sure: neither met nor unmet."),
    ),
    "unmet": Named(
        Message("没有对应事项", "unmet"),
        Message("清单里很可能没有满足这个诉求的事项；列出的只是字面最近的。", "Very likely no item meets it."),
    ),
}
VERDICTS: Mapping[Verdict, Message] = {
    "confirm": Message("是这个事项", "this item meets it"),
    "reject": Message("不是这个事项", "this item does not meet it"),
    "better": Message("应是另一个事项", "another item meets it"),
    "unmet": Message("没有对应事项", "no item meets it"),
}
WHY_NOT_SEMANTIC: Mapping[Semantic, Message | None] = {
    "used": None,
    "switched-off": Message("这次没有用语义比对：已关掉。", "Meaning was not compared: it is switched off."),
    "not-installed": Message(
        "这次没有用语义比对：服务没有安装语义扩展，只比对了文字。",
        "Meaning was not compared: the semantic extra is not installed.",
    ),
}
RECORDED_AS_BETTER: Final = Message(
    "这次比对没有给出这个事项，记为 better（应是另一个事项）。", "The run had not found this item: kept as better."
)
REDACTED: Final = Message("诉求的文字已隐去，不能再比对。", "The text was redacted; it can't be matched any more.")
FOREIGN: Final = Message(
    "诉求里没有汉字，或者多半是外文，而清单是中文的，只比对文字比不出来；不等于没有对应事项。请写成中文，或安装语义扩展。",
    "The lists are Chinese, and words alone can't be compared with another language. Nobody knows whether an item meets it.",
)
assert ZONES.keys() == set(get_args(Zone))  # noqa: S101 - a zone without a name would be found by its readers only


class RunNotFound(NotFound):
    slug, title = "matching-run-not-found", Message("没有这次比对", "No such matching run")


class RunUnfinished(Conflict):
    slug, title = "matching-run-unfinished", Message("比对还没有完成", "The matching run has no results yet")


class RunOutdated(Conflict):
    slug, title = "matching-run-outdated", Message("比对时诉求变了", "The demands changed while they were matched")


class TooLargeToVerify(Conflict):
    slug, title = "verification-is-a-job", Message("要在后台重算", "The verification is a job")


class NothingToMatch(Conflict):
    slug, title = "nothing-to-match", Message("没有可比对的内容", "There is nothing to match")


class TooManyItems(Malformed):
    slug, title = "too-many-items", Message("事项太多", "Too many items")


class IndexBuilding(Unavailable):
    slug, title = "index-building", Message("正在建立索引", "The index is being built")
    headers = MappingProxyType({"Retry-After": "10"})


def building() -> IndexBuilding:
    return IndexBuilding(
        Message(
            "正在为这个区划和日期建立索引，还要等一会儿，什么都没有改动。请过十秒再试。",
            "The index of this division and day is being built. Try again in ten seconds.",
        )
    )


def building_vectors() -> IndexBuilding:
    return IndexBuilding(
        Message(
            "语义模型正在读这个区划和日期的事项，第一次要等几十秒，什么都没有改动。请过十秒再试，或写 semantic: false，只比文字。",
            "The semantic model reads the items of this division and day for the first time, which takes a while. Try again "
            "in ten seconds, or with semantic: false.",
        )
    )


def too_many_items(within: str, most: int) -> TooManyItems:
    zh = f"区划 {within} 在用的事项超过 {most} 个，一次比对不了这么多。请用 within 指定下级区划，或请管理员调高 MAX_INDEXED_ITEMS。"
    en = f"There are more than {most} items within {within}. Name a smaller division by within, or raise MAX_INDEXED_ITEMS."
    told = fault(zh, en, pointer="/within", value=within, rule="too-many-items")
    return TooManyItems(Message(zh, en), faults=[told])


def unknown_run(number: int, survey: int) -> RunNotFound:
    return RunNotFound(
        Message(f"第 {survey} 号调查没有第 {number} 次比对。", f"Survey {survey} has no matching run {number}.")
    )
