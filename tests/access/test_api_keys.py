"""Long tokens: of one's own account, or with a role of their own. Shown once, listed without what is secret."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.service import NewKey, create_key
from app.clock import FrozenClock
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.access.people import add_user, signed_in, told, with_token
from tests.changes.desk import amend, approved, drafted
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, department, item, publish

pytestmark = pytest.mark.one_database

KEYS = "/v1/api-keys"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), item("HZ-001"))
    add_user(database, "li.na", "editor")
    add_user(database, "zhang", "admin")


@pytest.fixture
def li(application: FastAPI) -> TestClient:
    return signed_in(application, "li.na")


@pytest.fixture
def zhang(application: FastAPI) -> TestClient:
    return signed_in(application, "zhang")


def made(client: TestClient, **wanted: object) -> dict[str, Any]:
    answer = client.post(KEYS, json={"name": "脚本"} | wanted)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    return body


def test_a_key_of_ones_own_is_oneself(li: TestClient, application: FastAPI, clock: FrozenClock) -> None:
    key = made(li, days=30)
    tool = with_token(application, key.pop("token"))
    mine = li.get("/v1/me").json()
    assert tool.get("/v1/me").json() == mine | {"expires_at": "2026-04-01T10:00:00+08:00"}
    assert (key["account"], key["account_name"], key["role"]) == (mine["account"], "li.na 的姓名", "editor")
    (listed,) = li.get(KEYS).json()["items"]
    assert listed == key | {"last_used_on": "2026-03-02"}
    clock.at += timedelta(days=30)
    assert tool.get("/v1/me").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        {"days": 0},
        {"days": 367},
        {"name": ""},
        {"departments": [CIVIL_AFFAIRS]},
        {"division_code": "440105"},
        {"scope": "all"},
    ],
)
def test_what_a_key_cannot_be(li: TestClient, wanted: dict[str, object]) -> None:
    assert li.post(KEYS, json={"name": "脚本"} | wanted).status_code == 422
    assert li.get(KEYS).json()["total"] == 0


def test_a_key_lasts_ninety_days_unless_told_otherwise(li: TestClient) -> None:
    assert made(li)["expires_at"] == "2026-05-31T10:00:00+08:00"


def test_a_key_makes_no_keys_of_its_own(li: TestClient, zhang: TestClient, application: FastAPI) -> None:
    """Else it would outlive itself."""
    own = with_token(application, made(li)["token"])
    tool = with_token(application, made(zhang, role="reviewer")["token"])
    for each in (own, tool):
        refused = each.post(KEYS, json={"name": "又一个"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/only-users")


def test_only_an_administrator_makes_callers(li: TestClient, zhang: TestClient, application: FastAPI) -> None:
    assert li.post(KEYS, json={"name": "大屏", "role": "reader"}).status_code == 403
    key = made(zhang, name="大屏", role="editor", departments=[CIVIL_AFFAIRS])
    screen = with_token(application, key["token"]).get("/v1/me").json()
    assert (screen["kind"], screen["name"], screen["login"]) == ("key", "大屏", None)
    assert (screen["role"], screen["departments"]) == ("editor", [CIVIL_AFFAIRS])
    wrong = zhang.post(KEYS, json={"name": "大屏", "role": "editor", "departments": ["HZ-404"]})
    assert wrong.json()["errors"][0]["pointer"] == "/departments/0"


def test_keys_are_seen_by_their_owners_and_administrators(li: TestClient, zhang: TestClient, staff: TestClient) -> None:
    hers, screen = made(li, name="她的"), made(zhang, name="大屏", role="reader")
    assert [each["name"] for each in li.get(KEYS).json()["items"]] == ["她的"]
    listed = zhang.get(KEYS, params={"limit": 2}).json()
    names = [each["name"] for each in listed["items"] + zhang.get(listed["next"]).json()["items"]]
    assert sorted(names) == ["大屏", "她的", "审批局 王敏"]
    assert listed["total"] == 3
    assert hers["token"] not in zhang.get(KEYS).text
    assert "digest" not in zhang.get(KEYS).text
    assert li.delete(f"{KEYS}/{screen['id']}").status_code == 404
    assert staff.delete(f"{KEYS}/{hers['id']}").json()["revoked_at"] == "2026-03-02T10:00:00+08:00"


def test_a_revoked_key_is_refused_and_told(
    li: TestClient, zhang: TestClient, application: FastAPI, database: Database
) -> None:
    hers, screen = made(li), made(zhang, name="大屏", role="reader")
    for owner, key in ((li, hers), (zhang, screen)):
        tool = with_token(application, key["token"])
        assert tool.get("/v1/me").status_code == 200
        for _ in range(2):
            assert owner.delete(f"{KEYS}/{key['id']}").status_code == 200
        assert tool.get("/v1/me").status_code == 401
    assert [each[1] for each in told(database) if "revoke" in each[1]] == ["token.revoke", "key.revoke"]
    assert li.get(KEYS).json()["total"] == 0


def test_the_last_administrator_is_not_revoked(application: FastAPI, database: Database, zhang: TestClient) -> None:
    with database.write() as connection:
        key = create_key(connection, NewKey("操作员的密钥"), NOW)
    tool = with_token(application, key)
    number = tool.get(KEYS).json()["items"][0]["id"]
    zhang.patch("/v1/users/zhang", json={"role": "reader"})
    refused = tool.delete(f"{KEYS}/{number}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/last-administrator")


def test_keys_are_no_second_person(database: Database, database_url: str) -> None:
    """Neither a key of one's own account, nor one that one made, nor one that such a key made."""
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW))
    zhang = signed_in(app, "zhang")
    own = with_token(app, made(zhang, name="自己的")["token"])
    tool = with_token(app, made(zhang, name="工具", role="admin")["token"])
    tools_tool = with_token(app, made(tool, name="工具的工具", role="admin")["token"])
    path = drafted(zhang, amend("HZ-001", is_online=True))
    assert zhang.post(f"{path}/submit").status_code == 200
    for each in (zhang, own, tool, tools_tool):
        refused = approved(each, path)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-change-set")
    add_user(database, "zhao", "admin")
    assert approved(signed_in(app, "zhao"), path).status_code == 200
    app.state.database.close()
