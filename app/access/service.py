"""Making and recognising keys. A key is shown once and kept only as a digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.access.models import api_key
from app.errors import Message, Unauthorized

PREFIX = "sx_"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the name that history keeps."""

    name: str


def create_key(connection: Connection, name: str, now: datetime) -> str:
    """A new key for `name`; the only time it can be read."""
    key = PREFIX + secrets.token_urlsafe(32)
    connection.execute(insert(api_key).values(name=name, digest=digest(key), created_at=now))
    return key


def revoke_keys(connection: Connection, name: str, now: datetime) -> int:
    """Stop every key of a name at once; how many there were."""
    live = update(api_key).where(api_key.c.name == name, api_key.c.revoked_at.is_(None))
    return connection.execute(live.values(revoked_at=now)).rowcount


def digest(key: str) -> str:
    """A key is 256 random bits, so a plain hash keeps it as safe as a slow one would."""
    return hashlib.sha256(key.encode()).hexdigest()


def caller_of(connection: Connection, authorization: str | None) -> Caller:
    """Raises Unauthorized where there is no key, or one that is unknown or revoked."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.casefold() != "bearer" or not key.strip():
        raise Unauthorized(
            Message(
                "这里需要密钥：请在请求头写 Authorization: Bearer 密钥。密钥由管理员用 shixiang key create 生成。",
                "A key is needed: send Authorization: Bearer KEY. An operator makes one with shixiang key create.",
            )
        )
    known = select(api_key.c.name).where(api_key.c.digest == digest(key.strip()), api_key.c.revoked_at.is_(None))
    name = connection.execute(known).scalar()
    if name is None:
        raise Unauthorized(Message("密钥无效或已停用，请向管理员索取新的密钥。", "The key is unknown or revoked."))
    return Caller(name)
