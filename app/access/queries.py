"""Statements about accounts and tokens."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, literal, null, or_, select, update

from app.access.models import account, account_department, token
from app.access.rules import Hand, Kind
from app.db import Record

OF_CALLER = (
    account.c.id, account.c.kind, account.c.name, account.c.role, account.c.division_code, account.c.made_by,
    account.c.removed_at,
)  # fmt: skip
WITHOUT_TOKEN = (
    literal("write").label("scope"), null().label("revoked_at"), null().label("last_used_on"),
    null().label("token_id"),
)  # fmt: skip
OF_TOKEN = (token.c.scope, token.c.revoked_at, token.c.expires_at, token.c.last_used_on)


def by_digest(connection: Connection, digest: str) -> Record | None:
    """The token with its account, whatever became of them."""
    held = select(*OF_CALLER, *OF_TOKEN, token.c.id.label("token_id")).join_from(token, account)
    return connection.execute(held.where(token.c.digest == digest)).one_or_none()


def by_number(connection: Connection, number: int) -> Record:
    """An account, whatever became of it."""
    return connection.execute(select(*OF_CALLER).where(account.c.id == number)).one()


def by_identity(connection: Connection, subject: str, login: str | None, until: datetime) -> Record | None:
    """The user that the identity provider means: by its subject, else by a login that no other subject holds.

    `until` is when the token ends that says so.
    """
    unclaimed = (account.c.login == login) & account.c.subject.is_(None)
    expires_at = literal(until, token.c.expires_at.type).label("expires_at")
    meant = select(*OF_CALLER, *WITHOUT_TOKEN, expires_at, account.c.subject).where(
        account.c.kind == "user", or_(account.c.subject == subject, unclaimed)
    )
    return connection.execute(meant.order_by(account.c.subject.is_(None)).limit(1)).one_or_none()


def is_person_of(connection: Connection, number: int, others: ColumnElement[bool]) -> bool:
    """Whether an account counts as the same person as any of the others."""
    (mine,) = _hands(connection, account.c.id == number)
    return any(map(mine.is_same_person, _hands(connection, others)))


def _hands(connection: Connection, wanted: ColumnElement[bool]) -> Sequence[Hand]:
    """Makers of makers too; administrators may have set each other's passwords, so a maker is named once."""
    made = select(account.c.id, account.c.kind, account.c.made_by).where(wanted).cte("made", recursive=True)
    further = select(made.c.id, made.c.kind, account.c.made_by).join(account, account.c.id == made.c.made_by)
    makers: dict[tuple[int, Kind], set[int]] = {}
    for number, kind, maker in connection.execute(select(made.union(further))):
        makers.setdefault((number, kind), set()).update(() if maker is None else (maker,))
    return [Hand(number, kind, frozenset(found)) for (number, kind), found in makers.items()]


def live_keys(connection: Connection, name: str) -> Sequence[int]:
    wanted = (account.c.kind == "key", account.c.name == name, account.c.removed_at.is_(None))
    return connection.execute(select(account.c.id).where(*wanted).order_by(account.c.id)).scalars().all()


def departments_of(number: int) -> ScalarSelect[str]:
    """The codes of the departments that an account edits, to stand in a condition."""
    held = select(account_department.c.department_code).where(account_department.c.account_id == number)
    return held.scalar_subquery()


def department_codes(connection: Connection, number: int) -> list[str]:
    held = select(account_department.c.department_code).where(account_department.c.account_id == number)
    return list(connection.execute(held.order_by(account_department.c.department_code)).scalars())


def note_use(connection: Connection, number: int, day: date) -> None:
    connection.execute(update(token).where(token.c.id == number).values(last_used_on=day))
