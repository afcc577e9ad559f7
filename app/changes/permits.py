"""Who may do what with a change set: whose items it is about, who wrote it, who looks at it. Checked in SQL."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from app.access.models import account
from app.access.queries import departments_of, is_person_of
from app.access.rules import Caller
from app.catalogue.divisions import below
from app.catalogue.objects import DEPARTMENT, EDITION, ITEM, LIST, OBJECT_TYPES, OPEN_DAY
from app.catalogue.versions import OPEN
from app.changes.models import change_set, change_set_event, entry
from app.changes.rules import refuse_past
from app.db import Record
from app.errors import Forbidden, Message, fault

WROTE = ("create", "cover", "add", "replace", "remove", "rebase", "submit", "undo")
SHOWN = 20
FOUNDED = entry.alias("founded")


class NotYours(Forbidden):
    slug, title = "not-yours", Message("不在你的职责范围内", "Not within your remit")


class OwnChangeSet(Forbidden):
    slug, title = "own-change-set", Message("需要另一个人批准", "A second person has to approve")


def demand_own(
    connection: Connection, number: int, by: Caller, *, after: int = 0, among: Collection[int] | None = None
) -> None:
    """Editors write of objects of their departments, others within their division. Raises NotYours naming the first.

    Looked at are the entries after a position, or those `among` some positions.
    """
    meant = entry.c.position > after if among is None else entry.c.position.in_(among)
    if by.role == "editor":
        _demand_none(connection, number, by, and_(not_(_of_departments(by)), meant))
    elif by.division_code is not None:
        _demand_none(connection, number, by, and_(not_(_within(by.division_code)), meant))


def demand_within(connection: Connection, number: int, by: Caller) -> None:
    """Reviewers decide on objects of their division. Raises NotYours naming the first that isn't."""
    if by.division_code is not None:
        _demand_none(connection, number, by, not_(_within(by.division_code)))


def is_own(department: ColumnElement[Any], division: ColumnElement[Any], by: Caller) -> ColumnElement[bool]:
    """Whether what is in a department and a division is the caller's: editors have departments, others a division or all."""
    if by.role == "editor":
        return _edits(department, by)
    return true() if by.division_code is None else below(division, by.division_code)


def _edits(department: ColumnElement[Any], by: Caller) -> ColumnElement[bool]:
    return false() if by.id is None else func.coalesce(department.in_(departments_of(by.id)), false())


def _of_departments(by: Caller) -> ColumnElement[bool]:
    """On all days of the entry. What is given away is transferred: otherwise it stays with the caller, unless an undoing
    turns it back.
    """
    given = entry.c.new["department_code"].as_string()
    undoing = entry.c.change_set_id.in_(select(change_set.c.id).where(change_set.c.undoes.is_not(None)))
    stays = or_(entry.c.kind.not_in(("amend", "create")), given.is_(None), _edits(given, by), undoing)
    others = _is_also(not_(_edits(ITEM.table.c.department_code, by)))
    return and_(_edits(_holder(), by), stays, not_(others))


def _holder() -> ColumnElement[Any]:
    """The department that an entry is asked of: its object's, and of an edition the one that holds its list on the day."""
    kept, edition = LIST.table.c, EDITION.table.c
    published = select(edition.list_code).where(edition.id == entry.c.object_id, edition.superseded_in == OPEN)
    code = case(
        (entry.c.effect == "create", entry.c.new["list_code"].as_string()),
        else_=published.limit(1).correlate(entry).scalar_subquery(),
    )
    held = and_(
        entry.c.object == EDITION.name,
        kept.code == code,
        kept.superseded_in == OPEN,
        kept.valid_from <= entry.c.effective_on,
        kept.valid_to > entry.c.effective_on,
    )
    holder = select(kept.department_code).where(held).limit(1).correlate(entry).scalar_subquery()
    stands = exists(select(kept.id).where(held).correlate(entry))
    return case((stands, holder), else_=entry.c.department_code)


def _is_also(elsewhere: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an item is elsewhere on some day that the entry is about."""
    held = ITEM.table.c
    until = func.coalesce(entry.c.until, literal(OPEN_DAY, Date()))
    overlaps = and_(held.valid_from < until, held.valid_to > entry.c.effective_on)
    version = exists().where(held.id == entry.c.object_id, held.superseded_in == OPEN, overlaps, elsewhere)
    return and_(entry.c.object == ITEM.name, version)


def _within(division: str) -> ColumnElement[bool]:
    """Before the change and after it. Windows are where their department is, or where the change set itself founds it."""
    department = DEPARTMENT.table.c
    standing = select(department.division_code).where(
        department.code == entry.c.department_code, department.superseded_in == OPEN
    )
    founded = select(FOUNDED.c.division_code).where(
        FOUNDED.c.change_set_id == entry.c.change_set_id,
        FOUNDED.c.object == DEPARTMENT.name,
        FOUNDED.c.kind == "create",
        FOUNDED.c.code == entry.c.department_code,
    )
    where = (each.limit(1).scalar_subquery() for each in (standing, founded))
    held, given = func.coalesce(entry.c.division_code, *where), entry.c.new["division_code"].as_string()
    others = _is_also(not_(below(ITEM.table.c.division_code, division)))
    stays = or_(given.is_(None), below(given, division))
    return and_(func.coalesce(below(held, division), false()), stays, not_(others))


def _demand_none(connection: Connection, number: int, by: Caller, outside: ColumnElement[bool]) -> None:
    statement = select(entry, _holder().label("holder")).where(entry.c.change_set_id == number, outside)
    rows = connection.execute(statement.order_by(entry.c.position).limit(SHOWN)).all()
    if rows:
        faults = [
            fault(*_outside(row, by), pointer=f"/entries/{row.position}", value=row.code, rule="not-yours")
            for row in rows
        ]
        raise NotYours(faults[0].detail, faults=faults, code=rows[0].code)


def _outside(row: Record, by: Caller) -> Message:
    kind = OBJECT_TYPES[row.object].label
    if by.role == "editor":
        department, given = row.holder or "（未填）", row.kind == "delegate" and row.effect == "create"
        whose = f"由部门 {department} 下放" if given else f"属于部门 {department}"
        if row.kind == "amend" and "department_code" in (row.new or {}):
            whose += f"，要改到部门 {row.new['department_code']}（划给别的部门请用 transfer 划转）"
        zh = f"{kind.zh} {row.code} {whose}，“{by.name}”只能编辑自己的部门。"
        belongs = "is delegated by" if given else "belongs to"
        return Message(zh, f"{kind.en} {row.code} {belongs} {row.holder}, which {by.name!r} does not edit.")
    zh = f"{kind.zh} {row.code} 不在区划 {by.division_code} 之内，“{by.name}”不能处理。"
    return Message(zh, f"{kind.en} {row.code} is not within {by.division_code}, where {by.name!r} acts.")


def demand_author(held: Record, by: Caller) -> None:
    """Its author, or an administrator, goes on with a change set. Raises NotYours."""
    if by.is_operator or by.may("administer") or held.author_account == by.id:
        return
    zh = f"变更单 {held.id} 是“{held.author}”起草的，只有起草人或管理员能这样做。"
    raise NotYours(
        Message(zh, f"Change set {held.id} is by {held.author!r}; its author or an administrator does that.")
    )


def took_part(connection: Connection, number: int, by: Caller) -> bool:
    """Whether the caller, as the person behind the account, wrote any of it."""
    wrote = select(change_set_event.c.account_id).where(
        change_set_event.c.change_set_id == number, change_set_event.c.action.in_(WROTE)
    )
    drafted = select(change_set.c.author_account).where(change_set.c.id == number)
    operated = connection.execute(wrote.where(change_set_event.c.account_id.is_(None))).first() is not None
    if by.id is None:
        return operated
    hands = or_(account.c.id.in_(wrote), account.c.id.in_(drafted))
    if not operated and connection.execute(select(account.c.id).where(hands)).first() is None:
        return True  # It was drafted before accounts were noted: nobody can say who did.
    return is_person_of(connection, by.id, hands)


def own_change_set(number: int) -> OwnChangeSet:
    zh = f"变更单 {number} 是你起草或改过的，要由另一个人批准。"
    return OwnChangeSet(Message(zh, f"You wrote change set {number}, or part of it: somebody else has to approve it."))


def demand_no_past(connection: Connection, number: int, today: date, after: int = 0) -> None:
    """Entries reach into the past only where the cover says so. Raises InThePast naming the first that does."""
    past = (
        select(entry.c.effective_on, entry.c.position)
        .join_from(entry, change_set)
        .where(
            entry.c.change_set_id == number,
            change_set.c.retroactive == false(),
            entry.c.effective_on < today,
            entry.c.position > after,
        )
    )
    first = connection.execute(past.order_by(entry.c.position).limit(1)).one_or_none()
    if first is not None:
        refuse_past([first.effective_on], today, retroactive=False, place=f"/entries/{first.position}")
