"""Users: made, changed, removed by administrators. Nothing is deleted, so that history keeps its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from app.access import passwords
from app.access.models import account, account_department, token
from app.access.queries import department_codes
from app.access.rules import Caller, Remit
from app.access.service import assign_departments, remove_account, revoke
from app.accounts import queries
from app.accounts.remits import demand_remit
from app.audit.log import Deed, record
from app.db import Record
from app.errors import Conflict, Message, NotFound

NEVER_EMPTY = ("name", "role", "departments")


class UserNotFound(NotFound):
    slug, title = "user-not-found", Message("没有这个用户", "No such user")


class LoginTaken(Conflict):
    slug, title = "login-taken", Message("登录名已被使用", "The login is taken")


class UserRemoved(Conflict):
    slug, title = "user-removed", Message("用户已停用", "The user was removed")


class LastAdministrator(Conflict):
    slug, title = "last-administrator", Message("最后一个管理员", "The last administrator")


@dataclass(frozen=True, slots=True)
class Person:
    """A user to be: the login is for good, the password a hash. Whoever chose it counts as the user until it is changed."""

    login: str
    name: str
    remit: Remit
    password: str | None = None
    subject: str | None = None


def add(connection: Connection, who: Person, by: Caller, now: datetime) -> None:
    """Raises LoginTaken, also by somebody who was removed, and Malformed for a remit that can't be."""
    taken = queries.find_user(connection, who.login)
    if taken is not None:
        removed = "（已停用；登录名不再给别人，历史才说得清）" if taken.removed_at is not None else ""
        zh = f"登录名“{who.login}”已由“{taken.name}”使用{removed}。请换一个。"
        raise LoginTaken(Message(zh, f"The login {who.login!r} is that of {taken.name!r}. Choose another."))
    _demand_free(connection, who.subject)
    demand_remit(connection, who.remit, now)
    values = {
        "kind": "user",
        "login": who.login,
        "name": who.name,
        "role": who.remit.role,
        "division_code": who.remit.division_code,
        "password": who.password,
        "subject": who.subject,
        "made_by": None if who.password is None else by.person,
        "created_at": now,
    }
    number = int(connection.execute(insert(account).values(values).returning(account.c.id)).scalar_one())
    assign_departments(connection, number, who.remit.departments)
    record(
        connection, by, Deed("user.create", f"user/{who.login}"), now, account=f"user/{number}", name=who.name,
        role=who.remit.role, departments=sorted(who.remit.departments), division_code=who.remit.division_code,
    )  # fmt: skip


def change(connection: Connection, login: str, given: Mapping[str, Any], by: Caller, now: datetime) -> None:
    """`given` holds what is to be different, the password as a hash. Raises as `add` does, UserRemoved, LastAdministrator."""
    held = live_user(connection, login)
    wanted = {name: value for name, value in given.items() if value is not None or name not in NEVER_EMPTY}
    before = Remit(held.role, department_codes(connection, held.id), held.division_code)
    remit = _after(before, wanted)
    if remit != before:
        demand_remit(connection, remit, now)
    if held.role == "admin" and remit.role != "admin":
        demand_another(connection, held.id, held.name, now)
    if wanted.get("subject") not in (None, held.subject):
        _demand_free(connection, wanted["subject"])
    values: dict[str, Any] = {name: wanted[name] for name in ("name", "password", "subject") if name in wanted}
    values |= {"role": remit.role, "division_code": remit.division_code}
    if "password" in wanted:
        values["made_by"] = None if wanted["password"] is None or by.person == held.id else by.person
    connection.execute(update(account).where(account.c.id == held.id).values(values))
    connection.execute(delete(account_department).where(account_department.c.account_id == held.id))
    assign_departments(connection, held.id, remit.departments)
    if "password" in wanted or wanted.get("subject", held.subject) != held.subject:
        revoke(connection, now, token.c.account_id == held.id, token.c.id != (by.token_id or 0))
    told = {name: name == "password" or value for name, value in wanted.items()}
    record(connection, by, Deed("user.change", f"user/{login}"), now, changed=told)


def _after(before: Remit, wanted: Mapping[str, Any]) -> Remit:
    """Departments and division end with the role that they belong to."""
    role = wanted.get("role", before.role)
    stays = role == before.role
    departments = wanted.get("departments", before.departments if stays else ())
    return Remit(role, departments, wanted.get("division_code", before.division_code if stays else None))


def remove(connection: Connection, login: str, by: Caller, now: datetime) -> None:
    """Their tokens stop at once. Raises UserNotFound, UserRemoved, LastAdministrator."""
    held = live_user(connection, login)
    if held.role == "admin":
        demand_another(connection, held.id, held.name, now)
    remove_account(connection, held.id, now)
    record(connection, by, Deed("user.remove", f"user/{login}"), now, name=held.name)


def get_user(connection: Connection, login: str) -> Record:
    found = queries.find_user(connection, login)
    if found is None:
        raise UserNotFound(Message(f"没有登录名为“{login}”的用户。", f"There is no user {login!r}."))
    return found


def live_user(connection: Connection, login: str) -> Record:
    found = get_user(connection, login)
    if found.removed_at is not None:
        zh = f"用户“{login}”已停用，不能再改。要让此人继续使用，请用新的登录名建立用户。"
        raise UserRemoved(Message(zh, f"The user {login!r} was removed. Make another with a new login."))
    return found


def demand_another(connection: Connection, number: int, name: str, now: datetime) -> None:
    """Somebody has to be left who can administer. Raises LastAdministrator."""
    if not queries.other_administrator(connection, number, now):
        zh = f"“{name}”是最后一个管理员，不能停用或改成别的角色。请先让另一个人成为管理员。"
        raise LastAdministrator(Message(zh, f"{name!r} is the last administrator: make somebody else one first."))


def hashed(password: str | None) -> str | None:
    """Raises Malformed for one that is too short. Takes a while, so not inside a transaction."""
    if password is None:
        return None
    passwords.demand_strength(password, "/password")
    return passwords.hashed(password)


def _demand_free(connection: Connection, subject: str | None) -> None:
    taken = None if subject is None else queries.find_subject(connection, subject)
    if taken is not None:
        zh = f"身份提供者的 sub“{subject}”已经是用户“{taken.login}”的。"
        raise LoginTaken(Message(zh, f"The subject {subject!r} is that of the user {taken.login!r}."))
