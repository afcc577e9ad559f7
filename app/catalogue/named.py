"""Which items editions, transfers, agreements and integrated matters name: found by their codes as versions are written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Index, Integer, Table, and_, insert

from app.catalogue import reads
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.versions import OPEN, ever
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


def note(connection: Connection, kinds: Iterable[ObjectType], number: int, moment: Moment) -> None:
    """Find the items that the versions of a revision name, once its items are written. `kinds` are those it wrote."""
    for kind in kinds:
        if kind.naming is None:
            continue
        columns = kind.table.c
        shown = [columns.version_id, columns.id, columns.division_code, columns.valid_from, columns[kind.naming]]
        written = ever(shown).where(columns.recorded_in == number, columns.superseded_in == OPEN)
        rows = [row for row in connection.execute(written.order_by(columns.version_id)) if row[-1]]
        if rows:
            _note(connection, kind, rows, moment)


def _note(connection: Connection, kind: ObjectType, rows: Sequence[Record], moment: Moment) -> None:
    codes = Codes.read(connection, {entry["code"] for row in rows for entry in row[-1] if entry.get("code")}, moment)
    before = _named_before(connection, kind, {row.id for row in rows})
    named = [
        {"object": kind.name, "version_id": row.version_id, "position": place, "code": code}
        | {
            "partner_code": entry.get("partner_code"),
            "item_id": before.get((row.id, code)) or codes.item(code, row.division_code, row.valid_from),
        }
        for row in rows
        for place, entry in enumerate(row[-1])
        if (code := entry.get("code"))
    ]
    if named:
        connection.execute(insert(named_item), named)


def naming(kind: ObjectType) -> ColumnElement[bool]:
    """Joins a version to the items that it names."""
    return and_(named_item.c.object == kind.name, named_item.c.version_id == kind.table.c.version_id)


def _named_before(connection: Connection, kind: ObjectType, ids: Collection[int]) -> dict[tuple[int, str], int]:
    """The item behind each code that an object named already: it means the same one, whoever has the code by now."""
    found: dict[tuple[int, str], int] = {}
    columns, joined = kind.table.c, kind.table.join(named_item, naming(kind))
    known = ever([columns.id, named_item.c.code, named_item.c.item_id]).select_from(joined)
    known = known.where(named_item.c.item_id.is_not(None)).order_by(named_item.c.id.desc())
    for chunk in reads.chunks(ids):
        for number, code, item in connection.execute(known.where(columns.id.in_(chunk))):
            found[number, code] = item
    return found


@dataclass(frozen=True, slots=True)
class Codes:
    """Which items some codes mean: who holds them on which days, and who ever had them."""

    held: Mapping[str, Sequence[reads.Holding]]
    once: reads.Holders

    @classmethod
    def read(cls, connection: Connection, codes: Collection[str], moment: Moment) -> Self:
        return cls(reads.holdings(connection, ITEM, codes, moment), reads.holders_ever(connection, ITEM, codes))

    def item(self, code: str, division: str, day: date) -> int | None:
        """The one that holds the code on the day, else the last that ever had it; a local code in the division."""
        place = reads.sharing(ITEM, code, division)
        held = self.held.get(code, ())
        then = [each.id for each in held if each.place == place and each.valid_from <= day < each.valid_to]
        return then[0] if then else self.once.get(code, {}).get(place)
