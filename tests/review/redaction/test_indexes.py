"""An index keeps the words of items in memory: none that is asked has those that were redacted."""

import pytest
from fastapi.testclient import TestClient

from tests.review.redaction.desk import redacted

pytestmark = pytest.mark.one_database


def found(client: TestClient) -> list[str]:
    """By the name of HZ-001, in the lists of a day as they were known before anything was redacted."""
    asked = {"text": "养老机构备案", "as_of": "2026-03-01", "known_at": 1, "semantic": False}
    answer = client.post("/v1/match", json=asked)
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["hits"]]


def test_a_redacted_name_finds_nothing_though_the_list_is_that_of_before(first: TestClient, second: TestClient) -> None:
    assert "HZ-001" in found(first)
    redacted(first, second, field="name")
    assert "HZ-001" not in found(first)
