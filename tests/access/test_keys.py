"""Published content is everybody's; drafting and publishing need a key."""

import re
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.access.models import token
from app.access.service import NewKey, create_key, remove_keys
from app.db import Database
from tests.factories import department, item, publish

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
CHANGE_SETS = "/v1/change-sets"


def asked(client: TestClient, authorization: str | None) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.get(CHANGE_SETS, headers=headers).status_code


@pytest.fixture
def key(database: Database) -> str:
    with database.write() as connection:
        return create_key(connection, NewKey("审批局 王敏"), NOW)


@pytest.mark.parametrize("written", ["Bearer {key}", "bearer {key}", "BEARER {key} ", "Bearer  {key}"])
def test_a_key_is_known(client: TestClient, key: str, written: str) -> None:
    assert asked(client, written.format(key=key)) == 200


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "{key}",
        "Basic {key}",
        "Bearer sx_of-somebody-else",
        "Bearer {key}x",
        "Token {key}",
    ],
)
def test_anything_else_is_not(client: TestClient, key: str, written: str | None) -> None:
    assert asked(client, written and written.format(key=key)) == 401


def test_a_revoked_key_is_refused(client: TestClient, database: Database, key: str) -> None:
    with database.write() as connection:
        assert remove_keys(connection, "审批局 王敏", NOW) == 1
        assert remove_keys(connection, "审批局 王敏", NOW) == 0
    answer = client.get(CHANGE_SETS, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "“审批局 王敏”的账号已停用，不能再用。请找管理员。"


def test_a_key_is_kept_only_as_a_digest(database: Database, key: str) -> None:
    with database.read() as connection:
        stored = connection.execute(select(token)).one()
    assert key.startswith("sx_")
    assert len(key) > 40
    assert not any(key in str(value) for value in stored)


def test_two_keys_differ(database: Database) -> None:
    with database.write() as connection:
        assert create_key(connection, NewKey("王敏"), NOW) != create_key(connection, NewKey("王敏"), NOW)


def test_the_author_is_whoever_holds_the_key(staff: TestClient) -> None:
    made = staff.post(CHANGE_SETS, json={"title": "更新办理时限", "effective_on": "2026-03-02"})
    assert made.json()["author"] == "审批局 王敏"


def test_every_route_of_change_sets_and_imports_asks_for_a_key(application: FastAPI, client: TestClient) -> None:
    document = application.openapi()
    guarded = [
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if path.startswith(("/v1/change-sets", "/v1/imports"))
    ]
    assert len(guarded) >= 9
    for method, path in guarded:
        answer = client.request(method, re.sub(r"{\w+}", "1", path))
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "shixiang key create" in answer.json()["detail"]


def test_whoever_has_no_key_writes_nothing_and_reads_what_is_published(client: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-001"))
    answer = client.post(f"{CHANGE_SETS}/1/entries", json={"kind": "cancel", "code": "HZ-001"})
    assert answer.status_code == 401
    assert client.get("/v1/items").json()["total"] == 1
