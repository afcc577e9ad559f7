"""Statements about the lists of deficiency-tolerant items."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_

from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import EDITION, LIST
from app.catalogue.versions import holds, in_force, versions
from app.db import Record


def editions_naming(connection: Connection, item: int, moment: Moment) -> Sequence[Record]:
    """The editions in force of lists of deficiency-tolerant items that name the item."""
    edition, kept = EDITION.table.c, LIST.table.c
    of_kind = and_(kept.code == edition.list_code, kept.list_kind == "deficiency", holds(LIST, moment))
    named = EDITION.table.join(LIST.table, of_kind).join(named_item, naming(EDITION))
    shown = [
        edition.code, edition.name, edition.list_code, kept.name.label("list_name"), edition.document_number,
        edition.batch, edition.issued_by, edition.issued_on, in_force(EDITION, moment)[0],
    ]  # fmt: skip
    found = versions(EDITION, moment, shown).select_from(named).where(named_item.c.item_id == item)
    return connection.execute(found.order_by("valid_from", edition.code)).all()
