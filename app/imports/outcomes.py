"""What each row of a file would do, in the words of a clerk."""

from collections.abc import Mapping
from typing import Any

from app.catalogue.differences import entry_changes, field_change
from app.catalogue.element import Element
from app.catalogue.objects import ITEM
from app.imports.comparing import Judged


def told(judged: Judged) -> dict[str, Any]:
    """Of a row that is not as it was: its outcome, the kinds of change, and each element from what to what."""
    candidate = judged.candidate
    name = judged.content.get("name") or candidate.content.get("name")
    return {
        "row": candidate.row,
        "code": candidate.code or None,
        "name": name,
        "outcome": judged.outcome,
        "kinds": [draft.change for draft in judged.drafts],
        "changes": [
            change(ITEM.elements[name], judged.before.get(name), value) for name, value in judged.amended.items()
        ],
    }


def change(element: Element, old: object, new: object) -> Mapping[str, object]:
    """Of a list its entries instead of the whole of it."""
    told = field_change(element, old, new)
    if element.kind == "list":
        return {**told, "old": None, "new": None, "entries": list(entry_changes(element, old, new))}
    return told
