"""No request, whatever becomes of it, keeps a connection."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool

from app.db import Database
from tests.changes.desk import act, amend, drafted
from tests.factories import CIVIL_AFFAIRS, department, item, publish

CREATION = {
    "kind": "create",
    "code": "HZ-001",
    "content": {"name": "重复", "division_code": "440105", "department_code": CIVIL_AFFAIRS},
}
REQUESTS = [
    ("GET", "/healthz", None, 200),
    ("GET", "/readyz", None, 200),
    ("GET", "/docs", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/v1/items", None, 200),
    ("GET", "/v1/items?limit=1", None, 200),
    ("GET", "/v1/items?limit=0", None, 422),
    ("GET", "/v1/items?filter=is_online = ", None, 422),
    ("GET", "/v1/items?as_of=2020-13-40", None, 422),
    ("GET", "/v1/items?known_at=999999", None, 422),
    ("GET", "/v1/items?is_onlin=1", None, 422),
    ("GET", "/v1/items/HZ-001", None, 200),
    ("GET", "/v1/items/HZ-404", None, 404),
    ("GET", "/v1/items/HZ-001?as_of=1990-01-01", None, 404),
    ("GET", "/v1/items/HZ-001/versions", None, 200),
    ("GET", "/v1/departments/HZ-404", None, 404),
    ("GET", "/v1/divisions", None, 200),
    ("GET", "/v1/feed", None, 200),
    ("GET", "/v1/feed?wait=1&after=1-2", None, 200),
    ("GET", "/v1/feed?format=ndjson", None, 200),
    ("GET", "/v1/feed?after=2-0", None, 422),
    ("GET", "/v1/feed/dump", None, 200),
    ("DELETE", "/v1/items", None, 405),
    ("GET", "/v1/change-sets", None, 200),
    ("GET", "/v1/change-sets/999999", None, 404),
    ("POST", "/v1/change-sets", {}, 422),
    ("POST", "/v1/change-sets", {"title": "新", "effective_on": "2026-03-02"}, 201),
    ("POST", "/v1/change-sets/999999/entries", amend("HZ-001", is_online=True), 404),
    ("POST", "{draft}/entries", amend("HZ-001", is_onlin=True), 422),
    ("POST", "{draft}/entries", amend("HZ-404", is_online=True), 404),
    ("POST", "{draft}/entries", {"kind": "amend"}, 422),
    ("GET", "{draft}/entries", None, 200),
    ("GET", "{draft}/preview", None, 200),
    ("POST", "{draft}/approve", None, 409),
    ("POST", "{draft}/submit", None, 200),
    ("POST", "{draft}/approve", None, 428),
    ("POST", "{good}/submit", None, 200),
    ("POST", "{good}/approve", None, 428),
    ("POST", "{draft}/entries", CREATION, 409),
]


def test_no_connection_stays_checked_out(staff: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-001"))
    paths = {"draft": drafted(staff, CREATION), "good": drafted(staff, act("cancel", "HZ-001"))}
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    for method, path, body, status in REQUESTS:
        answer = staff.request(method, path.format_map(paths), json=body)
        assert answer.status_code == status, (method, path, answer.text)
        assert pool.checkedout() == 0, (method, path)


@pytest.mark.parametrize("path", ["/v1/change-sets", "/v1/change-sets/1/preview"])
def test_nor_without_a_key(client: TestClient, database: Database, path: str) -> None:
    assert client.get(path).status_code == 401
    assert isinstance(database.engine.pool, QueuePool)
    assert database.engine.pool.checkedout() == 0
