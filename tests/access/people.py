"""People of a bureau and their tokens, made by the services that the API calls."""

from datetime import datetime, timedelta
from functools import cache

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.access import passwords
from app.access.rules import OPERATOR, Remit, Role
from app.access.service import issue
from app.accounts import queries, users
from app.accounts.users import Person
from app.audit import log
from app.db import Database
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS

PASSWORD = "三月的小雨 2026"


@cache
def password_hash() -> str:
    """Hashed once, since it takes a while."""
    return passwords.hashed(PASSWORD)


def add_user(
    database: Database,
    login: str,
    role: Role = "reviewer",
    departments: tuple[str, ...] = (),
    division: str | None = None,
    *,
    password: bool = True,
    now: datetime = NOW,
) -> None:
    if role == "editor" and not departments:
        departments = (CIVIL_AFFAIRS,)
    who = Person(login, f"{login} 的姓名", Remit(role, departments, division), password_hash() if password else None)
    with database.write() as connection:
        users.add(connection, who, OPERATOR, now)


def token_of(database: Database, login: str, now: datetime = NOW, scope: str = "write") -> str:
    """As a sign-in gives it."""
    with database.write() as connection:
        found = users.get_user(connection, login)
        return issue(connection, found.id, "read" if scope == "read" else "write", now, timedelta(hours=12))


def with_token(app: FastAPI, token: str) -> TestClient:
    return Client(app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)


def sign_in(client: TestClient, login: str, password: str = PASSWORD, **more: object) -> Response:
    return client.post("/v1/tokens", json={"login": login, "password": password, **more})


def signed_in(app: FastAPI, login: str, now: datetime = NOW) -> TestClient:
    return with_token(app, token_of(app.state.database, login, now))


def told(database: Database, **wanted: str) -> list[tuple[str, str, str, str]]:
    """Who did or was refused what, in order."""
    with database.read() as connection:
        rows = log.entries(connection, wanted, 0, 1000)
        assert log.verify(connection) == []
    return [(row.account, row.action, row.about, row.outcome) for row in rows]


def account_of(database: Database, login: str) -> str:
    with database.read() as connection:
        found = queries.find_user(connection, login)
    assert found is not None
    return f"user/{found.id}"
