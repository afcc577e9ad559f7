"""Definitions that a client keeps: 304 until another one is recorded."""

import pytest
from fastapi.testclient import TestClient

from tests.metrics.own.desk import LICENCES_ONLINE, created, put

KEPT = ["/v1/metrics", "/v1/metrics?known_at=0", "/v1/metrics/licence_online_rate", "/v1/metrics/guide_accuracy"]


@pytest.mark.parametrize("path", KEPT)
def test_asked_again_the_answer_still_holds(staff: TestClient, client: TestClient, path: str) -> None:
    created(staff)
    first = client.get(path)
    tag = first.headers["ETag"]
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("no-cache", "Accept, Accept-Language")
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_another_definition_is_another_answer(staff: TestClient, client: TestClient) -> None:
    created(staff)
    kept = {path: client.get(path).headers["ETag"] for path in KEPT}
    put(staff, "licence_online_rate", LICENCES_ONLINE | {"denominator": "status = '1'"})
    again = {path: client.get(path, headers={"If-None-Match": tag}).status_code for path, tag in kept.items()}
    assert list(again.values()) == [200, 304, 200, 304]
