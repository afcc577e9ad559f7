"""Asking that a text be made unreadable, and doing it; and the texts that the tests are about."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.access.service import NewKey, create_key
from app.catalogue.search import item_search
from app.db import Database, Record, metadata
from tests.clients import Client
from tests.conftest import NOW

PHONE = "13800138000"
CONTACT = f"找欧阳建国，手机 {PHONE}，“随时”可打"
LATER = f"欧阳建国 {PHONE}"
REQUEST = {"code": "HZ-001", "field": "consultation_contact", "reason": "误登个人手机号"}


def reviewer(application: FastAPI, database: Database, name: str, **more: Any) -> TestClient:
    with database.write() as connection:
        key = create_key(connection, NewKey(name, "reviewer", **more), NOW)
    return Client(application, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


def asked(first: TestClient, **wish: object) -> Response:
    return first.post("/v1/redactions", json=REQUEST | wish)


def redacted(first: TestClient, second: TestClient, **wish: object) -> dict[str, Any]:
    made = asked(first, **wish)
    assert made.status_code == 201, made.text
    done = second.post(f"{made.headers['Location']}/confirm")
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


def tables_with(database: Database, text: str) -> list[str]:
    """The tables that have the text in any column, the log and all others."""
    with database.read() as connection:
        return [
            table.name
            for table in [*metadata.sorted_tables, item_search]
            if any(text in readable(row) for row in connection.execute(select(table)))
        ]


def readable(row: Record) -> str:
    """All values of a row, with what is packed in bytes."""
    return " ".join(each.decode(errors="ignore") if isinstance(each, bytes) else str(each) for each in row)
