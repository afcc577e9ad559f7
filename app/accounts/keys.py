"""Keys: long tokens of one's own account, and callers of their own that administrators make."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.access.models import token
from app.access.rules import Caller, Remit, Scope
from app.access.service import NewKey, create_key, digest, issue, remove_account, revoke
from app.accounts import queries
from app.accounts.remits import demand_remit
from app.accounts.users import demand_another
from app.audit.log import Deed, record
from app.db import Record
from app.errors import Conflict, Malformed, Message, NotFound, fault


class KeyNotFound(NotFound):
    slug, title = "key-not-found", Message("没有这个密钥", "No such key")


class OnlyUsers(Conflict):
    slug, title = "only-users", Message("只有用户能建自己的密钥", "Only users make keys of their own")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is called, what it may do, for how long; `remit` where it is a caller of its own."""

    name: str
    scope: Scope
    lifetime: timedelta | None
    remit: Remit | None = None


def make(connection: Connection, wish: Wish, by: Caller, now: datetime) -> tuple[str, Record]:
    """The token, which can be read this once, and the key. Raises NotPermitted, OnlyUsers, Malformed."""
    made = _own(connection, wish, by, now) if wish.remit is None else caller_key(connection, wish, wish.remit, by, now)
    return made, queries.key_of(connection, digest(made))


def caller_key(connection: Connection, wish: Wish, remit: Remit, by: Caller, now: datetime) -> str:
    """A caller of its own; whoever made it counts as the same person where two are needed."""
    by.demand("administer")
    demand_remit(connection, remit, now)
    wanted = NewKey(wish.name, remit.role, remit.departments, remit.division_code, wish.scope, wish.lifetime)
    return create_key(connection, wanted, now, by)


def _own(connection: Connection, wish: Wish, by: Caller, now: datetime) -> str:
    """Not from a key, which could outlive itself so."""
    if by.kind != "user" or queries.find_key(connection, by, by.token_id or 0) is not None:
        zh = "密钥不能再建密钥：请先用密码（POST /v1/tokens）或单点登录。管理员要建单独的调用者，请写 role。"
        raise OnlyUsers(Message(zh, "A key makes no keys of its own account: sign in first, or give a role."))
    made = issue(connection, by.id or 0, wish.scope, now, wish.lifetime, wish.name)
    number = queries.key_of(connection, digest(made)).id
    record(connection, by, Deed("token.create", f"token/{number}"), now, name=wish.name, scope=wish.scope)
    return made


def end(connection: Connection, number: int, by: Caller, now: datetime) -> Record:
    """The key as it then is: not taken any more. Raises KeyNotFound, LastAdministrator."""
    held = queries.find_key(connection, by, number)
    if held is None:
        zh = f"没有第 {number} 号密钥，或者它不是你的。"
        raise KeyNotFound(Message(zh, f"There is no key {number}, or it isn't yours."))
    if held.revoked_at is None:
        _end(connection, held, by, now)
    return queries.find_key(connection, by, number) or held


def _end(connection: Connection, held: Record, by: Caller, now: datetime) -> None:
    if held.kind == "user":
        revoke(connection, now, token.c.id == held.id)
        record(connection, by, Deed("token.revoke", f"token/{held.id}"), now, name=held.name)
        return
    if held.role == "admin" and not by.is_operator:
        demand_another(connection, held.account_id, held.name, now)
    remove_account(connection, held.account_id, now)
    record(connection, by, Deed("key.revoke", f"key/{held.account_id}"), now, name=held.name)


def demand_role(remit: Remit | None, departments: Collection[str], division_code: str | None) -> None:
    """Departments and divisions are of callers of their own. Raises Malformed."""
    if remit is None and (departments or division_code is not None):
        zh, en = "部门和区划只用于单独的调用者：请同时写 role。", "Departments and a division need a role."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/role", rule="missing")])
