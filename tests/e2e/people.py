"""Those who work on the demonstration."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.clients import Client

PASSWORD = "correct horse battery"
Answer = dict[str, Any]


def with_token(district: FastAPI, token: str) -> TestClient:
    return Client(district, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)


def hired(admin: TestClient, login: str, **stated: object) -> TestClient:
    """Somebody whom the administrator made a user, signed in."""
    made = admin.post("/v1/users", json={"login": login, "password": PASSWORD, **stated})
    assert made.status_code == 201, made.text
    answer = Client(admin.app).post("/v1/tokens", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return with_token(admin.app, answer.json()["token"])  # type: ignore[arg-type]  # a FastAPI


def ok(answer: Any, status: int = 200) -> Answer:
    assert answer.status_code == status, answer.text
    found: Answer = answer.json()
    return found
