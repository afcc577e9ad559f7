"""What never becomes a request is answered in words too."""

import json
import socket
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.serving import serving


@pytest.fixture
def port(application: FastAPI) -> Iterator[int]:
    """Where the service really listens."""
    with serving(application) as port:
        yield port


def answer_to(port: int, request: bytes) -> tuple[bytes, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    return head, body


LINE = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "request_line",
    [
        pytest.param("GET /v1/items?" + "&".join(f"code=HZ-{place:05}" for place in range(10_000)), id="10,000 codes"),
        pytest.param("GET /v1/items?q=养老", id="Chinese as it is"),
        pytest.param("你好", id="no HTTP"),
    ],
)
def test_what_is_no_request_is_a_problem_document(port: int, request_line: str) -> None:
    head, body = answer_to(port, (request_line + LINE).encode())
    problem = json.loads(body)
    assert head.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in head
    assert (problem["status"], problem["type"]) == (400, "/problems/unreadable-request")
    assert "编码" in problem["detail"]


def test_every_other_request_is_answered_as_ever(port: int) -> None:
    head, body = answer_to(port, ("GET /v1/items?q=%E5%85%BB%E8%80%81" + LINE).encode())
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["total"] == 0
