"""Handing over items, as the approval bureau does it."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

CIVIL, HOUSING, BUREAU = "11440105007482532C", "11440105007484589M", "11440105MB2C0001XR"
ON = "2026-04-01"


def national(body: str, catalog_code: str) -> str:
    return f"{body}4{catalog_code}"


REGISTRATION = national(CIVIL, "000111002000")
MOVED = national(BUREAU, "000111002000")


def hand_over(staff: TestClient, *items: Any, on: str = ON, **said: Any) -> Response:
    """A batch of items, named by their codes or by what is said of each."""
    entries = [each if isinstance(each, dict) else {"code": each} for each in items]
    body = {"code": "HZ-transfer-1", "name": "第一批划转事项", "department_code": BUREAU, **said}
    return staff.post(
        "/v1/transfers", params={"effective_on": on}, json={**body, "items": entries} if entries else body
    )


def published(staff: TestClient, answer: Response) -> None:
    assert answer.status_code == 202, answer.text
    path = answer.headers["Location"]
    for act in ("submit", "approve"):
        done = staff.post(f"{path}/{act}", **with_tag(staff, path, act))
        assert done.status_code == 200, done.text


def with_tag(staff: TestClient, path: str, act: str) -> dict[str, Any]:
    return {"headers": {"If-Match": staff.get(f"{path}/preview").json()["etag"]}} if act == "approve" else {}


def rules(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["rule"], each["pointer"]) for each in answer.json()["errors"]]
