"""Change sets and entries as the API shows them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from app.catalogue.differences import field_change
from app.catalogue.law import Kept
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OBJECT_TYPES
from app.changes.checks import Remark
from app.changes.queries import Called
from app.db import Record
from app.errors import Message


def change_set_out(row: Record, counts: Mapping[str, int]) -> dict[str, object]:
    path = f"/v1/change-sets/{row.id}"
    return {
        **{name: value for name, value in row._mapping.items() if name != "author_account"},
        "created_at": shown_at(row.created_at),
        "submitted_at": shown_at(row.submitted_at),
        "entries": counts,
        "entries_url": f"{path}/entries",
        "preview_url": f"{path}/preview",
    }


def shown_at(at: datetime | None) -> datetime | None:
    return None if at is None else in_shanghai(at)


def event_out(row: Record) -> dict[str, object]:
    """What was done, in the words of the API and of a clerk."""
    told = {"action": row.action, "label": ACTIONS.get(row.action, row.action), "by": row.by, "at": shown_at(row.at)}
    return {**told, "comment": row.comment, "position": row.position}


ACTIONS: Mapping[str, str] = {
    "create": "起草",
    "cover": "改封面",
    "add": "加条目",
    "remove": "删条目",
    "submit": "提交",
    "return": "退回",
    "recall": "取回",
    "comment": "批注",
    "rebase": "按现状更新",
    "approve": "批准并发布",
    "withdraw": "撤回",
    "undo": "撤销已发布的变更",
}
Said: TypeAlias = Mapping[int, Sequence[Record]]


def entry_out(row: Record, called: Called, said: Said = MappingProxyType({})) -> dict[str, object]:
    return {
        "position": row.position,
        "act": row.act,
        "object": row.object,
        "kind": row.kind,
        "code": row.code,
        "name": called.names.get(row.object_id),
        "effective_on": row.effective_on,
        "until": row.until,
        "base_revision": row.base_revision,
        "predecessors": [called.codes[each] for each in row.predecessors or () if each in called.codes],
        "changes": changes(row),
        "comments": [
            {"by": each.by, "at": shown_at(each.at), "text": each.comment} for each in said.get(row.position, ())
        ],
    }


def changes(row: Record) -> list[dict[str, object]]:
    """What an entry changes, each field from what to what, in the order in which elements are declared."""
    old, new = row.old or {}, row.new or {}
    return [
        field_change(element, old.get(name), new[name])
        for name, element in OBJECT_TYPES[row.object].elements.items()
        if name in new and (new[name] is not None or name in old)
    ]


def preview_entry(
    row: Record,
    called: Called,
    kept: Mapping[int, Sequence[Kept]],
    refusals: Iterable[Message],
    said: Said,
    *,
    english: bool,
) -> dict[str, object]:
    elements = OBJECT_TYPES[row.object].elements
    return {
        **entry_out(row, called, said),
        "kept": [
            {"field": k.field, "label": elements[k.field].label, "valid_from": k.valid_from, "value": k.value}
            for k in kept.get(row.position, ())
        ],
        "refusals": [message.said(english=english) for message in refusals],
    }


def remark(code: str, finding: Remark, *, english: bool) -> dict[str, object]:
    return {
        "code": code,
        "rule": finding.rule,
        "severity": finding.severity,
        "element": finding.element,
        "message": finding.message.said(english=english),
    }
