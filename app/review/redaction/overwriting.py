"""Texts are overwritten wherever the catalogue keeps them: in versions, in entries, in the index of words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.search import forget_grams, index_texts, search_text
from app.catalogue.versions import ever
from app.changes import service as change_sets
from app.changes.models import change_set, entry
from app.changes.redactable import Target
from app.changes.rules import OPEN
from app.db import Record

SEARCHED = ("name", "aliases", "main_item_name")


def overwrite_versions(
    connection: Connection, target: Target, numbers: Collection[int], texts: Collection[str]
) -> None:
    """In every version of the objects, whatever day it is about and whichever revision knew it."""
    for chunk in chunks(numbers):
        _overwrite_versions(connection, target, chunk, texts)
    if target.kind is ITEM:
        forget_grams(connection)


def _overwrite_versions(
    connection: Connection, target: Target, numbers: Collection[int], texts: Collection[str]
) -> None:
    kind, name = target.kind, target.element.name
    table = kind.table
    read = [table.c.version_id, *(table.c[each] for each in {name, *SEARCHED} if each in kind.elements)]
    rows = connection.execute(ever(read).where(table.c.id.in_(numbers), table.c[name].is_not(None)))
    covered = []
    for row in rows:
        content = {**row._mapping, name: target.covered(row._mapping[name], texts)}
        if content == row._mapping:
            continue
        covered.append({"this": row.version_id, name: content[name], **search_text(kind, content)})
    if covered:
        connection.execute(update(table).where(table.c.version_id == bindparam("this")), covered)
    if kind is ITEM:
        index_texts(connection, numbers)


@dataclass(frozen=True, slots=True)
class Reach:
    """What is overwritten where: all that the object `number` said, these texts in all of its `family`."""

    target: Target
    number: int
    family: set[int]
    texts: Collection[str]

    def covered(self, row: Record) -> dict[str, Any]:
        """Both sides of an entry. In those still open only what was published goes: a text that mends it is left."""
        is_past = row.object_id == self.number and row.status not in OPEN
        texts = None if is_past else self.texts
        return {side: self._patch(row._mapping[side], texts) for side in ("old", "new")}

    def _patch(self, patch: dict[str, Any] | None, texts: Collection[str] | None) -> dict[str, Any] | None:
        name = self.target.element.name
        if patch is None or name not in patch:
            return patch
        return {**patch, name: self.target.covered(patch[name], texts)}


def overwrite_entries(connection: Connection, reach: Reach) -> None:
    """In all entries of the object and of its family, whatever became of their change sets."""
    editions: set[int] = set()
    for chunk in chunks(sorted(reach.family)):
        editions |= _overwrite_entries(connection, reach, chunk)
    for number_of_set in sorted(editions):
        change_sets.changed(connection, number_of_set)


def _overwrite_entries(connection: Connection, reach: Reach, numbers: Collection[int]) -> set[int]:
    """The open change sets of which something was overwritten."""
    columns = (entry.c.id, entry.c.object_id, entry.c.change_set_id, entry.c.old, entry.c.new, change_set.c.status)
    of_objects = (entry.c.object == reach.target.kind.name, entry.c.object_id.in_(numbers))
    rows = connection.execute(select(*columns).join_from(entry, change_set).where(*of_objects))
    covered = [(row, reach.covered(row)) for row in rows]
    changed = [(row, patch) for row, patch in covered if (row.old, row.new) != (patch["old"], patch["new"])]
    if changed:
        values = [{"this": row.id, **patch} for row, patch in changed]
        connection.execute(update(entry).where(entry.c.id == bindparam("this")), values)
    return {row.change_set_id for row, _ in changed if row.status in OPEN}
