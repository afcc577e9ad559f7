"""What the page and the workbook of a report say of its parts."""

from collections.abc import Mapping
from typing import Any, Final

Part = Mapping[str, Any]
NONE: Final = "—"
ONLINE: Final[Mapping[bool | None, str]] = {True: "可网办", False: "线下", None: "未填"}
REDACTED: Final = "（文字已隐去）"


def percent(number: float | None) -> str:
    return NONE if number is None else f"{number:.2f}%"


def interval(share: Part) -> str:
    if share["low"] is None:
        return NONE
    return f"{100 * share['low']:.1f}%–{100 * share['high']:.1f}%"


def wording(part: Part) -> str:
    return "；".join(part["wordings"]) or REDACTED


def numbers(part: Part) -> str:
    """1、5、9 等 12 条."""
    named = "、".join(map(str, part["numbers"]))
    return named if part["demands"] <= len(part["numbers"]) else f"{named} 等 {part['demands']} 条"


def decided(part: Part) -> str:
    judged = part["judgement"]
    if judged:
        said = f"人工判定：{judged['judge']}，{judged['at'][:10]}，看的是 {judged['as_of']} 的清单"
        return said + (f"（{judged['note']}）" if judged["note"] else "")
    chance = part["probability"]
    return "比对" if chance is None else f"比对：有事项满足它的概率 {100 * chance:.0f}%"


def hint(part: Part) -> str | None:
    """Who grants it, or why nobody does (不是办事需求, 已取消，不再办理), in the words of the thesaurus."""
    elsewhere = part["elsewhere"]
    if elsewhere is None:
        return None
    return "；".join(filter(None, (elsewhere.get("granted_by"), elsewhere.get("note")))) or None
