"""Which items editions, transfers, agreements and integrated matters name: found by their codes as versions are written."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Index, Integer, Table, and_, insert

from app.catalogue import reads
from app.catalogue.moments import Moment
from app.catalogue.objects import EDITION, ITEM, ObjectType
from app.catalogue.versions import OPEN, Asked, ever, history, overlap
from app.db import PlainText, Record, metadata

# The items of one version of an object, in the order in which it names them. `item_id` is null where no item ever had
# the code: a revision that leaves such a one is not published. An agreement's entry may give the partner's code.
named_item = Table(
    "named_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("object", PlainText, nullable=False),
    Column("version_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", PlainText, nullable=False),
    Column("partner_code", PlainText),
    Column("item_id", Integer, ForeignKey("catalogue_object.id")),
    Index("ix_named_item_version", "object", "version_id", "position", unique=True),
    Index("ix_named_item_item", "item_id", "object", "version_id"),
)


@dataclass(frozen=True, slots=True)
class Codes:
    """Which items some codes mean: who holds them on which days, as is known now. What was undone holds none."""

    held: Mapping[str, Sequence[reads.Holding]]

    @classmethod
    def read(cls, connection: Connection, codes: Collection[str], moment: Moment) -> Self:
        return cls(reads.holdings(connection, ITEM, codes, moment))

    def item(self, code: str, division: str, day: date) -> int | None:
        """The one that holds the code on the day, else the last that had it by then, else the first that will.

        A local code is looked for in the division.
        """
        place = reads.sharing(ITEM, code, division)
        here = [each for each in self.held.get(code, ()) if each.place == place]
        by_then = [each for each in here if each.valid_from <= day]
        if by_then:
            return max(by_then, key=lambda each: each.valid_from).id
        return min(here, key=lambda each: each.valid_from).id if here else None


def note(connection: Connection, kinds: Iterable[ObjectType], number: int, moment: Moment) -> None:
    """Find the items that the versions of a revision name, once its items are written. `kinds` are those it wrote."""
    for kind in kinds:
        if kind.naming is None:
            continue
        columns = kind.table.c
        shown = [columns.version_id, columns.division_code, columns.valid_from, columns[kind.naming]]
        written = ever(shown).where(columns.recorded_in == number, columns.superseded_in == OPEN)
        rows = [row for row in connection.execute(written.order_by(columns.version_id)) if row[-1]]
        if rows:
            _note(connection, kind, rows, number, moment)


def _note(connection: Connection, kind: ObjectType, rows: Sequence[Record], number: int, moment: Moment) -> None:
    codes = Codes.read(connection, {entry["code"] for row in rows for entry in row[-1] if entry.get("code")}, moment)
    before = _named_before(connection, kind, number)
    named = [
        {"object": kind.name, "version_id": row.version_id, "position": place, "code": entry["code"]}
        | {"partner_code": entry.get("partner_code"), "item_id": item}
        for row in rows
        for place, entry, item in _meant(row, before.get(row.version_id, {}), codes)
    ]
    if named:
        connection.execute(insert(named_item), named)


def _meant(row: Record, before: Mapping[str, int], codes: Codes) -> Iterator[tuple[int, Mapping[str, Any], int | None]]:
    """Place and item of each entry that has a code. What the version named before under a code it means still, whoever has the
    code by now, unless it names that item by another code as well.
    """
    said = [(place, entry) for place, entry in enumerate(row[-1]) if entry.get("code")]
    held = {entry["code"]: codes.item(entry["code"], row.division_code, row.valid_from) for _, entry in said}
    anew = {item for code, item in held.items() if code not in before}
    for place, entry in said:
        kept = before.get(entry["code"])
        yield place, entry, held[entry["code"]] if kept is None or kept in anew else kept


def naming(kind: ObjectType) -> ColumnElement[bool]:
    """Joins a version to the items that it names."""
    return and_(named_item.c.object == kind.name, named_item.c.version_id == kind.table.c.version_id)


def is_recorded(kind: ObjectType, asked: Asked) -> ColumnElement[bool]:
    """Whether objects of the kind are known of the item's division: where none is, nobody recorded what they would name.

    Of whatever day, but for editions: until the first one is in force nothing is known to be outside the lists.
    """
    said = history(kind, asked, [kind.table.c.division_code])
    if kind is EDITION:
        said = said.where(kind.table.c.valid_from <= asked.as_of)
    return ITEM.table.c.division_code.in_(said)


def _named_before(connection: Connection, kind: ObjectType, number: int) -> dict[int, dict[str, int]]:
    """By version that a revision wrote: the item behind each code that the versions which it takes the place of named."""
    written, former = kind.table, kind.table.alias("former")
    replaced = and_(former.c.id == written.c.id, former.c.superseded_in == number, overlap(former, written))
    of_former = and_(named_item.c.object == kind.name, named_item.c.version_id == former.c.version_id)
    known = ever([written.c.version_id, named_item.c.code, named_item.c.item_id])
    known = known.select_from(written.join(former, replaced).join(named_item, of_former))
    known = known.where(written.c.recorded_in == number, named_item.c.item_id.is_not(None)).order_by(
        former.c.valid_from
    )
    found: dict[int, dict[str, int]] = {}
    for version, code, item in connection.execute(known):
        found.setdefault(version, {})[code] = item
    return found
