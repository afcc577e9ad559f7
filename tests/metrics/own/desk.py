"""Defining metrics over HTTP, as the desk of the approval bureau does it."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

LICENCES_ONLINE: dict[str, Any] = {
    "key": "licence_online_rate",
    "name_zh": "行政许可网上可办率",
    "kind": "share",
    "denominator": "status = '1' AND task_type = '01'",
    "numerator": "is_online = true",
    "better": "up",
    "source": "本局 2026 年考核办法第 3 条",
}
FEES: dict[str, Any] = {
    "key": "free_item_count",
    "name_zh": "不收费事项数",
    "kind": "count",
    "numerator": "status = '1' AND is_fee = false",
}


def body(of: dict[str, Any] = LICENCES_ONLINE, **other: object) -> dict[str, Any]:
    """The definition with other members; None takes one away."""
    return {name: value for name, value in (of | other).items() if value is not None}


def post(staff: TestClient, of: dict[str, Any] = LICENCES_ONLINE, **other: object) -> Response:
    return staff.post("/v1/metrics", json=body(of, **other))


def put(staff: TestClient, key: str, said: dict[str, Any], **headers: str) -> Response:
    return staff.put(f"/v1/metrics/{key}", json=body(said, key=None), headers=headers)


def created(staff: TestClient, of: dict[str, Any] = LICENCES_ONLINE, **other: object) -> dict[str, Any]:
    answer = post(staff, of, **other)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def figure(client: TestClient, key: str, query: str = "") -> dict[str, Any]:
    """The one row of a metric."""
    answer = client.get(f"/v1/metric-values?metric={key}{query}")
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["values"]
    found: dict[str, Any] = row
    return found


def total(client: TestClient, url: str) -> int:
    answer = client.get(f"{url}&limit=1")
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["total"]
    return number
