"""Texts are overwritten wherever the catalogue keeps them: in versions, in entries, in the index of words."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.catalogue.objects import ITEM
from app.catalogue.search import forget_grams, index_texts, search_text
from app.catalogue.versions import ever
from app.changes import service as change_sets
from app.changes.models import change_set, entry
from app.changes.redactable import Target
from app.changes.rules import OPEN
from app.db import Record

SEARCHED = ("name", "aliases", "main_item_name")


def overwrite_versions(connection: Connection, target: Target, number: int) -> None:
    """In every version of the object, whatever day it is about and whichever revision knew it."""
    kind, name = target.kind, target.element.name
    table = kind.table
    read = [table.c.version_id, *(table.c[each] for each in {name, *SEARCHED} if each in kind.elements)]
    rows = connection.execute(ever(read).where(table.c.id == number, table.c[name].is_not(None))).all()
    covered = []
    for row in rows:
        content = {**row._mapping, name: target.covered(row._mapping[name])}
        covered.append({"this": row.version_id, name: content[name], **search_text(kind, content)})
    connection.execute(update(table).where(table.c.version_id == bindparam("this")), covered)
    if kind is ITEM:
        index_texts(connection, [number])
        forget_grams(connection)


def overwrite_entries(connection: Connection, target: Target, number: int, texts: Collection[str]) -> None:
    """In all entries of the object; in those still open only what was published: a text that mends it is left."""
    columns = (entry.c.id, entry.c.change_set_id, entry.c.old, entry.c.new, change_set.c.status)
    of_object = (entry.c.object == target.kind.name, entry.c.object_id == number)
    rows = connection.execute(select(*columns).join_from(entry, change_set).where(*of_object)).all()
    covered = [(row, _covered(target, row, texts)) for row in rows]
    changed = [(row, patch) for row, patch in covered if (row.old, row.new) != (patch["old"], patch["new"])]
    if not changed:
        return
    values = [{"this": row.id, **patch} for row, patch in changed]
    connection.execute(update(entry).where(entry.c.id == bindparam("this")), values)
    for number_of_set in {row.change_set_id for row, _ in changed if row.status in OPEN}:
        change_sets.changed(connection, number_of_set)


def _covered(target: Target, row: Record, texts: Collection[str]) -> dict[str, Any]:
    return {side: _patch(target, row._mapping[side], row.status, texts) for side in ("old", "new")}


def _patch(target: Target, patch: dict[str, Any] | None, status: str, texts: Collection[str]) -> dict[str, Any] | None:
    name = target.element.name
    if patch is None or name not in patch:
        return patch
    published = status not in OPEN or target.texts(patch[name]) & set(texts)
    return {**patch, name: target.covered(patch[name])} if published else patch
