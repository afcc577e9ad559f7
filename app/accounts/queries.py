"""Statements about users and keys."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from app.access.models import account, account_department, token
from app.access.rules import Caller
from app.db import Record, Statement

LAST_USED = (
    select(func.max(token.c.last_used_on)).where(token.c.account_id == account.c.id).scalar_subquery().label("used_on")
)
USERS = select(account, LAST_USED).where(account.c.kind == "user")
IS_KEY = or_(token.c.name.is_not(None), account.c.kind == "key")
KEYS = select(
    token.c.id,
    func.coalesce(token.c.name, account.c.name).label("name"),
    account.c.kind,
    account.c.id.label("account_id"),
    account.c.name.label("account_name"),
    account.c.role,
    token.c.scope,
    token.c.created_at,
    token.c.expires_at,
    token.c.revoked_at,
    token.c.last_used_on,
).join_from(token, account)


def find_user(connection: Connection, login: str) -> Record | None:
    """Whoever has the login, removed or not."""
    return connection.execute(USERS.where(account.c.login == login)).one_or_none()


def is_password_of(connection: Connection, number: int, password: str) -> bool:
    """Whether the account still has this very hash, and was not removed."""
    wanted = (account.c.id == number, account.c.password == password, account.c.removed_at.is_(None))
    return connection.execute(select(account.c.id).where(*wanted)).first() is not None


def login_of(connection: Connection, number: int | None) -> str | None:
    return connection.execute(select(account.c.login).where(account.c.id == number)).scalar()


def find_subject(connection: Connection, subject: str) -> Record | None:
    return connection.execute(USERS.where(account.c.subject == subject)).one_or_none()


def users_page(connection: Connection, after: int, limit: int, *, removed: bool) -> tuple[Sequence[Record], int]:
    """`limit` + 1 users after an account, and how many there are."""
    wanted = USERS if removed else USERS.where(account.c.removed_at.is_(None))
    return _page(connection, wanted, account.c.id, after, limit)


def keys_page(connection: Connection, by: Caller, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 keys after one: the caller's own, all for administrators; and how many there are."""
    return _page(connection, KEYS.where(_visible(by), token.c.revoked_at.is_(None)), token.c.id, after, limit)


def find_key(connection: Connection, by: Caller, number: int) -> Record | None:
    """A key that the caller may see, revoked or not."""
    return connection.execute(KEYS.where(_visible(by), token.c.id == number)).one_or_none()


def key_of(connection: Connection, digest: str) -> Record:
    return connection.execute(KEYS.where(token.c.digest == digest)).one()


def _visible(by: Caller) -> ColumnElement[bool]:
    return and_(IS_KEY, true() if by.may("administer") else account.c.id == by.id)


def _page(
    connection: Connection, wanted: Statement, number: ColumnElement[int], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    rows = connection.execute(wanted.where(number > after).order_by(number).limit(limit + 1)).all()
    return rows, connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()


def departments_of_each(connection: Connection, accounts: Collection[int]) -> dict[int, list[str]]:
    """The departments of these accounts, in order of code."""
    held = select(account_department).where(account_department.c.account_id.in_(accounts))
    found: dict[int, list[str]] = {number: [] for number in accounts}
    for number, code in connection.execute(held.order_by(account_department.c.department_code)):
        found[number].append(code)
    return found


def other_administrator(connection: Connection, number: int, now: datetime) -> bool:
    """Whether anybody but this account can administer: a user, or a key with a token that has not ended."""
    open_end = or_(token.c.expires_at.is_(None), token.c.expires_at > now)
    usable = exists().where(token.c.account_id == account.c.id, token.c.revoked_at.is_(None), open_end)
    others = select(account.c.id).where(
        account.c.id != number,
        account.c.role == "admin",
        account.c.removed_at.is_(None),
        or_(account.c.kind == "user", usable),
    )
    return connection.execute(others.limit(1)).first() is not None
