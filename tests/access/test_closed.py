"""Where nothing is public (PUBLIC_READ=false) every read needs a token, and no shared cache keeps an answer."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.access.people import add_user, sign_in, signed_in, told
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import department, item, publish

pytestmark = pytest.mark.one_database

OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json")


@pytest.fixture(scope="module")
def closed(database_url: str) -> Iterator[FastAPI]:
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW, public_read=False, root_path="/shixiang"))
    yield app
    app.state.database.close()


@pytest.fixture
def anybody(closed: FastAPI, database: Database) -> TestClient:
    publish(database, department(), item("HZ-001"))
    return Client(closed, raise_server_exceptions=False)


@pytest.fixture
def reader(closed: FastAPI, database: Database, anybody: TestClient) -> TestClient:  # noqa: ARG001 - what there is to read
    add_user(database, "du", "reader")
    return signed_in(closed, "du")


def reads(app: FastAPI) -> list[str]:
    """The address of every read below /v1, and of the figures for monitoring."""
    paths = [path for path, operations in app.openapi()["paths"].items() if "get" in operations]
    return [re.sub(r"\{\w+\}", "1", path) for path in paths if path.startswith("/v1/") or path == "/metrics"]


def test_every_read_asks_for_a_token(anybody: TestClient, closed: FastAPI) -> None:
    asked = reads(closed)
    assert len(asked) > 25
    for path in [*asked, "/v1/nothing", "/shixiang/v1/items"]:
        for method in ("GET", "HEAD"):
            answer = anybody.request(method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", OPEN)
def test_health_and_documentation_stay_open(anybody: TestClient, path: str) -> None:
    assert anybody.get(path).status_code == 200


def test_everybody_can_sign_in(anybody: TestClient, database: Database) -> None:
    add_user(database, "wang.min", "reader")
    answer = sign_in(anybody, "wang.min")
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert anybody.get("/v1/items", headers={"Authorization": f"Bearer {token}"}).json()["total"] == 1


@pytest.mark.parametrize("path", ["/v1/items", "/v1/items/HZ-001", "/v1/items?format=csv", "/metrics", "/v1/nothing"])
def test_no_shared_cache_keeps_an_answer(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == (404 if path == "/v1/nothing" else 200)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"].split(", ")


def test_an_answer_that_is_known_already_says_so_too(reader: TestClient) -> None:
    tag = reader.get("/v1/items").headers["ETag"]
    again = reader.get("/v1/items", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "private, no-cache")
    assert again.headers["Vary"] == "Accept, Accept-Language, Authorization"


def test_a_token_that_ended_reads_nothing_and_is_told(
    reader: TestClient, database: Database, staff: TestClient
) -> None:
    assert staff.delete("/v1/users/du").status_code == 200
    assert reader.get("/v1/items", headers={"If-None-Match": "*"}).status_code == 401
    assert [each[1:] for each in told(database, outcome="refused")] == [("item.get", "item", "refused")]


def test_what_is_public_stays_as_it_was(client: TestClient, database: Database) -> None:
    publish(database, department())
    answer = client.get("/v1/items")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.headers["Vary"] == "Accept, Accept-Language"
