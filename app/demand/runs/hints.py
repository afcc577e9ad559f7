"""What the thesaurus says of a demand by its words: that another body grants it, or that nobody does. A hint, no finding."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func

from app.demand.matching.thesaurus import Elsewhere, HintKind
from app.demand.runs.models import match_result
from app.demand.runs.rules import Named
from app.errors import Message

HINTS: Final[Mapping[HintKind, Named]] = {
    "elsewhere": Named(
        Message("由别处办理", "granted elsewhere"),
        Message(
            "不归区里办：由上级部门、别的机关或机构受理。", "No district grants it: another body does, on application."
        ),
    ),
    "not-a-request": Named(
        Message("不是办事需求", "not a request for a service"),
        Message(
            "抱怨、愿望、行情或经营上的难处，什么事项也办不了。", "A complaint, a wish, or a matter of the market."
        ),
    ),
    "abolished": Named(
        Message("已取消，不再办理", "abolished"),
        Message("从前要办的许可或资质，国家已经取消。", "What was a permit once, and is none any more."),
    ),
    "forbidden": Named(
        Message("法律法规禁止", "forbidden"),
        Message("法律法规禁止的，不会有事项。", "The law forbids it, so that there can be no item."),
    ),
}
SAID_BY_WORDS: Final[Mapping[str, HintKind]] = {
    "不是办事需求": "not-a-request",
    "无须许可": "not-a-request",
    "已取消，不再办理": "abolished",
    "国家明令禁止": "forbidden",
    "法律禁止": "forbidden",
    "不予登记": "forbidden",
}
"""What stood in place of a body before kinds were told apart: what runs recorded then is read by it."""


def kept_hint(row: Elsewhere) -> dict[str, str | None]:
    """As a run keeps it."""
    return {"kind": row.kind, "granted_by": row.granted_by or None, "note": row.note or None}


def told_apart(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A row or a hint that was recorded, with its `kind`."""
    if "kind" in kept:
        return dict(kept)
    kind = SAID_BY_WORDS.get(kept["granted_by"])
    return {**kept, "kind": kind or "elsewhere", "granted_by": "" if kind else kept["granted_by"]}


def hint_out(kept: Mapping[str, Any] | None, *, english: bool) -> dict[str, Any] | None:
    """As answers show what a run kept."""
    if kept is None:
        return None
    told = told_apart(kept)
    label = HINTS[told["kind"]].label.said(english=english)
    return {"kind": told["kind"], "label": label, "granted_by": told["granted_by"] or None, "note": told["note"]}


def hint_kind() -> ColumnElement[str | None]:
    """Of a row of `match_result` as SQL; null where there is no hint."""
    remarks = match_result.c.remarks
    kind, granted_by = (remarks[("elsewhere", name)].as_string() for name in ("kind", "granted_by"))
    by_words = case(dict(SAID_BY_WORDS), value=granted_by, else_="elsewhere")
    return case((remarks["elsewhere"].as_string().is_not(None), func.coalesce(kind, by_words)))
