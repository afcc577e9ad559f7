"""What was written beside items: notes, reasons and addresses are overwritten."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, select, union, update

from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.verification import dead_link, evidence, link_check, verification
from app.catalogue.verified import ADDRESSES
from app.catalogue.versions import ever
from app.changes.redactable import MARK
from app.quality.models import exemption

REMARKS = (verification.c.note, exemption.c.reason, evidence.c.url)


def overwrite_remarks(connection: Connection, items: Collection[int], texts: Collection[str]) -> None:
    """With the mark where they quote a text; addresses are forgotten that nothing leads to any more."""
    gone = set(texts)
    for chunk in chunks(sorted(items)):
        for column in REMARKS:
            gone |= _overwrite(connection, column, chunk, texts)
    for urls in chunks(sorted(gone)):
        _forget_links(connection, urls)


def _overwrite(connection: Connection, column: Column[Any], items: list[int], texts: Collection[str]) -> set[str]:
    """What quoted one of the texts."""
    table = column.table.c
    said = select(table.id, column.label("said")).where(table.item_id.in_(items), column.is_not(None))
    quoting = {row.id: row.said for row in connection.execute(said) if quotes(row.said, texts)}
    for chunk in chunks(quoting):
        connection.execute(update(column.table).where(table.id.in_(chunk)).values({column.name: MARK}))
    return set(quoting.values())


def quotes(said: str, texts: Collection[str]) -> bool:
    """A single character is no quotation, unless nothing else is said."""
    return any(text == said or (len(text) > 1 and text in said) for text in texts)


def _forget_links(connection: Connection, urls: list[str]) -> None:
    looked_at = union(*(select(table.c.url).where(table.c.url.in_(urls)) for table in (link_check, dead_link)))
    known = set(connection.execute(looked_at).scalars())
    if not known:
        return
    leading = (*(ITEM.table.c[name] for name in ADDRESSES), evidence.c.url)
    still = union(*(ever([column]).where(column.in_(known)) for column in leading))
    gone = known.difference(connection.execute(still).scalars())
    connection.execute(update(link_check).where(link_check.c.url.in_(gone)).values(url=MARK))
    # Several items may have the mark for an address: it is a dead link on no day.
    never = {"url": MARK, "alive_since": dead_link.c.failing_since}
    connection.execute(update(dead_link).where(dead_link.c.url.in_(gone)).values(never))
