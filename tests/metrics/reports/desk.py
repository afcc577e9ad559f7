"""Freezing reports over HTTP, as the desk of the approval bureau does it."""

import hashlib
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from app.metrics.reports.answers import ReportOut
from app.metrics.reports.verdicts import Verification

DAY = "2025-06-30"
ONLINE: dict[str, Any] = {"metric": "online_rate", "as_of": DAY}


def post(staff: TestClient, *figures: dict[str, Any], **body: object) -> Response:
    said = {"title": "全区网上可办情况", "number": "海政数〔2026〕3号", "figures": list(figures)}
    return staff.post("/v1/reports", json=said | body)


def frozen(staff: TestClient, *figures: dict[str, Any], **body: object) -> dict[str, Any]:
    answer = post(staff, *figures, **body)
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == report["url"]
    ReportOut.model_validate(report)
    return report


def verified(client: TestClient, report: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(report["verify_url"])
    assert answer.status_code == 200, answer.text
    Verification.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def sha256_of(client: TestClient, report: dict[str, Any]) -> str:
    """As anybody would: of the bytes that are answered."""
    return hashlib.sha256(client.get(report["cited_url"]).content).hexdigest()


def total(client: TestClient, url: str) -> int:
    answer = client.get(f"{url}&limit=1")
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["total"]
    return number
