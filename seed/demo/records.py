"""Change sets and their entries as plain data."""

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ObjectName = Literal[
    "item", "department", "window", "basic_item",
    "hall", "list", "edition", "transfer", "agreement", "integrated_matter",
]  # fmt: skip
EntryKind = Literal["create", "amend", "suspend", "resume", "cancel"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one object. `code` is the object's code on the entry's first day.

    `content` holds, for create, every stated element but the object's own key (`code`, for a basic item
    `catalog_code`); for amend, the new values; else nothing. `effective_on` defaults to the change set's.
    """

    object: ObjectName
    kind: EntryKind
    code: str
    content: Mapping[str, builtins.object] = field(default_factory=dict)
    effective_on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one document changed, on the day it was published."""

    published_on: date
    title: str
    reason: str
    document_number: str
    effective_on: date
    entries: tuple[Entry, ...]
