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
    """Who grants it (省级财政部门；备案), or why nobody does and who to turn to (不是办事需求；服务意见；可找：12345热线)."""
    elsewhere = part["elsewhere"]
    if elsewhere is None:
        return None
    body, note = elsewhere["granted_by"], elsewhere["note"]
    told = (body, note) if elsewhere["kind"] == "elsewhere" else (elsewhere["label"], note, body and f"可找：{body}")
    return "；".join(filter(None, told))
