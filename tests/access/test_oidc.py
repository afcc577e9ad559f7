"""Users come with tokens of the one identity provider, which is a real one here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from pydantic import ValidationError
from sqlalchemy import func, select

from app.access.arriving import arrived
from app.access.models import token
from app.access.oidc import Provider
from app.access.queries import by_digest
from app.access.service import caller, digest, in_time
from app.accounts.signing_in import sign_out
from app.clock import FrozenClock
from app.db import Database
from app.settings import Settings
from tests.access.people import account_of, add_user, told, with_token
from tests.access.provider import AUDIENCE, IdentityProvider, identity_provider, new_key, signed
from tests.conftest import NOW

pytestmark = pytest.mark.one_database


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def app(provider: IdentityProvider, application: FastAPI, database: Database) -> Iterator[FastAPI]:
    """The service with single sign-on; Wang Min is one of its users."""
    add_user(database, "wang.min", "reviewer", password=False)
    with single_sign_on(application, oidc_issuer=provider.address, oidc_audience=AUDIENCE):
        yield application


@contextmanager
def single_sign_on(application: FastAPI, **settings: str) -> Iterator[None]:
    application.state.provider = Provider(Settings.model_validate(settings))
    yield
    application.state.provider = None


def asked(app: FastAPI, given: str) -> tuple[int, dict[str, Any]]:
    answer = with_token(app, given).get("/v1/me")
    return answer.status_code, answer.json()


def refused(app: FastAPI, given: str) -> tuple[int, str]:
    status, body = asked(app, given)
    return status, body["type"].removeprefix("/problems/")


def test_a_token_of_the_provider_is_the_users(provider: IdentityProvider, app: FastAPI, database: Database) -> None:
    given = provider.token("Wang.Min", NOW)
    status, me = asked(app, given)
    assert (status, me["login"], me["role"]) == (200, "wang.min", "reviewer")
    assert (me["scope"], me["expires_at"]) == ("write", "2026-03-02T11:00:30+08:00")
    assert asked(app, given)[0] == 200
    assert provider.asked == 1
    who = account_of(database, "wang.min")
    assert told(database, account=who) == [(who, "login", "login/wang.min", "done")]


def test_it_is_known_by_its_subject_from_then_on(provider: IdentityProvider, app: FastAPI) -> None:
    assert asked(app, provider.token("wang.min", NOW))[0] == 200
    assert asked(app, provider.token("min.wang", NOW, sub="id-of-wang.min"))[0] == 200
    assert refused(app, provider.token("wang.min", NOW, sub="somebody-else")) == (401, "unknown-user")


def test_it_ends_and_can_be_ended(provider: IdentityProvider, app: FastAPI, clock: FrozenClock) -> None:
    first, second = provider.token("wang.min", NOW), provider.token("wang.min", NOW, jti="2")
    assert [asked(app, each)[0] for each in (first, second)] == [200, 200]
    assert with_token(app, first).delete("/v1/tokens/current").status_code == 200
    assert [asked(app, each)[0] for each in (first, second)] == [401, 200]
    clock.at += timedelta(hours=1, seconds=29)
    assert asked(app, second)[0] == 200
    clock.at += timedelta(seconds=1)
    for each in (second, provider.token("wang.min", NOW, jti="3", exp=int(NOW.timestamp()))):
        status, body = asked(app, each)
        assert (status, body["type"], body["detail"]) == (
            401,
            "/problems/identity-token-refused",
            "单点登录的令牌已过期，请回到单点登录的页面重新登录。",
        )


def test_a_key_of_rsa_does_as_well(provider: IdentityProvider, app: FastAPI) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    assert asked(app, provider.token("wang.min", NOW))[0] == 200


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"exp": None},
        {"exp": int(NOW.timestamp()) - 31},
        {"nbf": int(NOW.timestamp()) + 60},
        {"sub": None},
        {"sub": ["id-of-wang.min"]},
        {"exp": float("nan")},
        {"exp": 10**30},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(
    provider: IdentityProvider, app: FastAPI, database: Database, other: dict[str, object]
) -> None:
    assert refused(app, provider.token("wang.min", NOW, **other)) == (401, "identity-token-refused")
    assert told(database, action="login") == []


def test_what_the_provider_did_not_sign_is_refused(provider: IdentityProvider, app: FastAPI) -> None:
    good = provider.token("wang.min", NOW)
    head, claims, signature = good.split(".")
    other = provider.token("zhang", NOW).split(".")[1]
    forged = [
        provider.unsigned("wang.min", NOW),
        provider.signed_with_the_public_key("wang.min", NOW),
        signed(provider.claims("wang.min", NOW), new_key("march")),
        signed(provider.claims("wang.min", NOW), new_key("april")),
        f"{head}.{other}.{signature}",
        f"{head}.{claims}.",
        f"{claims}.{head}.{signature}",
        "a.b.c",
        "..",
        "x" * 200_000 + "..",
    ]
    assert {refused(app, each) for each in forged} == {(401, "identity-token-refused")}
    assert asked(app, good)[0] == 200


def test_a_new_key_is_fetched_once_a_minute_at_most(
    provider: IdentityProvider, app: FastAPI, clock: FrozenClock
) -> None:
    assert asked(app, provider.token("wang.min", NOW))[0] == 200
    provider.key = new_key("april")
    rotated = provider.token("wang.min", NOW)
    assert refused(app, rotated) == (401, "identity-token-refused")
    assert provider.asked == 1
    clock.at += timedelta(minutes=1)
    assert asked(app, rotated)[0] == 200
    for place in range(3):
        assert refused(app, signed(provider.claims("wang.min", NOW), new_key(f"k{place}")))[0] == 401
    assert provider.asked == 2


def test_a_key_that_was_withdrawn_serves_an_hour_at_most(
    provider: IdentityProvider, app: FastAPI, clock: FrozenClock
) -> None:
    stolen = provider.key
    assert asked(app, provider.token("wang.min", NOW))[0] == 200
    provider.key = new_key("april")
    clock.at += timedelta(hours=1)
    assert refused(app, signed(provider.claims("wang.min", clock.at), stolen)) == (
        401,
        "identity-token-refused",
    )


def test_a_provider_that_is_away_is_said_to_be(provider: IdentityProvider, app: FastAPI, clock: FrozenClock) -> None:
    provider.away = True
    given = provider.token("wang.min", NOW)
    answer = with_token(app, given).get("/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/identity-provider-away")
    assert provider.address in answer.json()["detail"]
    assert answer.headers["Retry-After"] == "5"
    provider.away = False
    clock.at += timedelta(minutes=1)
    assert asked(app, given)[0] == 200
    provider.away = True
    clock.at += timedelta(minutes=50)
    assert asked(app, provider.token("wang.min", clock.at))[0] == 200


@pytest.mark.parametrize("odd", [{"redirects": True}, {"issuer": "http://somebody.example"}], ids=str)
def test_keys_of_somebody_else_are_not_taken(provider: IdentityProvider, app: FastAPI, odd: dict[str, Any]) -> None:
    for name, value in odd.items():
        setattr(provider, name, value)
    assert refused(app, provider.token("wang.min", NOW)) == (503, "identity-provider-away")


def test_whom_only_the_provider_knows_is_told_so(provider: IdentityProvider, app: FastAPI, database: Database) -> None:
    status, body = asked(app, provider.token("li.na", NOW))
    assert (status, body["type"]) == (401, "/problems/unknown-user")
    assert body["detail"].startswith("身份提供者认识“li.na”，但这里没有这个用户。")
    add_user(database, "li.na", "reader", password=False)
    assert asked(app, provider.token("li.na", NOW))[0] == 200


def test_a_removed_user_is_out_whether_their_token_was_seen_or_not(
    provider: IdentityProvider, app: FastAPI, database: Database, staff: TestClient
) -> None:
    seen, fresh = provider.token("wang.min", NOW), provider.token("wang.min", NOW, jti="2")
    assert asked(app, seen)[0] == 200
    assert staff.delete("/v1/users/wang.min").status_code == 200
    for each in (seen, fresh):
        status, body = asked(app, each)
        assert (status, "账号已停用" in body["detail"]) == (401, True)
    who = account_of(database, "wang.min")
    assert told(database, account=who, outcome="refused") == [(who, "me.get", "me", "refused")] * 2


def test_our_own_tokens_go_on_as_ever(
    provider: IdentityProvider, app: FastAPI, database: Database, staff: TestClient
) -> None:
    assert asked(app, staff.headers["Authorization"].removeprefix("Bearer "))[0] == 200
    assert refused(app, "sx_of-somebody-else") == (401, "unauthorized")
    assert provider.asked == 0
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(token)).scalar() == 1


def test_while_others_write_a_token_is_taken_all_the_same(
    provider: IdentityProvider, app: FastAPI, database: Database
) -> None:
    with database.write():
        status, me = asked(app, provider.token("wang.min", NOW))
    assert (status, me["login"], me["expires_at"]) == (200, "wang.min", "2026-03-02T11:00:30+08:00")


def test_one_that_was_not_kept_can_be_ended_all_the_same(
    provider: IdentityProvider, app: FastAPI, database: Database
) -> None:
    given = provider.token("wang.min", NOW)
    with database.write() as connection:
        unkept = caller(arrived(database, app.state.provider.identify(given, NOW), given, NOW))
        sign_out(connection, unkept, given, NOW)
    assert unkept.token_id is None
    assert refused(app, given) == (401, "unauthorized")
    with database.read() as connection:
        kept = by_digest(connection, digest(given))
    assert kept is not None
    assert in_time(kept.expires_at) == NOW + timedelta(hours=1, seconds=30)
    assert [each[2] for each in told(database, action="token.revoke")] == [f"token/{kept.token_id}"]


def test_a_subject_that_is_corrected_ends_what_came_by_the_old_one(
    provider: IdentityProvider, app: FastAPI, staff: TestClient
) -> None:
    somebody_else = provider.token("wang.min", NOW, sub="id-of-wang.min.jr")
    assert asked(app, somebody_else)[0] == 200
    assert staff.patch("/v1/users/wang.min", json={"subject": "id-of-wang.min.jr"}).status_code == 200
    assert asked(app, somebody_else)[0] == 200
    assert staff.patch("/v1/users/wang.min", json={"subject": "id-of-wang.min"}).status_code == 200
    assert asked(app, somebody_else)[0] == 401
    assert asked(app, provider.token("wang.min", NOW))[0] == 200


def test_the_keys_and_the_login_may_stand_elsewhere(
    provider: IdentityProvider, application: FastAPI, database: Database
) -> None:
    add_user(database, "wang.min", password=False)
    provider.issuer = "not asked"
    elsewhere = {"oidc_login_claim": "upn", "oidc_jwks_url": f"{provider.address}/keys"}
    with single_sign_on(application, oidc_issuer=provider.address, oidc_audience=AUDIENCE, **elsewhere):
        assert asked(application, provider.token("somebody", NOW, upn="wang.min"))[0] == 200


def test_an_issuer_needs_an_audience() -> None:
    with pytest.raises(ValidationError, match="OIDC_ISSUER"):
        Settings(oidc_issuer="https://id.example")
