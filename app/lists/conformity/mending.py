"""What can be mended where a list and its items contradict each other, and why the rest can't. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.errors import Message
from app.lists.conformity.comparing import Side

Follow = Literal["list", "items"]
Place = tuple[str, Side]

# What an item gets where the document is right.
CONTENT: Mapping[Place, Mapping[str, object]] = {
    ("deficiency", "listed"): {"supports_deficiency_tolerance": True},
    ("deficiency", "unlisted"): {"supports_deficiency_tolerance": False},
    ("one_visit", "listed"): {"onsite_visits": 1},
}
WHY_NOT_ITEM: Mapping[Place, Message] = {
    ("licensing", "listed"): Message(
        "事项类型由设定依据决定，不能因为列入清单就改；请核对事项类型，或修订清单。",
        "Its type follows from its legal basis, not from the list: check the type, or amend the list.",
    ),
    ("licensing", "unlisted"): Message(
        "清单之外的行政许可要由人决定：应列入的修订清单，不应实施的取消事项，不是行政许可的改事项类型。",
        "People decide on a licence outside the list: amend the list, cancel the item, or correct its type.",
    ),
    ("cross_region", "listed"): Message(
        "清单没有写通办范围是全国、全省还是全市，不能代填；请按文件填通办范围。",
        "The list doesn't say whether the scope is country, province or city: state it as the document has it.",
    ),
    ("cross_region", "unlisted"): Message(
        "清单没有列入，说不出它的通办范围是什么；请核对通办范围，或把它列入清单。",
        "What its scope is, if not the stated one, the list doesn't say: check it, or put the item on the list.",
    ),
    ("one_visit", "unlisted"): Message(
        "事项实际最多跑一次，不能因为清单没有列入就改多；请把它列入清单，或核对次数。",
        "Its visits don't become more because the list leaves it out: put it on the list, or check the visits.",
    ),
    ("transfer", "listed"): Message(
        "是否划转看划转批次，不是可以填的要素；请登记划转批次。",
        "Whether it is transferred is said by transfers: record one.",
    ),
    ("transfer", "unlisted"): Message(
        "是否划转看划转批次，不是可以填的要素；请修订划转清单，或核对划转批次。",
        "Whether it is transferred is said by transfers: amend the list, or check the transfer.",
    ),
}
WHY_NOT_ENTRY: Mapping[Place, Message] = {
    ("licensing", "listed"): Message(
        "许可清单依法编制，不因为事项这样填就删去条目；请核对事项类型，或自行修订清单。",
        "The licensing list follows the law, not the items: check the type, or amend the list yourself.",
    ),
    ("transfer", "listed"): Message(
        "还没有划转，不等于不该划转，不能据此删去条目；请登记划转批次，或自行修订清单。",
        "Not yet transferred is no reason to leave the list: record the transfer, or amend the list yourself.",
    ),
}
NOT_ABOVE = Message(
    "上级清单里查不到它的基本编码，不能因为在办就列入许可清单；请核对基本编码和设定依据。",
    "The list above has no such basic code: a licence isn't listed because it is handled. Check its code and its basis.",
)
NO_LIST_ABOVE = Message(
    "本清单没有填上级清单（upper_list_code），无从核对，不能因为在办就列入许可清单；请先填上级清单，或自行修订清单。",
    "The list names no list above: a licence isn't listed because it is handled. Name the list above, or amend this one.",
)
NOT_STATED = Message(
    "事项没有填这个要素：没有填不等于“否”，不能据此从清单删去；请先填写，或用 follow=list 按清单填写。",
    "The item doesn't state it, which is no `no`: the entry stays. State it, or follow the list.",
)


def has_ended(edition: str, ended_on: date) -> Message:
    return Message(
        f"事项从 {ended_on} 起不再有效（取消、并入、拆分或下放），{edition} 仍列着它。请修订清单：删去这一条，或改列承接它的事项；"
        "误取消的，恢复事项。",
        f"It ended on {ended_on}, and {edition} still names it. Take it out, or name what took its place.",
    )


def would_be_empty(edition: str) -> Message:
    return Message(
        f"{edition} 的条目会全部删去：没有条目的版本不能代替停止。这一版不再有效的，请停止它（cancel 条目）；"
        "仍然有效的，核对事项填的内容。",
        f"{edition} would be left without an entry. End it if it holds no longer, or check what the items say.",
    )


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An item that contradicts a list: of which kind, on which side, and what it says."""

    list_kind: str
    side: Side
    item: Any

    @property
    def place(self) -> Place:
        return self.list_kind, self.side


def why_not(found: Mismatch, follow: Follow, above: frozenset[str] | None) -> Message | None:
    """Why it can't be mended; None where it can. `above` are the basic codes of the list above, None without one."""
    if follow == "list":
        return WHY_NOT_ITEM.get(found.place)
    if found.place == ("licensing", "unlisted"):
        if above is None:
            return NO_LIST_ABOVE
        return None if found.item.catalog_code in above else NOT_ABOVE
    if found.side == "listed" and found.item.value is None:
        return WHY_NOT_ENTRY.get(found.place, NOT_STATED)
    return WHY_NOT_ENTRY.get(found.place)
