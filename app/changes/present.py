"""Change sets and entries as the API shows them."""

from collections.abc import Mapping
from datetime import datetime

from app.catalogue.code_lists import labels
from app.catalogue.element import Element
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OBJECT_TYPES
from app.changes.publish import Applied
from app.db import Record


def change_set_out(row: Record, counts: Mapping[str, int]) -> dict[str, object]:
    path = f"/v1/change-sets/{row.id}"
    return {
        **row._mapping,
        "created_at": shown_at(row.created_at),
        "submitted_at": shown_at(row.submitted_at),
        "entries": counts,
        "entries_url": f"{path}/entries",
        "preview_url": f"{path}/preview",
    }


def shown_at(at: datetime | None) -> datetime | None:
    return None if at is None else in_shanghai(at)


def entry_out(row: Record, names: Mapping[int, str]) -> dict[str, object]:
    elements = OBJECT_TYPES[row.object].elements
    old, new = row.old or {}, row.new or {}
    return {
        "position": row.position,
        "object": row.object,
        "kind": row.kind,
        "code": row.code,
        "name": names.get(row.object_id),
        "effective_on": row.effective_on,
        "until": row.until,
        "base_revision": row.base_revision,
        "changes": [
            field_change(elements[name], old.get(name), value)
            for name, value in new.items()
            if value is not None or name in old
        ],
    }


def field_change(element: Element, old: object, new: object) -> dict[str, object]:
    return {
        "field": element.name,
        "label": element.label,
        "old": old,
        "new": new,
        "old_label": value_label(element, old),
        "new_label": value_label(element, new),
    }


def value_label(element: Element, value: object) -> str | None:
    """What a clerk reads: 是 and 否, the names of codes, otherwise the value itself; None where nothing is stated."""
    if value is None:
        return None
    if element.codes:
        names = labels(element.codes)
        codes = value if isinstance(value, list | tuple) else [value]
        return "、".join(names.get(str(code), str(code)) for code in codes) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{len(value)} 条" if isinstance(value, list) else str(value)


def preview_entry(row: Record, names: Mapping[int, str], applied: Applied, *, english: bool) -> dict[str, object]:
    elements = OBJECT_TYPES[row.object].elements
    return {
        **entry_out(row, names),
        "kept": [
            {"field": k.field, "label": elements[k.field].label, "valid_from": k.valid_from, "value": k.value}
            for k in applied.kept.get(row.position, ())
        ],
        "refusals": [
            refusal.message.en if english else refusal.message.zh
            for refusal in applied.refusals
            if refusal.step.position == row.position
        ],
    }
