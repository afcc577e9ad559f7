"""Accounts and their tokens: made, recognised, ended. A token is shown once and kept only as a digest."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from app.access import queries
from app.access.models import account, account_department, token
from app.access.rules import OPERATOR, Caller, Role, Scope
from app.audit.log import Deed, record
from app.clock import SHANGHAI
from app.db import Record
from app.errors import Message, Unauthorized

PREFIX = "sx_"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made: whose name history keeps, what it may do, for which departments or within which division."""

    name: str
    role: Role = "admin"
    departments: Collection[str] = ()
    division_code: str | None = None
    scope: Scope = "write"
    lifetime: timedelta | None = None


def create_key(connection: Connection, wanted: NewKey, now: datetime, by: Caller = OPERATOR) -> str:
    """A key that is a caller of its own; the only time it can be read."""
    values = {
        "kind": "key",
        "name": wanted.name,
        "role": wanted.role,
        "division_code": wanted.division_code,
        "made_by": by.person,
        "created_at": now,
    }
    number = int(connection.execute(insert(account).values(values).returning(account.c.id)).scalar_one())
    assign_departments(connection, number, wanted.departments)
    departments = sorted(wanted.departments)
    record(
        connection, by, Deed("key.create", f"key/{number}"), now, name=wanted.name, role=wanted.role,
        departments=departments, division_code=wanted.division_code,
    )  # fmt: skip
    return issue(connection, number, wanted.scope, now, wanted.lifetime)


def assign_departments(connection: Connection, number: int, codes: Collection[str]) -> None:
    if codes:
        rows = [{"account_id": number, "department_code": code} for code in sorted(set(codes))]
        connection.execute(insert(account_department), rows)


def issue(
    connection: Connection,
    number: int,
    scope: Scope,
    now: datetime,
    lifetime: timedelta | None,
    name: str | None = None,
) -> str:
    """A new token of an account."""
    made = PREFIX + secrets.token_urlsafe(32)
    until = None if lifetime is None else now + lifetime
    keep(connection, number, made, now, scope=scope, expires_at=until, name=name)
    return made


def keep(connection: Connection, number: int, given: str, now: datetime, **more: object) -> None:
    """A token that was given is known from now on. What a sign-in left behind and ended a day ago is forgotten."""
    ended = (token.c.account_id == number, token.c.name.is_(None), token.c.expires_at < now - A_DAY)
    connection.execute(delete(token).where(*ended))
    connection.execute(insert(token).values(account_id=number, digest=digest(given), created_at=now, **more))


def revoke(connection: Connection, now: datetime, *which: ColumnElement[bool]) -> None:
    """None of these tokens is taken any more."""
    connection.execute(update(token).where(token.c.revoked_at.is_(None), *which).values(revoked_at=now))


def remove_keys(connection: Connection, name: str, now: datetime, by: Caller = OPERATOR) -> int:
    """Stop every key of a name at once; how many there were."""
    numbers = queries.live_keys(connection, name)
    for number in numbers:
        remove_account(connection, number, now)
        record(connection, by, Deed("key.revoke", f"key/{number}"), now, name=name)
    return len(numbers)


def remove_account(connection: Connection, number: int, now: datetime) -> None:
    """None of its tokens is taken any more; the account stays for history's sake."""
    connection.execute(update(account).where(account.c.id == number).values(removed_at=now))
    revoke(connection, now, token.c.account_id == number)


def digest(made: str) -> str:
    """A token is 256 random bits, so a plain hash keeps it as safe as a slow one would."""
    return hashlib.sha256(made.encode()).hexdigest()


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header. Raises Unauthorized where there is none."""
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.casefold() != "bearer" or not given.strip():
        raise Unauthorized(
            Message(
                "这里需要密钥或令牌：请在请求头写 Authorization: Bearer 密钥。令牌用 POST /v1/tokens 登录取得，"
                "密钥由管理员用 shixiang key create 生成。",
                "A key or token is needed: send Authorization: Bearer KEY. Sign in with POST /v1/tokens, "
                "or ask an operator for a key (shixiang key create).",
            )
        )
    return given.strip()


def caller_of(found: Record | None, now: datetime, ended: Callable[[], Unauthorized]) -> Caller:
    """Who a token belongs to. Raises Unauthorized where it is unknown, revoked or expired, or its account removed.

    `ended` is what is said of one that has expired.
    """
    if found is None:
        raise Unauthorized(Message("密钥无效，请核对，或向管理员索取新的密钥。", "The key is unknown."))
    if found.removed_at is not None:
        raise removed(found.name)
    if found.revoked_at is not None:
        raise Unauthorized(Message("密钥已停用，请重新登录或向管理员索取新的密钥。", "The key was revoked."))
    if found.expires_at is not None and in_time(found.expires_at) <= now:
        raise ended()
    return caller(found)


def expired() -> Unauthorized:
    zh = "令牌已过期，请重新登录（POST /v1/tokens）。"
    return Unauthorized(Message(zh, "The token has expired. Sign in again."))


def acting(connection: Connection, number: int) -> Caller:
    """An account as it is now, for what it asked to be done later. Raises Unauthorized where it was removed."""
    found = queries.by_number(connection, number)
    if found.removed_at is not None:
        raise removed(found.name)
    return caller_of_account(found)


def removed(name: str) -> Unauthorized:
    return Unauthorized(
        Message(f"“{name}”的账号已停用，不能再用。请找管理员。", f"The account of {name!r} was removed.")
    )


def caller(found: Record) -> Caller:
    until = None if found.expires_at is None else in_time(found.expires_at)
    return Caller(
        found.name, found.role, found.kind, found.id, found.made_by, found.division_code, found.scope, found.token_id,
        until,
    )  # fmt: skip


def caller_of_account(found: Record) -> Caller:
    """Whoever has the account, without a token: for the log, and for what was asked to be done later."""
    return Caller(found.name, found.role, found.kind, found.id, found.made_by, found.division_code)


def in_time(at: datetime) -> datetime:
    """SQLite keeps no offset: what it holds is Shanghai time."""
    return at.astimezone(SHANGHAI) if at.tzinfo else at.replace(tzinfo=SHANGHAI)
