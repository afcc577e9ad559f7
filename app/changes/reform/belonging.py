"""Editions and agreements name items of their own division, on each day on which both hold."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, and_, func

from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT, EDITION, ITEM, ObjectType
from app.catalogue.versions import OPEN, WRITING, ever, overlap
from app.changes.reform.naming import concerned
from app.db import Prepared, built_once
from app.errors import Fault, Message, fault

SHOWN = 50
REMEDY: Mapping[str, Message] = {
    EDITION.name: Message(
        "清单只列本区划的事项，请删去这一条，或核对编码。", "A list names items of its own division."
    ),
    AGREEMENT.name: Message(
        "协议里写本方事项的编码，对方的写在“对方事项编码”里。", "Give our own code; the partner's is partner_code."
    ),
}


def broken(kind: ObjectType, connection: Connection, number: int) -> Iterator[Fault]:
    label, remedy = kind.label, REMEDY[kind.name]
    for code, ours, meant, position, theirs in of_others(kind).on(connection, {"writing": number}):
        yield fault(
            f"{label.zh} {code} 第 {position + 1} 条的事项 {meant} 是区划 {theirs} 的，不是本区划（{ours}）的。{remedy.zh}",
            f"Entry {position + 1} of {label.en} {code} names {meant}, an item of {theirs} and not of {ours}. {remedy.en}",
            pointer=f"/content/{kind.naming}/{position}/code", value=meant, rule="not-ours",
        )  # fmt: skip


@built_once
def of_others(kind: ObjectType) -> Prepared:
    """Looked at is what a revision writes: the documents, and the items that documents in force name."""
    table, item = kind.table.c, ITEM.table.c
    overlapping = and_(item.superseded_in == OPEN, overlap(ITEM.table, kind.table))
    by = (table.code, table.division_code, named_item.c.code, named_item.c.position)
    named = kind.table.join(named_item, concerned(kind, WRITING)).join(ITEM.table, item.id == named_item.c.item_id)
    others = ever([*by, func.min(item.division_code)]).select_from(named)
    others = others.where(overlapping, item.division_code != table.division_code, table.superseded_in == OPEN)
    return Prepared(others.group_by(*by).order_by(*by).limit(SHOWN))
