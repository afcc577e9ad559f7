"""Change sets about the same objects: those that were published since an entry was drafted, and those still open."""

from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, cast, func, select

from app.changes.models import change_set, entry
from app.changes.publish import EntriesDoNotFit
from app.changes.rules import OPEN
from app.db import PlainText, Prepared, Statement, built_once
from app.errors import Fault, Message, fault

SHOWN = 100
OTHER, THEIRS = change_set.alias("other"), entry.alias("theirs")
MINE = bindparam("mine", type_=Integer())


@dataclass(frozen=True, slots=True)
class Rival:
    """Another open change set, and the codes of the objects that both are about, as far as they are shown."""

    number: int
    title: str
    author: str
    status: str
    objects: int
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Outdated:
    """An entry on an object that somebody else's change set changed after it was drafted."""

    position: int
    code: str
    change_set: int
    title: str
    revision: int

    @property
    def message(self) -> Message:
        return Message(
            f"{self.code} 在起草之后由变更单 {self.change_set}“{self.title}”改过（第 {self.revision} 版）。"
            "请 rebase，看过双方的值再批准。",
            f"{self.code} was changed by change set {self.change_set} (revision {self.revision}) after this was drafted. "
            "Rebase first.",
        )

    @property
    def fault(self) -> Fault:
        return fault(*self.message, pointer=f"/entries/{self.position}", value=self.code, rule="outdated")


def _same_objects(*columns: object) -> Statement:
    """Entries of other change sets on the objects of this one's entries."""
    statement: Statement = select(*columns)  # type: ignore[call-overload] # columns of any type
    joined = entry.join(THEIRS, THEIRS.c.object_id == entry.c.object_id).join(
        OTHER, OTHER.c.id == THEIRS.c.change_set_id
    )
    return statement.select_from(joined).where(entry.c.change_set_id == MINE, OTHER.c.id != MINE)


def outdated(connection: Connection, number: int) -> list[Outdated]:
    """Each with the last change set that changed its object, in order of position."""
    return [Outdated(**each._mapping) for each in _outdated().on(connection, {"mine": number})]


@built_once
def _outdated() -> Prepared:
    last = func.max(OTHER.c.revision).label("revision")
    since = _same_objects(entry.c.position, entry.c.code, last).where(OTHER.c.revision > entry.c.base_revision)
    rows = since.group_by(entry.c.position, entry.c.code).subquery()
    named = select(rows, change_set.c.id.label("change_set"), change_set.c.title).join(
        change_set, change_set.c.revision == rows.c.revision
    )
    return Prepared(named.order_by(rows.c.position))


def demand_current(connection: Connection, number: int) -> None:
    """Raises EntriesDoNotFit naming the entries that have to be rebased."""
    found = outdated(connection, number)
    if found:
        first = found[0].message
        zh = f"有 {len(found)} 条要先 rebase，什么都没有写入。第一条：{first.zh}"
        en = f"{len(found)} entries have to be rebased first; nothing was written. First: {first.en}"
        raise EntriesDoNotFit(Message(zh, en), faults=[each.fault for each in found[:SHOWN]])


def rivals(connection: Connection, mine: int) -> list[Rival]:
    """The other open change sets on the same objects, in order of number."""
    found: dict[int, Rival] = {}
    for number, title, author, status, shared_objects, code in _rivals().on(connection, {"mine": mine}):
        found.setdefault(number, Rival(number, title, author, status, shared_objects, [])).codes.append(code)
    return list(found.values())


@built_once
def _rivals() -> Prepared:
    shared = _same_objects(OTHER.c.id, THEIRS.c.object_id, func.max(cast(THEIRS.c.code, PlainText)).label("code"))
    objects = shared.where(OTHER.c.status.in_(OPEN)).group_by(OTHER.c.id, THEIRS.c.object_id).subquery("objects")
    place = func.row_number().over(partition_by=objects.c.id, order_by=(objects.c.code, objects.c.object_id))
    ordered = select(
        objects.c.id,
        objects.c.code,
        place.label("place"),
        func.count().over(partition_by=objects.c.id).label("objects"),
    ).subquery("ordered")
    columns = change_set.c.id, change_set.c.title, change_set.c.author, change_set.c.status
    return Prepared(
        select(*columns, ordered.c.objects, ordered.c.code)
        .join_from(ordered, change_set, change_set.c.id == ordered.c.id)
        .where(ordered.c.place <= SHOWN)
        .order_by(change_set.c.id, ordered.c.place)
    )
