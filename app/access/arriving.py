"""Users who come with a token of the identity provider: found by it, and known by it until it ends."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.exc import OperationalError

from app.access import queries
from app.access.models import account
from app.access.oidc import Identity
from app.access.service import caller, digest, keep
from app.audit.log import Deed, record
from app.db import Database, Record
from app.engines import Busy
from app.errors import Message, Unauthorized


class UnknownUser(Unauthorized):
    slug, title = "unknown-user", Message("没有这个用户", "No such user")


def arrived(database: Database, identity: Identity, given: str, now: datetime) -> Record:
    """The account that the provider means, with the token as one of its own. Raises UnknownUser.

    While others write it is not kept: it is then looked at as if it came for the first time.
    """
    with database.read() as connection:
        found = _meant(connection, identity)
    if found.removed_at is None:
        with suppress(Busy, OperationalError), database.note() as connection:
            return _admit(connection, _meant(connection, identity), identity, given, now)
    return found


def _meant(connection: Connection, identity: Identity) -> Record:
    found = queries.by_identity(connection, identity.subject, identity.login, identity.expires_at)
    if found is None:
        called = identity.called
        zh = f"身份提供者认识“{called}”，但这里没有这个用户。请找管理员用这个登录名建立用户（POST /v1/users）。"
        raise UnknownUser(Message(zh, f"The identity provider knows {called!r}, but there is no such user here."))
    return found


def _admit(connection: Connection, found: Record, identity: Identity, given: str, now: datetime) -> Record:
    kept = queries.by_digest(connection, digest(given))
    if kept is not None or found.removed_at is not None:
        return kept or found
    keep(connection, found.id, given, now, scope="write", expires_at=identity.expires_at)
    if found.subject is None:
        connection.execute(update(account).where(account.c.id == found.id).values(subject=identity.subject))
    record(connection, caller(found), Deed("login", f"login/{identity.called}"), now, by_provider=True)
    return queries.by_digest(connection, digest(given)) or found
