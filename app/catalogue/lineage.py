"""Which items came from which: splits, mergers, items taken over or delegated. Known by revision, as versions are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    and_,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_REVISION
from app.catalogue.properties import department_name
from app.catalogue.reads import chunks
from app.catalogue.schemas import Dated
from app.catalogue.versions import Asked, at, history
from app.db import PlainText, Record, metadata

# From `valid_from` on the successor stands for the predecessor; recorded_in ≤ revision < superseded_in.
lineage = Table(
    "lineage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("predecessor_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("successor_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("recorded_in", Integer, nullable=False),
    Column("superseded_in", Integer, nullable=False),
    Index("ix_lineage_predecessor", "predecessor_id"),
    Index("ix_lineage_successor", "successor_id"),
)
ENDING = ("split", "merge", "delegate")  # An item that is taken over goes on.


@dataclass(frozen=True, slots=True)
class Link:
    """An item that comes from another."""

    predecessor_id: int
    successor_id: int
    kind: str
    valid_from: date


LINK = tuple(each.name for each in fields(Link))


def record(connection: Connection, links: Iterable[Link], revision: int) -> None:
    """The links as a revision learns them."""
    rows = [{**asdict(link), "recorded_in": revision, "superseded_in": OPEN_REVISION} for link in links]
    if rows:
        connection.execute(insert(lineage), rows)


def turn_back(connection: Connection, undone: int, about: Select[tuple[int]], revision: int) -> None:
    """What the revision `undone` learned of origins, or no longer held, is turned back as a later one knows it.

    Only of the items that are selected `about`: a change set may be undone in part. Links of which the same is said
    again stand for those of before, so an undoing may itself be undone, and then the first change set again.
    """
    columns, told = lineage.c, lineage.alias("told").c
    concerned = or_(columns.predecessor_id.in_(about), columns.successor_id.in_(about))
    same = and_(*(columns[name] == told[name] for name in LINK))
    learned = exists().where(same, told.recorded_in == undone)
    standing = update(lineage).where(concerned, columns.superseded_in == OPEN_REVISION, learned)
    connection.execute(standing.values(superseded_in=revision))
    ended = select(*(columns[name] for name in LINK), literal(revision), literal(OPEN_REVISION))
    again = ended.where(concerned, columns.superseded_in == undone).order_by(columns.id)
    connection.execute(insert(lineage).from_select([*LINK, "recorded_in", "superseded_in"], again))


def lineage_of(connection: Connection, number: int, moment: Moment) -> dict[str, object]:
    """Where the item comes from, what came of it, and from department to department, by the day of the moment."""
    columns = lineage.c
    links = _links(connection, moment, or_(columns.predecessor_id == number, columns.successor_id == number))
    others = {link.predecessor_id for link in links} | {link.successor_id for link in links}
    told = _begun(connection, others | {number}, moment)
    own = told.get(number, [])
    return {
        "id": number,
        "code": own[-1].code if own else None,
        "name": own[-1].name if own else None,
        "predecessors": [
            _relative(link, row, moment, row.valid_from)
            for link in links
            if link.successor_id == number and (row := _then(told, link.predecessor_id, link.valid_from))
        ],
        "successors": [
            _relative(link, row, moment, moment.as_of)
            for link in links
            if link.predecessor_id == number and (row := _then(told, link.successor_id, link.valid_from))
        ],
        "transfers": list(_transfers(own, moment)),
    }


def neighbours(connection: Connection, ids: Collection[int]) -> set[int]:
    """The items one step away from these, either way, at any revision: links that no longer hold included."""
    columns = lineage.c
    found: set[int] = set()
    for chunk in chunks(ids):
        for here, there in (
            (columns.predecessor_id, columns.successor_id),
            (columns.successor_id, columns.predecessor_id),
        ):
            found.update(connection.execute(select(there).where(here.in_(chunk)).distinct()).scalars())
    return found


def heirs(connection: Connection, number: int, day: date, moment: Moment) -> tuple[str, list[str]] | None:
    """How an item ended on a day, and the codes of those that stand for it since; None where it was cancelled."""
    columns = lineage.c
    ended = and_(columns.predecessor_id == number, columns.valid_from == day, columns.kind.in_(ENDING))
    links = _links(connection, moment, ended)
    if not links:
        return None
    told = _begun(connection, {link.successor_id for link in links}, moment)
    codes = [row.code for link in links if (row := _then(told, link.successor_id, moment.as_of))]
    return (links[0].kind, codes) if codes else None


def _links(connection: Connection, moment: Moment, wanted: ColumnElement[bool]) -> Sequence[Record]:
    """Those known at the revision that hold by the day."""
    columns = lineage.c
    known = and_(columns.recorded_in <= moment.revision, columns.superseded_in > moment.revision)
    holding = select(lineage).where(wanted, known, columns.valid_from <= moment.as_of)
    return connection.execute(holding.order_by(columns.valid_from, columns.id)).all()


def _begun(connection: Connection, ids: Iterable[int], moment: Moment) -> dict[int, list[Record]]:
    """The versions of each item that began by the day, in order of time."""
    columns = ITEM.table.c
    shown = [columns.id, columns.code, columns.name, columns.division_code, columns.department_code]
    named = department_name(Asked(moment.latest)).label("department_name")
    begun = history(ITEM, moment, [*shown, named, columns.valid_from, columns.valid_to])
    begun = begun.where(columns.id.in_(sorted(ids)), columns.valid_from <= moment.as_of)
    found: dict[int, list[Record]] = {}
    for row in connection.execute(begun.order_by(columns.valid_from), at(moment)):
        found.setdefault(row.id, []).append(row)
    return found


def _then(told: Mapping[int, Sequence[Record]], number: int, day: date) -> Record | None:
    """What the item was on the day, or last before it."""
    return next((row for row in reversed(told.get(number, ())) if row.valid_from <= day), None)


def _relative(link: Record, row: Record, moment: Moment, asked: date) -> dict[str, object]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "department_code": row.department_code,
        "department_name": row.department_name,
        "kind": link.kind,
        "since": link.valid_from,
        "url": item_url(row, row.valid_from, moment),
        "lineage_url": item_url(row, asked, moment, "/lineage"),
    }


def _transfers(versions: Sequence[Record], moment: Moment) -> Iterator[dict[str, object]]:
    """Each day on which the item went from one department to another."""
    for before, after in pairwise(versions):
        if before.valid_to == after.valid_from and before.department_code != after.department_code:
            yield {
                "since": after.valid_from,
                "from": _place(before, moment),
                "to": _place(after, moment),
            }


def _place(row: Record, moment: Moment) -> dict[str, object]:
    url = item_url(row, row.valid_from, moment)
    return {
        "code": row.code, "department_code": row.department_code, "department_name": row.department_name, "url": url
    }  # fmt: skip


# The models below only describe: answers are written from rows to bytes.


class Place(BaseModel):
    """The item under a department: its code there, and the version that held then."""

    code: str
    department_code: str
    department_name: str | None
    url: str


class Relative(Place):
    """An item that this one comes from, or that came of it."""

    id: int
    name: str
    kind: Annotated[str, Field(description="split 拆分、merge 合并、take_over 承接、delegate 下放")]
    since: Annotated[str, Field(description="从哪一天起")]
    lineage_url: Annotated[str, Field(description="它的来龙去脉")]


class Transfer(BaseModel):
    """From one department to another."""

    since: Annotated[str, Field(description="从哪一天起")]
    from_: Annotated[Place, Field(alias="from", description="原来的部门和编码")]
    to: Annotated[Place, Field(description="划转后的部门和编码")]


class Lineage(Dated):
    """Where an item comes from and what came of it, one step each way."""

    id: int
    code: Annotated[str | None, Field(description="到这一天为止最后的编码")]
    name: str | None
    predecessors: Annotated[list[Relative], Field(description="由哪些事项而来")]
    successors: Annotated[list[Relative], Field(description="成为哪些事项")]
    transfers: Annotated[list[Transfer], Field(description="在部门之间的划转")]
