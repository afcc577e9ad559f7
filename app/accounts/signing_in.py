"""Signing in with a password and out again, and changing the password. Each is told in the log, refused ones too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, select, update

from app.access import passwords
from app.access.models import account, token
from app.access.queries import by_digest
from app.access.rules import Caller, Scope, Stranger
from app.access.service import caller_of_account, digest, issue, keep, revoke
from app.accounts import queries
from app.audit.log import Deed, record, time_of_last
from app.db import Database, Record
from app.errors import AppError, Conflict, Malformed, Message, Unauthorized, fault
from app.logs import log

MOST_WRONG, WITHIN = 5, timedelta(minutes=15)
MOST_STRANGERS = 1_000  # Wrong logins within that time that the log takes; anybody could fill it.
REFUSED = {"action": "login", "outcome": "refused"}


class WrongPassword(Unauthorized):
    slug, title = "wrong-password", Message("登录名或密码不对", "Wrong login or password")


class TooManyAttempts(AppError):
    status, slug, title = 429, "too-many-attempts", Message("密码错得太多", "Too many wrong passwords")


class NotByPassword(Conflict):
    slug, title = "no-password", Message("这个账号没有密码", "This account has no password")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants a token, what for, and for how long."""

    login: str
    password: str
    scope: Scope
    lifetime: timedelta


def sign_in(database: Database, wish: Wish, now: datetime) -> str:
    """A token. Raises WrongPassword, whoever has the login and whether anybody has; TooManyAttempts; TooManySignIns."""
    held = proven(database, wish.login, wish.password, now)
    if held is None:
        raise wrong()
    with database.write() as connection:
        _arrive(connection, held, now, scope=wish.scope)
        return issue(connection, held.id, wish.scope, now, wish.lifetime)


def sign_in_at_terminal(database: Database, login: str, password: str, now: datetime) -> Caller:
    """Who it is, without a token: for what is done at once. Raises as `sign_in` does."""
    held = proven(database, login, password, now)
    if held is None:
        raise wrong(login)
    with database.write() as connection:
        _arrive(connection, held, now)
    return caller_of_account(held)


def _arrive(connection: Connection, held: Record, now: datetime, **said: object) -> None:
    """Told in the log, unless meanwhile others guessed too often or the password was changed."""
    demand_still(connection, held, now)
    record(connection, caller_of_account(held), Deed("login", f"login/{held.login}"), now, **said)


def demand_still(connection: Connection, held: Record, now: datetime) -> None:
    """Raises TooManyAttempts where others guessed too often meanwhile, WrongPassword where it was changed."""
    demand_patience(connection, held.login, now)
    if not queries.is_password_of(connection, held.id, held.password):
        raise wrong()


def wrong(login: str = "") -> WrongPassword:
    """Naming the login where several people sign in at once."""
    zh, en = (f"{login} 的", f" of {login}") if login else ("", "")
    zh = f"{zh}登录名或密码不对。忘了密码请找管理员重设。"
    return WrongPassword(Message(zh, f"The login or the password{en} is wrong."))


def proven(database: Database, login: str, given: str, now: datetime) -> Record | None:
    """The user, where it is their password. That it is not is told in the log. Raises TooManyAttempts.

    Whether there were too many is asked again by the one who writes: of guesses at the same time five are answered.
    Whoever has the right one asks it again with what they then write (`demand_still`).
    """
    with database.read() as connection:
        demand_patience(connection, login, now)
        held = queries.find_user(connection, login)
    known = held if held is not None and held.removed_at is None else None
    if passwords.verify(given, None if known is None else known.password):
        return known
    with database.write() as connection:
        demand_patience(connection, login, now)
        _tell_refused(connection, login, held, now)
    return None


def demand_patience(connection: Connection, login: str, now: datetime) -> None:
    """Raises TooManyAttempts after the fifth wrong password within a quarter of an hour."""
    first = time_of_last(connection, REFUSED | {"about": f"login/{login}"}, MOST_WRONG)
    if first is None or first + WITHIN <= now:
        return
    seconds = ceil((first + WITHIN - now).total_seconds())
    minutes = ceil(seconds / 60)
    zh = f"“{login}”在 15 分钟内已有 {MOST_WRONG} 次密码不对，请 {minutes} 分钟后再试。忘了密码请找管理员重设。"
    en = f"{MOST_WRONG} wrong passwords for {login!r} within 15 minutes. Try again in {minutes} minutes."
    refused = TooManyAttempts(Message(zh, en))
    refused.headers = {"Retry-After": str(seconds)}
    raise refused


def _tell_refused(connection: Connection, login: str, held: Record | None, now: datetime) -> None:
    who = Stranger(login) if held is None else caller_of_account(held)
    if held is None:
        earlier = time_of_last(connection, REFUSED | {"account": who.account}, MOST_STRANGERS)
        if earlier is not None and earlier + WITHIN > now:
            log.warning("unknown login", login=login)
            return
    record(connection, who, Deed("login", f"login/{login}", "refused"), now)


def sign_out(connection: Connection, by: Caller, given: str, now: datetime) -> None:
    """The token that was used ends; one of the identity provider that was not kept yet is kept as ended."""
    if by_digest(connection, digest(given)) is None:
        keep(connection, by.id or 0, given, now, scope=by.scope, expires_at=by.expires_at)
    revoke(connection, now, token.c.digest == digest(given))
    number = connection.execute(select(token.c.id).where(token.c.digest == digest(given))).scalar_one()
    record(connection, by, Deed("token.revoke", f"token/{number}"), now)


@dataclass(frozen=True, slots=True)
class Passwords:
    """As it was, and as it should be."""

    old: str
    new: str


def change_password(database: Database, by: Caller, login: str | None, given: Passwords, now: datetime) -> None:
    """Other tokens of the account end, its keys too, and nobody else counts as the user. Raises Malformed, NotByPassword, TooManyAttempts."""
    if login is None:
        raise NotByPassword(Message("密钥没有密码。", "A key has no password."))
    passwords.demand_strength(given.new, "/new")
    held = proven(database, login, given.old, now)
    if held is None:
        zh, en = "现在的密码不对。", "That is not the present password."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/old", rule="wrong-password")])
    made = passwords.hashed(given.new)
    with database.write() as connection:
        demand_still(connection, held, now)
        connection.execute(update(account).where(account.c.id == by.id).values(password=made, made_by=None))
        revoke(connection, now, token.c.account_id == by.id, token.c.id != by.token_id)
        record(connection, by, Deed("user.password", f"user/{login}"), now)
