"""What was refused to whom stands in the log, and never changes the answer."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.audit import log
from app.db import Database
from tests.access.people import account_of, add_user, signed_in, told
from tests.changes.desk import amend, drafted, opened
from tests.factories import department, item, publish

pytestmark = pytest.mark.one_database

OLD_AGE = "11440105MB2C9012XA"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), department(OLD_AGE, name="海珠区民政局老龄办"), item("HZ-001"))
    add_user(database, "li.na", "editor")
    add_user(database, "du", "reader")


@pytest.fixture
def li(application: FastAPI) -> TestClient:
    return signed_in(application, "li.na")


def refusals(database: Database) -> list[tuple[str, str, str, str]]:
    return told(database, outcome="refused")


def test_what_the_role_does_not_allow(application: FastAPI, database: Database) -> None:
    reader = signed_in(application, "du")
    assert reader.post("/v1/change-sets", json={"title": "更新"}).status_code == 403
    assert reader.get("/v1/change-sets/7").status_code == 403
    who = account_of(database, "du")
    assert refusals(database) == [
        (who, "change-set.create", "change-set", "refused"),
        (who, "change-set.get", "change-set/7", "refused"),
    ]
    with database.read() as connection:
        (first, _) = log.entries(connection, {"outcome": "refused"}, 0, 10)
    assert first.details == {"status": 403, "problem": "not-permitted", "method": "POST", "path": "/v1/change-sets"}


def test_what_belongs_to_another_department(li: TestClient, database: Database) -> None:
    path = opened(li)
    content = {"name": "老年人优待证", "division_code": "440105", "department_code": OLD_AGE}
    answer = li.post(f"{path}/entries", json={"kind": "create", "code": "HZ-9", "content": content})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-yours")
    assert [each[1] for each in refusals(database)] == ["change-set.add"]
    assert li.get(f"{path}/entries").json()["total"] == 0


def test_what_no_longer_fits_what_is_there(staff: TestClient, database: Database) -> None:
    path = drafted(staff, amend("HZ-001", is_online=True))
    assert staff.post(f"{path}/approve").status_code == 409
    about = path.removeprefix("/v1/").replace("sets", "set")
    assert [each[1:] for each in refusals(database)] == [("change-set.approve", about, "refused")]


def test_a_read_that_finds_nothing_and_a_body_that_is_wrong_are_no_refusals(
    staff: TestClient, database: Database
) -> None:
    assert staff.get("/v1/change-sets/999999").status_code == 404
    assert staff.post("/v1/change-sets", json={"title": "更新"}).status_code == 422
    assert refusals(database) == []


@pytest.mark.parametrize("given", [None, "Bearer sx_of-somebody-else", "Basic d2FuZzptaW4="])
def test_whoever_is_nobody_fills_no_log(
    client: TestClient, database: Database, given: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {} if given is None else {"Authorization": given}
    before = told(database)
    assert client.get("/v1/change-sets", headers=headers).status_code == 401
    assert told(database) == before
    said = capsys.readouterr().err
    assert ("unknown token" in said) == (given is not None)
    assert "somebody-else" not in said


def test_while_others_write_the_answer_is_the_same_and_comes_soon(
    application: FastAPI, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = signed_in(application, "du")
    with database.write():
        assert reader.get("/v1/change-sets").status_code == 403
    assert "refusal not recorded" in capsys.readouterr().err
    assert refusals(database) == []
    assert reader.get("/v1/change-sets").status_code == 403
    assert len(refusals(database)) == 1


@pytest.mark.parametrize(
    "address", ["/v1/change-sets/%00", "/v1/change-sets/%ED%A0%80", "/v1/change-sets/" + "9" * 5000]
)
def test_an_address_that_no_database_would_take(application: FastAPI, database: Database, address: str) -> None:
    answer = signed_in(application, "du").get(address)
    assert answer.status_code in (403, 422)
    assert all(len(about) < 250 for _, _, about, _ in refusals(database))


@pytest.mark.parametrize("path", ["/v1/imports", "/v1/change-sets", "/v1/metrics", "/v1/users", "/v1/api-keys"])
@pytest.mark.parametrize("token", [None, "sx_of-somebody-else"])
def test_nothing_of_a_body_is_read_before_the_caller_is_known(
    application: FastAPI, path: str, token: str | None
) -> None:
    headers = [(b"content-length", b"40000000"), (b"content-type", b"application/json")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        pytest.fail("the body was read")

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "root_path": "",
    }  # fmt: skip
    asyncio.run(application(scope, receive, send))
    assert answers[0]["status"] == 401
