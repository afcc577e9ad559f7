"""What a list is for, and what its entries name, stays as it is once it has editions: they were issued as such."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, and_, exists, func, or_

from app.catalogue.objects import EDITION, LIST
from app.catalogue.versions import OPEN, ever, overlap
from app.errors import Fault, fault

SHOWN: Final = 50
KEPT, BEFORE = LIST.table, LIST.table.alias("before")


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    """`list-kind-changed`, told of each list once."""
    edition = EDITION.table.c
    same_days = and_(BEFORE.c.id == KEPT.c.id, BEFORE.c.superseded_in == number, overlap(KEPT, BEFORE))
    another_kind = KEPT.c.list_kind != BEFORE.c.list_kind
    other_entries = func.coalesce(KEPT.c.entries_of, "items") != func.coalesce(BEFORE.c.entries_of, "items")
    has_editions = exists().where(edition.list_code == KEPT.c.code, edition.superseded_in == OPEN)
    kinds = (func.min(BEFORE.c.list_kind), func.min(KEPT.c.list_kind))
    changed = ever([KEPT.c.code, *kinds]).join_from(KEPT, BEFORE, same_days)
    changed = changed.where(KEPT.c.recorded_in == number, KEPT.c.superseded_in == OPEN, has_editions)
    changed = changed.where(or_(another_kind, other_entries)).group_by(KEPT.c.code).order_by(KEPT.c.code)
    for code, former, now in connection.execute(changed.limit(SHOWN)):
        member, what = ("entries_of", "条目所指") if former == now else ("list_kind", "清单类别")
        yield fault(
            f"清单 {code} 已有版本，不能再改{what}：已发布的版本是按原来的编制的。请另立一个清单。",
            f"The list {code} has editions: its {member} stays. Create another list.",
            pointer=f"/content/{member}", value=code, rule="list-kind-changed",
        )  # fmt: skip
