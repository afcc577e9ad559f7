"""People of the bureau, each with a key of their own, and what they do with change sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.access.models import account
from app.access.rules import OPERATOR, Caller, Role
from app.access.service import NewKey, create_key
from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import amend, drafted
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS


@dataclass(frozen=True)
class Bureau:
    """Makes people, and says who they are."""

    application: FastAPI
    database: Database

    def somebody(
        self,
        name: str,
        role: Role = "admin",
        *,
        departments: Sequence[str] = (),
        division: str | None = None,
        made_by: str | None = None,
    ) -> TestClient:
        """Somebody new; `made_by` is who made the key."""
        wanted = NewKey(name, role, departments, division)
        by = OPERATOR if made_by is None else self.caller(made_by)
        with self.database.write() as connection:
            key = create_key(connection, wanted, NOW, by)
        headers = {"Authorization": f"Bearer {key}"}
        return Client(self.application, headers=headers, raise_server_exceptions=False)

    def editor(self, name: str, *departments: str) -> TestClient:
        """Of the bureau of civil affairs unless told otherwise."""
        return self.somebody(name, "editor", departments=departments or (CIVIL_AFFAIRS,))

    def caller(self, name: str) -> Caller:
        with self.database.read() as connection:
            held = connection.execute(select(account).where(account.c.name == name)).one()
        return Caller(held.name, held.role, held.kind, held.id, held.made_by, held.division_code)

    @property
    def clock(self) -> FrozenClock:
        """Set `at` to move it."""
        held: FrozenClock = self.application.state.clock
        return held


def submitted(author: TestClient, *entries: dict[str, Any]) -> str:
    path = drafted(author, *(entries or [amend("HZ-001", promised_limit=10)]))
    assert author.post(f"{path}/submit").status_code == 200
    return path


def refused(answer: Response, status: int, problem: str) -> dict[str, Any]:
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["type"]) == (status, f"/problems/{problem}"), document
    return document


def returned(reviewer: TestClient, path: str, **said: str) -> Response:
    comments = [{"position": int(place.removeprefix("at_")), "text": text} for place, text in said.items()]
    return reviewer.post(f"{path}/return", json={"reason": "请核对承诺时限", "comments": comments})
