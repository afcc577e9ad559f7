"""Redactions of what figures are chosen by: a filter names the element, so they can't be counted again."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, select

from app.catalogue.objects import OBJECT_TYPES
from app.changes.models import redaction
from app.filters import FilterError
from app.metrics.definitions import Basis, filters_of
from app.metrics.reports.rules import Cited

Place: TypeAlias = tuple[str, str]  # A table and its column, by name.


def looked_at(basis: Basis, text: str | None) -> frozenset[Place]:
    """What a filter looks at; nothing of one that this edition of the service can't read."""
    try:
        return filters_of(basis).columns(text) if text else frozenset()
    except FilterError:
        return frozenset()


def redacted_since(connection: Connection, revision: int) -> Mapping[Place, list[int]]:
    """The redactions that were carried out after a revision, by what they overwrote, in order of number."""
    done = select(redaction.c.id, redaction.c.object, redaction.c.field).where(redaction.c.revision > revision)
    found: dict[Place, list[int]] = {}
    for row in connection.execute(done.order_by(redaction.c.id)):
        found.setdefault((OBJECT_TYPES[row.object].table.name, row.field.partition(".")[0]), []).append(row.id)
    return found


def redactions_of(figure: Cited, since: Mapping[Place, Sequence[int]]) -> list[int]:
    """Those that overwrote what the filter of a figure looks at, in order of number."""
    places = looked_at(figure["meaning"]["basis"], figure["filter"])
    return sorted({number for place in places for number in since.get(place, ())})


def why_not_counted(redactions: Sequence[int]) -> str:
    """In the words of who verifies."""
    numbers = "、".join(map(str, redactions))
    return f"第 {numbers} 次隐去以后不能重算：条件用到的文字有的已改写，与冻结的数不同不说明报告有误。"
