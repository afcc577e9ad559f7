"""Drafting and publishing over HTTP, as the desk of the approval bureau does it."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from app.catalogue.moments import revision
from app.catalogue.objects import OBJECT_TYPES
from app.changes.models import change_set, entry
from app.db import Database

TODAY = "2026-03-02"
AFTER_ALL = 1_000_000
Entry = dict[str, Any]


def opened(staff: TestClient, on: str = TODAY) -> str:
    """The address of a new draft."""
    answer = staff.post("/v1/change-sets", json={"title": "调整办事指南", "effective_on": on, "retroactive": True})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/change-sets/{answer.json()['id']}"
    return str(answer.headers["Location"])


def add(staff: TestClient, path: str, *entries: Entry) -> Response:
    return staff.post(f"{path}/entries", json=list(entries))


def drafted(staff: TestClient, *entries: Entry, on: str = TODAY) -> str:
    path = opened(staff, on)
    answer = add(staff, path, *entries)
    assert answer.status_code == 201, answer.text
    return path


def decided(staff: TestClient, path: str) -> Response:
    """Submitted, and what approval answers."""
    answer = staff.post(f"{path}/submit")
    assert (answer.status_code, answer.json()["status"]) == (200, "submitted")
    return approved(staff, path)


def approved(reviewer: TestClient, path: str) -> Response:
    """What approval of what the preview shows answers. The page after its last entry is quickest: its tag is the same."""
    return reviewer.post(f"{path}/approve", headers={"If-Match": previewed(reviewer, path, after=AFTER_ALL)["etag"]})


def previewed(reviewer: TestClient, path: str, **asked: str | int) -> dict[str, Any]:
    answer = reviewer.get(f"{path}/preview", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == answer.json()["etag"]
    found: dict[str, Any] = answer.json()
    return found


def published(staff: TestClient, *entries: Entry, on: str = TODAY) -> dict[str, Any]:
    answer = decided(staff, drafted(staff, *entries, on=on))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def amend(code: str, /, *, on: str | None = None, until: str | None = None, **content: object) -> Entry:
    return act("amend", code, on, until) | {"content": content}


def act(kind: str, code: str, on: str | None = None, until: str | None = None) -> Entry:
    return {"kind": kind, "code": code, "effective_on": on, "until": until}


def contents(database: Database) -> dict[str, int]:
    """How many rows there are of all that a change set writes."""
    tables = [revision, change_set, entry, *(kind.table for kind in OBJECT_TYPES.values())]
    with database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }
