"""Administrators keep the users: what each may do, where, and from when no more."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.access.models import account
from app.access.service import NewKey, create_key
from app.clock import FrozenClock
from app.db import Database
from tests.access.people import PASSWORD, account_of, add_user, sign_in, signed_in, told, with_token
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, department, publish

pytestmark = pytest.mark.one_database

USERS = "/v1/users"
LI = {"login": "Li.Na", "name": "民政局 李娜", "role": "editor", "departments": [CIVIL_AFFAIRS], "password": PASSWORD}


@pytest.fixture(autouse=True)
def civil_affairs(database: Database) -> None:
    publish(database, department())


def test_a_user_is_made_and_signs_in(staff: TestClient, client: TestClient, database: Database) -> None:
    answer = staff.post(USERS, json=LI)
    assert (answer.status_code, answer.headers["Location"]) == (201, "/v1/users/li.na")
    assert answer.json() == {
        "login": "li.na",
        "account": account_of(database, "li.na"),
        "name": "民政局 李娜",
        "role": "editor",
        "departments": [CIVIL_AFFAIRS],
        "division_code": None,
        "has_password": True,
        "subject": None,
        "created_at": "2026-03-02T10:00:00+08:00",
        "removed_at": None,
        "last_used_on": None,
    }
    assert staff.get("/v1/users/LI.NA").json() == answer.json()
    assert sign_in(client, "li.na").json()["departments"] == [CIVIL_AFFAIRS]
    assert [each[1:] for each in told(database, about="user/li.na")] == [("user.create", "user/li.na", "done")]


@pytest.mark.parametrize(
    ("other", "pointer", "rule"),
    [
        ({"departments": ["HZ-404"]}, "/departments/0", "unknown-department"),
        ({"departments": []}, "/departments", "missing"),
        ({"role": "reviewer"}, "/departments", "not-here"),
        ({"role": "reviewer", "departments": [], "division_code": "999999"}, "/division_code", "unknown-division"),
        ({"role": "admin", "departments": [], "division_code": "440105"}, "/division_code", "not-here"),
        ({"division_code": "440105"}, "/division_code", "not-here"),
        ({"role": "boss"}, "/role", "literal_error"),
        ({"password": "太短"}, "/password", "password-length"),
        ({"password": "三月的小雨\0 2026"}, "/password", "string_pattern_mismatch"),
        ({"departments": ["\0"]}, "/departments/0", "string_pattern_mismatch"),
        ({"login": "李娜"}, "/login", "string_pattern_mismatch"),
        ({"name": " "}, "/name", "string_too_short"),
        ({"nam": "李娜"}, "/nam", "extra_forbidden"),
    ],
)
def test_what_cannot_be_is_said_where_it_stands(
    staff: TestClient, database: Database, other: dict[str, Any], pointer: str, rule: str
) -> None:
    answer = staff.post(USERS, json=LI | other)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert answer.json()["errors"][0]["rule"] == rule
    with database.read() as connection:
        assert connection.execute(select(account.c.id).where(account.c.kind == "user")).first() is None


@pytest.mark.parametrize(
    ("name", "sent", "pointer"),
    [("password", r'"\ud800"', "/password"), ("departments", r'["\ud800"]', "/departments/0")],
)
def test_half_a_character_is_no_text(staff: TestClient, database: Database, name: str, sent: str, pointer: str) -> None:
    add_user(database, "li.na", "editor")
    headers, body = {"Content-Type": "application/json"}, f'{{"{name}": {sent}}}'
    login = '{"login": "li.ni", "name": "李妮", "role": "editor", '
    for answer in (
        staff.patch("/v1/users/li.na", content=body, headers=headers),
        staff.post(USERS, content=login + body[1:], headers=headers),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_department_has_to_be_in_force(staff: TestClient, clock: FrozenClock) -> None:
    clock.at = NOW - timedelta(days=365 * 10)
    answer = staff.post(USERS, json=LI)
    assert answer.json()["errors"][0]["rule"] == "unknown-department"


def test_a_login_is_one_person_for_ever(staff: TestClient) -> None:
    assert staff.post(USERS, json=LI).status_code == 201
    again = staff.post(USERS, json=LI | {"login": "LI.NA", "name": "李妮"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/login-taken")
    assert staff.delete("/v1/users/li.na").json()["removed_at"] == "2026-03-02T10:00:00+08:00"
    assert "已停用" in staff.post(USERS, json=LI).json()["detail"]


def test_a_subject_is_one_person(staff: TestClient) -> None:
    assert staff.post(USERS, json=LI | {"subject": "8f1c"}).status_code == 201
    taken = staff.post(USERS, json=LI | {"login": "li.ni", "subject": "8f1c"})
    assert (taken.status_code, "li.na" in taken.json()["detail"]) == (409, True)


def test_what_is_changed_holds_at_once(staff: TestClient, application: FastAPI, database: Database) -> None:
    add_user(database, "li.na", "editor")
    mine = signed_in(application, "li.na")
    assert mine.post("/v1/change-sets/999999/approve").status_code == 403
    changed = staff.patch("/v1/users/li.na", json={"role": "reviewer", "division_code": "440105"}).json()
    assert (changed["role"], changed["departments"], changed["division_code"]) == ("reviewer", [], "440105")
    assert mine.get("/v1/me").json()["division_code"] == "440105"
    assert mine.post("/v1/change-sets/999999/approve").status_code == 404
    assert staff.patch("/v1/users/li.na", json={"role": "editor"}).status_code == 422
    back = staff.patch("/v1/users/li.na", json={"role": "editor", "departments": [CIVIL_AFFAIRS]}).json()
    assert (back["departments"], back["division_code"]) == ([CIVIL_AFFAIRS], None)
    assert staff.patch("/v1/users/li.na", json={"name": "李娜"}).json()["departments"] == [CIVIL_AFFAIRS]


def test_a_password_that_is_set_anew_ends_what_was_open(
    staff: TestClient, client: TestClient, application: FastAPI, database: Database
) -> None:
    add_user(database, "li.na")
    mine = signed_in(application, "li.na")
    assert staff.patch("/v1/users/li.na", json={"password": "四月的风吹 2026"}).status_code == 200
    assert mine.get("/v1/me").status_code == 401
    assert sign_in(client, "li.na", "四月的风吹 2026").status_code == 201
    assert staff.patch("/v1/users/li.na", json={"password": None}).json()["has_password"] is False
    assert sign_in(client, "li.na", "四月的风吹 2026").status_code == 401
    with database.read() as connection:
        assert "四月" not in str(connection.execute(select(account)).all())


def test_whoever_is_removed_is_out_at_once(staff: TestClient, application: FastAPI, database: Database) -> None:
    add_user(database, "li.na")
    mine, key = signed_in(application, "li.na"), "脚本"
    tool = with_token(application, mine.post("/v1/api-keys", json={"name": key}).json()["token"])
    assert staff.delete("/v1/users/li.na").status_code == 200
    for each in (mine, tool):
        refused = each.get("/v1/change-sets")
        assert (refused.status_code, refused.json()["detail"]) == (
            401,
            "“li.na 的姓名”的账号已停用，不能再用。请找管理员。",
        )
    assert (
        told(database, account=account_of(database, "li.na"), outcome="refused")
        == [(account_of(database, "li.na"), "change-set.list", "change-set", "refused")] * 2
    )
    for call in (staff.delete, lambda path: staff.patch(path, json={"name": "李娜"})):
        again = call("/v1/users/li.na")
        assert (again.status_code, again.json()["type"]) == (409, "/problems/user-removed")


def test_an_administrator_is_always_left(application: FastAPI, database: Database, clock: FrozenClock) -> None:
    add_user(database, "zhang", "admin")
    zhang = signed_in(application, "zhang")
    for answer in (zhang.delete("/v1/users/zhang"), zhang.patch("/v1/users/zhang", json={"role": "reviewer"})):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-administrator")
    with database.write() as connection:
        create_key(connection, NewKey("大屏", "admin", lifetime=timedelta(hours=1)), NOW)
    clock.at += timedelta(hours=1)
    assert zhang.delete("/v1/users/zhang").status_code == 409
    add_user(database, "zhao", "admin")
    assert zhang.patch("/v1/users/zhang", json={"role": "reviewer"}).status_code == 200
    assert zhang.get(USERS).status_code == 403


def test_users_come_in_pages(staff: TestClient, database: Database) -> None:
    for login in ("a", "b", "c", "d"):
        add_user(database, login, "editor" if login == "b" else "reader")
    staff.delete("/v1/users/c")
    first = staff.get(USERS, params={"limit": 2}).json()
    second = staff.get(first["next"]).json()
    assert [each["login"] for each in first["items"] + second["items"]] == ["a", "b", "d"]
    assert (first["total"], second["next"]) == (3, None)
    assert [each["departments"] for each in first["items"]] == [[], [CIVIL_AFFAIRS]]
    everybody = staff.get(USERS, params={"removed": True, "limit": 3}).json()
    assert (everybody["total"], everybody["items"][2]["login"]) == (4, "c")
    assert staff.get(everybody["next"]).json()["items"][0]["login"] == "d"
    assert staff.get("/v1/users/nobody").status_code == 404


def test_the_day_of_the_last_use_is_known(staff: TestClient, application: FastAPI, database: Database) -> None:
    add_user(database, "li.na")
    signed_in(application, "li.na").get("/v1/me")
    assert staff.get("/v1/users/li.na").json()["last_used_on"] == "2026-03-02"
