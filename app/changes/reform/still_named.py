"""Items that a revision ends while lists, agreements or integrated matters go on naming them: told, never refused."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from sqlalchemy import Connection, and_, literal, select, union_all

from app.catalogue.moments import revision
from app.catalogue.named import named_item, naming
from app.catalogue.objects import AGREEMENT, EDITION, INTEGRATED_MATTER, ITEM, OBJECT_TYPES, ObjectType
from app.catalogue.versions import OPEN, WRITING
from app.changes.checks import Remark
from app.changes.models import entry
from app.db import Prepared, Statement, built_once
from app.errors import Message

# The element that tells of each. A batch of transfers says what was handed over once; that the item ends is no matter.
DOCUMENTS: Mapping[ObjectType, str] = {
    EDITION: "lists", AGREEMENT: "agreements", INTEGRATED_MATTER: "integrated_matters",
}  # fmt: skip
SHOWN, MOST_ROWS = 5, 1000


def remarks(connection: Connection, number: int) -> Iterator[tuple[str, Remark]]:
    """One for each item and kind of document, with the first documents that name it."""
    rows = _still_named().on(connection, {"writing": number})
    for (_, name, code), named in groupby(rows, key=lambda row: (row.position, row.object, row.code)):
        kind, documents = OBJECT_TYPES[name], [row.document for row in named]
        label, more = kind.label, " 等" if len(documents) > SHOWN else ""
        shown = "、".join(documents[:SHOWN])
        told = Message(
            f"它停止以后，{label.zh} {shown}{more} 仍列着它。请在同一张变更单里修订，写上接替的事项或删去它。",
            f"After its end {label.en} {', '.join(documents[:SHOWN])} still names it. Amend that as well.",
        )
        yield code, Remark("still-named", "warning", DOCUMENTS[kind], told)


@built_once
def _still_named() -> Prepared:
    every = union_all(*map(_naming, DOCUMENTS)).subquery()
    return Prepared(select(every).order_by(every.c.position, every.c.object, every.c.document).limit(MOST_ROWS))


def _naming(kind: ObjectType) -> Statement:
    document = kind.table.c
    ended = entry.join(revision, revision.c.change_set == entry.c.change_set_id)
    ended = ended.join(named_item, named_item.c.item_id == entry.c.object_id).join(kind.table, naming(kind))
    still = and_(document.superseded_in == OPEN, document.valid_to > entry.c.effective_on)
    shown = (entry.c.position, literal(kind.name).label("object"), entry.c.code, document.code.label("document"))
    named = select(*shown).select_from(ended).where(revision.c.number == WRITING, entry.c.effect == "cancel", still)
    return named.where(entry.c.object == ITEM.name).distinct()
