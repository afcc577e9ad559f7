"""Whoever chose somebody's password counts as that person until they change it themselves."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.rules import Hand
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.access.people import PASSWORD, add_user, sign_in, signed_in, with_token
from tests.changes.desk import amend, approved, drafted
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, department, item, publish

pytestmark = pytest.mark.one_database

NEW = "四月的风吹 2026"


@pytest.fixture
def app(database: Database, database_url: str) -> FastAPI:
    """Where two people are needed; Zhang administers."""
    publish(database, department(), item("HZ-001"))
    add_user(database, "zhang", "admin")
    return create_app(Settings(database_url=database_url, frozen_clock=NOW))


@pytest.fixture
def zhang(app: FastAPI) -> TestClient:
    return signed_in(app, "zhang")


def hired(app: FastAPI, admin: TestClient, login: str, role: str = "reviewer", **more: object) -> TestClient:
    """Somebody new who has signed in with the password that the administrator chose."""
    body = {"login": login, "name": login, "role": role, "password": PASSWORD} | more
    assert admin.post("/v1/users", json=body).status_code == 201
    return with_token(app, sign_in(Client(app), login).json()["token"])


def submitted(author: TestClient) -> str:
    path = drafted(author, amend("HZ-001", promised_limit=7))
    assert author.post(f"{path}/submit").status_code == 200
    return path


def approval(by: TestClient, path: str) -> int:
    answer = approved(by, path)
    assert answer.status_code == 200 or answer.json()["type"] == "/problems/own-change-set", answer.text
    return answer.status_code


def test_a_user_that_one_made_is_no_second_person(app: FastAPI, zhang: TestClient) -> None:
    puppet = hired(app, zhang, "puppet", "admin")
    path = submitted(zhang)
    assert approval(puppet, path) == 403
    assert approval(zhang, submitted(puppet)) == 403
    key = puppet.post("/v1/api-keys", json={"name": "脚本", "role": "reviewer"}).json()["token"]
    assert approval(with_token(app, key), path) == 403
    assert approval(hired(app, puppet, "puppets.puppet"), path) == 403
    tool = zhang.post("/v1/api-keys", json={"name": "工具", "role": "admin"}).json()["token"]
    assert approval(puppet, submitted(with_token(app, tool))) == 403


def test_whoever_changed_their_password_is_their_own_until_it_is_set_anew(app: FastAPI, zhang: TestClient) -> None:
    li, path = hired(app, zhang, "li.na"), submitted(zhang)
    assert approval(li, path) == 403
    assert li.put("/v1/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 200
    assert zhang.patch("/v1/users/li.na", json={"password": PASSWORD}).status_code == 200
    again = with_token(app, sign_in(Client(app), "li.na").json()["token"])
    assert approval(again, path) == 403
    assert again.put("/v1/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 200
    assert approval(again, path) == 200


def test_two_users_of_one_administrator_are_two_people(app: FastAPI, zhang: TestClient) -> None:
    editor = hired(app, zhang, "li.na", "editor", departments=[CIVIL_AFFAIRS])
    assert approval(hired(app, zhang, "wang.min"), submitted(editor)) == 200


def test_what_an_administrator_drafts_is_not_the_users_to_go_on_with(app: FastAPI, zhang: TestClient) -> None:
    reviewer, path = hired(app, zhang, "li.na"), drafted(zhang, amend("HZ-001", promised_limit=7))
    assert reviewer.post(f"{path}/submit").json()["type"] == "/problems/not-yours"


def test_a_user_of_single_sign_on_only_is_their_own(app: FastAPI, zhang: TestClient) -> None:
    body = {"login": "li.na", "name": "李娜", "role": "reviewer"}
    assert zhang.post("/v1/users", json=body).status_code == 201
    assert approval(signed_in(app, "li.na"), submitted(zhang)) == 200


def test_administrators_who_set_each_others_passwords_are_one(app: FastAPI, database: Database) -> None:
    """Nor does one's own password, set as an administrator, make two of one."""
    for login in ("a", "b", "c"):
        add_user(database, login, "admin")
    for by, whose in (("a", "b"), ("b", "a"), ("c", "c")):
        new = {"password": PASSWORD}
        assert signed_in(app, by).patch(f"/v1/users/{whose}", json=new).status_code == 200
    path = submitted(signed_in(app, "a"))
    assert [approval(signed_in(app, login), path) for login in ("b", "c")] == [403, 200]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Hand(1, "user", frozenset()), Hand(1, "user", frozenset()), True),
        (Hand(1, "user", frozenset()), Hand(2, "user", frozenset({1})), True),
        (Hand(2, "user", frozenset({1})), Hand(3, "user", frozenset({1})), False),
        (Hand(2, "user", frozenset({1})), Hand(3, "key", frozenset({1})), True),
        (Hand(2, "key", frozenset({1})), Hand(3, "key", frozenset({1})), True),
        (Hand(2, "user", frozenset({1})), Hand(3, "key", frozenset({4})), False),
        (Hand(2, "key", frozenset()), Hand(3, "key", frozenset()), False),
    ],
)
def test_one_made_the_other_and_a_key_stands_for_its_maker(one: Hand, other: Hand, *, same: bool) -> None:
    assert one.is_same_person(other) is same
    assert other.is_same_person(one) is same
