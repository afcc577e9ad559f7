"""A login and its password give a short token; guessing is slow and told."""

from datetime import timedelta
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from sqlalchemy import func, select

from app.access import passwords
from app.access.models import account, token
from app.accounts import signing_in
from app.clock import FrozenClock
from app.db import Database
from tests.access.people import PASSWORD, account_of, add_user, sign_in, signed_in, told, with_token
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import department, publish

pytestmark = pytest.mark.one_database

TOKENS = "/v1/tokens"


@pytest.fixture(autouse=True)
def wang(database: Database) -> str:
    publish(database, department())
    add_user(database, "wang.min", "editor")
    return account_of(database, "wang.min")


def test_a_password_gives_a_token_that_says_whose_it_is(client: TestClient, application: FastAPI, wang: str) -> None:
    answer = sign_in(client, "Wang.Min")
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert body.pop("token").startswith("sx_")
    assert body == {
        "account": wang,
        "kind": "user",
        "login": "wang.min",
        "name": "wang.min 的姓名",
        "role": "editor",
        "permissions": ["account", "draft", "follow", "read"],
        "departments": ["11440100007482532A"],
        "division_code": None,
        "scope": "write",
        "expires_at": "2026-03-02T22:00:00+08:00",
    }
    mine = with_token(application, sign_in(client, "wang.min").json()["token"])
    assert mine.get("/v1/me").json() == body
    assert told(application.state.database, action="login") == [(wang, "login", "login/wang.min", "done")] * 2


def test_it_ends_after_its_hours(client: TestClient, application: FastAPI, wang: str, clock: FrozenClock) -> None:
    short = with_token(application, sign_in(client, "wang.min", lifetime=2).json()["token"])
    clock.at += timedelta(hours=1, minutes=59)
    assert short.get("/v1/me").status_code == 200
    clock.at += timedelta(minutes=1)
    refused = short.get("/v1/me")
    assert (refused.status_code, refused.json()["detail"]) == (401, "令牌已过期，请重新登录（POST /v1/tokens）。")
    assert told(application.state.database, outcome="refused") == [(wang, "me.get", "me", "refused")]
    long = sign_in(client, "wang.min", lifetime=13)
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "/lifetime")


def test_a_token_that_only_reads_changes_nothing(client: TestClient, application: FastAPI) -> None:
    reading = with_token(application, sign_in(client, "wang.min", scope="read").json()["token"])
    assert reading.get("/v1/me").json()["permissions"] == ["follow", "read"]
    assert reading.get("/v1/change-sets").status_code == 200
    refused = reading.post("/v1/change-sets", json={"title": "更新", "effective_on": "2026-03-02"})
    assert (refused.status_code, refused.json()["detail"]) == (403, "这个令牌只能读，不能起草变更。")
    assert reading.post("/v1/api-keys", json={"name": "大屏"}).status_code == 403
    assert reading.put("/v1/me/password", json={"old": PASSWORD, "new": PASSWORD + "!"}).status_code == 403
    assert reading.post("/v1/change-sets/1/preview").json()["permission"] == "draft"
    assert reading.delete("/v1/tokens/current").status_code == 200


def test_whoever_signs_out_is_out(client: TestClient, application: FastAPI) -> None:
    first, second = (with_token(application, sign_in(client, "wang.min").json()["token"]) for _ in range(2))
    assert first.delete("/v1/tokens/current").json() == {"revoked_at": "2026-03-02T10:00:00+08:00"}
    assert first.get("/v1/me").status_code == 401
    assert second.get("/v1/me").status_code == 200
    assert ("token.revoke", "done") in [(action, end) for _, action, _, end in told(application.state.database)]


@pytest.mark.parametrize("login", ["wang.min", "nobody", "only.oidc", "removed"])
def test_whatever_is_wrong_the_answer_is_the_same(
    client: TestClient, database: Database, staff: TestClient, login: str
) -> None:
    add_user(database, "only.oidc", password=False)
    add_user(database, "removed")
    assert staff.delete("/v1/users/removed").status_code == 200
    given = PASSWORD if login == "removed" else PASSWORD + " "
    answer = sign_in(client, login, given)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/wrong-password")
    assert answer.json()["detail"] == "登录名或密码不对。忘了密码请找管理员重设。"
    who = "stranger" if login == "nobody" else account_of(database, login)
    assert told(database, action="login") == [(who, "login", f"login/{login}", "refused")]


@pytest.mark.parametrize("login", ["wang.min", "nobody"])
def test_after_five_wrong_passwords_the_right_one_has_to_wait(
    client: TestClient, clock: FrozenClock, database: Database, login: str
) -> None:
    for _ in range(4):
        assert sign_in(client, login, "不对的密码").status_code == 401
        clock.at += timedelta(minutes=1)
    assert sign_in(client, login, "不对的密码").status_code == 401
    clock.at += timedelta(minutes=4, seconds=30)
    refused = sign_in(client, login)
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-attempts")
    assert refused.headers["Retry-After"] == "390"
    assert "请 7 分钟后再试" in refused.json()["detail"]
    assert sign_in(client, "someone.else").status_code == 401
    clock.at += timedelta(seconds=390)
    assert sign_in(client, login).status_code == (201 if login == "wang.min" else 401)
    assert len(told(database, about=f"login/{login}")) == 6


def test_many_guesses_at_once_are_no_way_round(application: FastAPI) -> None:
    statuses: list[int] = []

    def guess(password: str) -> None:
        statuses.append(sign_in(Client(application), "wang.min", password).status_code)

    guesses = [Thread(target=guess, args=(f"第 {n} 个密码",)) for n in range(12)]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()
    assert set(statuses) <= {401, 429, 503}
    assert statuses.count(401) == 5
    assert sign_in(Client(application), "wang.min").status_code == 429


def test_a_right_guess_among_wrong_ones_is_answered_as_they_are(
    application: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were looked at before any was told; the right one is told last. Five are answered, then nobody learns more."""
    met, verify, statuses = Barrier(9), passwords.verify, {}

    def together(given: str, stored: str | None) -> bool:
        right = verify(given, stored)
        met.wait(timeout=20)
        while right and len(told(database, outcome="refused")) < 5:
            sleep(0.01)
        return right

    def guess(password: str) -> None:
        statuses[password] = sign_in(Client(application), "wang.min", password).status_code

    monkeypatch.setattr(passwords, "verify", together)
    guesses = [Thread(target=guess, args=(each,)) for each in (PASSWORD, *(f"第 {n} 个密码" for n in range(8)))]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()
    assert statuses.pop(PASSWORD) == 429
    assert sorted(statuses.values()) == [401] * 5 + [429] * 3
    assert [each[3] for each in told(database, action="login")] == ["refused"] * 5


def test_the_log_is_not_filled_by_names_that_nobody_has(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "MOST_STRANGERS", 3)
    for place in range(6):
        assert sign_in(client, f"nobody-{place}").status_code == 401
    assert len(told(database, account="stranger")) == 3


def test_a_password_takes_its_time_and_its_turn() -> None:
    """Four are hashed at a time, twelve wait, the next one is asked to come again."""
    stored = passwords.hashed(PASSWORD)
    taken = [passwords._room.acquire(blocking=False) for _ in range(passwords.AT_ONCE + passwords.MOST_WAITING)]
    with pytest.raises(passwords.TooManySignIns):
        passwords.verify(PASSWORD, stored)
    for _ in taken:
        passwords._room.release()
    assert passwords.verify(PASSWORD, stored)
    assert not passwords.verify(PASSWORD, None)
    assert stored.startswith("$argon2id$")
    assert passwords.hashed(PASSWORD) != stored


def test_a_hash_takes_64_megabytes(true_hasher: PasswordHash) -> None:
    kept = true_hasher.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert true_hasher.verify(PASSWORD, kept)


def test_no_answer_and_no_table_holds_a_password(client: TestClient, database: Database) -> None:
    odd = client.post(TOKENS, json={"login": "wang.min", "password": ["很多"], "scope": "all"})
    assert odd.status_code == 422
    assert "很多" not in odd.text
    with database.read() as connection:
        stored = connection.execute(select(account.c.password)).scalar_one()
    assert PASSWORD not in stored


@pytest.mark.parametrize("given", [7, None, ["geheim"], {"geheim": 1}], ids=str)
def test_a_secret_of_the_wrong_kind_is_not_shown(client: TestClient, given: object) -> None:
    answer = client.post(TOKENS, json={"login": "wang.min", "password": given})
    assert answer.json()["detail"] == "请求有 1 处错误：password 应为文字，得到“***”"
    assert answer.json()["errors"] == [
        {"detail": "password 应为文字，得到“***”", "pointer": "/password", "rule": "string_type"}
    ]


@pytest.mark.parametrize("odd", [r"\ud800", r"geheim\u0000", r"geheim\u200b"])
def test_a_password_holds_nothing_that_nobody_sees(client: TestClient, application: FastAPI, odd: str) -> None:
    """Half a character is no text, and a zero-width one can't be typed again."""
    as_json, mine = {"Content-Type": "application/json"}, signed_in(application, "wang.min")
    for answer, pointer in (
        (client.post(TOKENS, content=f'{{"login": "wang.min", "password": "{odd}"}}', headers=as_json), "/password"),
        (mine.put("/v1/me/password", content=f'{{"old": "{odd}", "new": "x"}}', headers=as_json), "/old"),
        (mine.put("/v1/me/password", content=f'{{"old": "x", "new": "{odd}"}}', headers=as_json), "/new"),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
        assert "geheim" not in answer.text


@pytest.mark.parametrize(
    "sent",
    [{"data": {"login": "wang.min", "password": "geheim"}}, {"json": ["wang.min", "geheim"]}, {"json": "geheim"}],
    ids=str,
)
def test_a_body_of_another_kind_is_not_repeated(client: TestClient, application: FastAPI, sent: dict[str, Any]) -> None:
    for answer in (client.post(TOKENS, **sent), signed_in(application, "wang.min").put("/v1/me/password", **sent)):
        assert (answer.status_code, "geheim" in answer.text) == (422, False)


def test_a_fault_is_told_once(client: TestClient) -> None:
    answer = sign_in(client, "wang.min", lifetime=0)
    assert answer.json()["detail"] == "请求有 1 处错误：lifetime 不能小于 1"


def test_signing_in_takes_little(client: TestClient) -> None:
    long = client.post(TOKENS, json={"login": "wang.min", "password": "长" * 10_000})
    assert (long.status_code, long.json()["type"]) == (413, "/problems/too-large")
    pieces = client.post(TOKENS, content=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert pieces.status_code == 413


@pytest.mark.parametrize("login", ["", "wang min", "王敏", "a" * 65, "wang/min", "wang\0"])
def test_a_login_is_small_letters_digits_and_three_signs(client: TestClient, login: str) -> None:
    assert sign_in(client, login).status_code == 422


def test_what_sign_ins_left_behind_is_forgotten(
    client: TestClient, application: FastAPI, database: Database, clock: FrozenClock
) -> None:
    signed_in(application, "wang.min").post("/v1/api-keys", json={"name": "脚本", "days": 1})
    for _ in range(3):
        sign_in(client, "wang.min")
    clock.at = NOW + timedelta(days=3)
    assert sign_in(client, "wang.min").status_code == 201
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(token)).scalar() == 2
