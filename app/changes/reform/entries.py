"""What an entry of an edition has to say: an item by its code, or in a list of the level above a basic code alone, once each."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_

from app.catalogue.membership import names_basic_items
from app.catalogue.objects import EDITION, LIST
from app.catalogue.versions import OPEN, ever
from app.errors import Fault, Message, fault

CALLED = {"code": "事项编码", "catalog_code": "基本编码"}
CALLED_LISTS = {"entries": "条目", "unclaimed": "未认领事项"}


def broken(connection: Connection, codes: Any) -> Iterator[Fault]:
    """`entry-without-code`, `code-of-item` and `basic-code-twice` in the editions of the lists with these codes."""
    edition, kept = EDITION.table, LIST.table
    then = and_(kept.c.valid_from <= edition.c.valid_from, kept.c.valid_to > edition.c.valid_from)
    of_list = and_(kept.c.code == edition.c.list_code, kept.c.superseded_in == OPEN, then)
    shown = [edition.c.code, edition.c.entries, edition.c.unclaimed, names_basic_items().label("basic")]
    found = ever(shown).join_from(edition, kept, of_list)
    found = found.where(edition.c.superseded_in == OPEN, edition.c.list_code.in_(codes)).order_by(edition.c.version_id)
    for row in connection.execute(found):
        yield from _without_code(row.code, row.entries or (), "catalog_code" if row.basic else "code")
        if row.basic:
            yield from _with_item(row.code, row.entries or ())
            yield from _twice(row.code, row.entries or (), "entries")
        yield from _twice(row.code, row.unclaimed or (), "unclaimed")


def _without_code(edition: str, entries: Sequence[dict[str, Any]], needed: str) -> Iterator[Fault]:
    for place, entry in enumerate(entries):
        if not entry.get(needed):
            yield fault(
                f"清单版本 {edition} 第 {place + 1} 条（{entry.get('name') or '没有名称'}）没有写{CALLED[needed]}。请补上。",
                f"Entry {place + 1} of edition {edition} lacks its {needed}.",
                pointer=f"/content/entries/{place}/{needed}",
                rule="entry-without-code",
            )


def _with_item(edition: str, entries: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    for place, entry in enumerate(entries):
        if code := entry.get("code"):
            zh, en = told_of_item(code)
            yield fault(
                f"清单版本 {edition} 第 {place + 1} 条{zh}",
                f"Entry {place + 1} of edition {edition} {en}",
                pointer=f"/content/entries/{place}/code",
                value=code,
                rule="code-of-item",
            )


def told_of_item(code: str) -> Message:
    """Of an entry that gives the code of an item where basic items are listed: else the list would contain the item."""
    zh = (
        f"写了事项编码 {code}。这个清单的条目是基本目录事项，只写基本编码。"
        "请删去事项编码；要留存清单原有编码的，写在备注（note）里。"
    )
    return Message(
        zh, f"gives {code}, the code of an item, in a list of basic items. Put it into note, or leave it out."
    )


def _twice(edition: str, entries: Sequence[dict[str, Any]], part: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.get("catalog_code")
        if code is not None and (first := seen.setdefault(code, place)) != place:
            yield fault(
                f"清单版本 {edition} 的{CALLED_LISTS[part]}里，基本编码 {code} 写了两次：第 {first + 1} 条和第 "
                f"{place + 1} 条。请只留一条。",
                f"Edition {edition} has the basic code {code} twice, in {part} {first + 1} and {place + 1}.",
                pointer=f"/content/{part}/{place}/catalog_code",
                value=code,
                rule="basic-code-twice",
            )
