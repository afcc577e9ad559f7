"""Everybody changes their own password, which ends what else is open."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access import passwords
from app.access.rules import OPERATOR
from app.accounts import users
from app.db import Database
from tests.access.people import PASSWORD, add_user, sign_in, signed_in, told, with_token
from tests.conftest import NOW
from tests.factories import department, publish

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def wang(database: Database) -> None:
    publish(database, department())
    add_user(database, "wang.min", "editor")


def test_a_new_password_ends_everything_else(client: TestClient, application: FastAPI) -> None:
    here, there = (signed_in(application, "wang.min") for _ in range(2))
    key = with_token(application, here.post("/v1/api-keys", json={"name": "脚本"}).json()["token"])
    changed = here.put("/v1/me/password", json={"old": PASSWORD, "new": "四月的风吹 2026"})
    assert (changed.status_code, changed.json()["login"]) == (200, "wang.min")
    assert [each.get("/v1/me").status_code for each in (here, there, key)] == [200, 401, 401]
    assert sign_in(client, "wang.min").status_code == 401
    assert sign_in(client, "wang.min", "四月的风吹 2026").status_code == 201


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"old": "不是这个密码", "new": "四月的风吹 2026"}, "/old"),
        ({"old": PASSWORD, "new": "四月的风 202"}, "/new"),
        ({"old": PASSWORD, "new": "长" * 201}, "/new"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(
    client: TestClient, application: FastAPI, given: dict[str, str], pointer: str
) -> None:
    answer = signed_in(application, "wang.min").put("/v1/me/password", json=given)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert given["new"] not in answer.text
    assert sign_in(client, "wang.min").status_code == 201


@pytest.mark.parametrize("meanwhile", ["reset", "removed"])
def test_what_an_administrator_does_meanwhile_stands(
    application: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """After the old password was looked at and before the new one is written."""
    mine, hashed, reset = signed_in(application, "wang.min"), passwords.hashed, passwords.hashed("五月的雷声 2026")

    def interrupted(given: str) -> str:
        with database.write() as connection:
            if meanwhile == "reset":
                users.change(connection, "wang.min", {"password": reset}, OPERATOR, NOW)
            else:
                users.remove(connection, "wang.min", OPERATOR, NOW)
        return hashed(given)

    monkeypatch.setattr(passwords, "hashed", interrupted)
    assert mine.put("/v1/me/password", json={"old": PASSWORD, "new": "四月的风吹 2026"}).status_code == 401
    with database.read() as connection:
        held = users.get_user(connection, "wang.min")
    assert passwords.verify("四月的风吹 2026", held.password) is False
    assert (held.password == reset) is (meanwhile == "reset")
    assert told(database, action="user.password") == []


def test_a_wrong_old_password_counts_as_a_guess(client: TestClient, application: FastAPI) -> None:
    mine = signed_in(application, "wang.min")
    for _ in range(5):
        mine.put("/v1/me/password", json={"old": "不是这个密码", "new": "四月的风吹 2026"})
    assert sign_in(client, "wang.min").status_code == 429


def test_a_key_has_no_password(staff: TestClient) -> None:
    answer = staff.put("/v1/me/password", json={"old": PASSWORD, "new": "四月的风吹 2026"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-password")
