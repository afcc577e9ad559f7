"""Change sets and entries as the API shows them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.catalogue.codes import Finding
from app.catalogue.differences import field_change
from app.catalogue.law import Kept
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OBJECT_TYPES
from app.changes.queries import Called
from app.changes.rules import Refusal
from app.db import Record


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


def entry_out(row: Record, called: Called) -> dict[str, object]:
    elements = OBJECT_TYPES[row.object].elements
    old, new = row.old or {}, row.new or {}
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
        "changes": [
            field_change(elements[name], old.get(name), value)
            for name, value in new.items()
            if value is not None or name in old
        ],
    }


def preview_entry(
    row: Record,
    called: Called,
    kept: Mapping[int, Sequence[Kept]],
    refusals: Iterable[Refusal],
    *,
    english: bool,
) -> dict[str, object]:
    elements = OBJECT_TYPES[row.object].elements
    return {
        **entry_out(row, called),
        "kept": [
            {"field": k.field, "label": elements[k.field].label, "valid_from": k.valid_from, "value": k.value}
            for k in kept.get(row.position, ())
        ],
        "refusals": [refusal.message.en if english else refusal.message.zh for refusal in refusals],
    }


def remark(code: str, finding: Finding, *, english: bool) -> dict[str, object]:
    return {
        "code": code,
        "rule": finding.rule,
        "severity": finding.severity,
        "element": finding.element,
        "message": finding.message.en if english else finding.message.zh,
    }
