"""A plain route reads the parameters its signature declares, and refuses what they refuse."""

from collections.abc import Callable
from typing import Annotated

import pytest
from fastapi import APIRouter, Body, Depends, Header, Request, Response
from fastapi.testclient import TestClient

from app.routing import PlainRoute

CODE = "1" * 65
REFUSED = [
    (f"/v1/items/{CODE}", "code", "string_too_long", "code 最多 64 个字符"),
    (
        "/v1/items/HZ-001?division_code=海珠区",
        "division_code",
        "string_pattern_mismatch",
        "不能写成“海珠区”（GB/T 2260 的 6 位数字）",
    ),
    (
        "/v1/items/HZ-001/versions?division_code=4401050",
        "division_code",
        "string_pattern_mismatch",
        "不能写成“4401050”",
    ),
    ("/v1/items/HZ-001?known=1", "known", "unknown-parameter", "是否为 known_at？"),
    ("/v1/items/HZ-001?as_of=2024-06-30&as_of=2024-07-01", "as_of", "repeated-parameter", "只能给一个值"),
]


@pytest.mark.parametrize(("path", "parameter", "rule", "says"), REFUSED)
def test_what_a_parameter_may_not_be(client: TestClient, path: str, parameter: str, rule: str, says: str) -> None:
    answer = client.get(path)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["rule"]) == (422, parameter, rule)
    assert says in fault["detail"]


def test_a_path_parameter_is_not_read_from_the_query(client: TestClient) -> None:
    answer = client.get("/v1/items/HZ-001?code=HZ-002")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "code")


def test_other_methods_are_named(client: TestClient) -> None:
    answer = client.delete("/v1/items/HZ-001")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, PATCH")


def refuse() -> None: ...


async def with_a_check(request: Request, caller: Annotated[None, Depends(refuse)]) -> Response:
    raise NotImplementedError


async def with_a_header(request: Request, key: Annotated[str, Header()]) -> Response:
    raise NotImplementedError


async def with_a_body(request: Request, name: Annotated[str, Body()]) -> Response:
    raise NotImplementedError


def in_a_thread(request: Request) -> Response:
    raise NotImplementedError


@pytest.mark.parametrize("endpoint", [with_a_check, with_a_header, with_a_body, in_a_thread])
def test_what_a_plain_route_would_pass_over_is_refused_when_it_is_made(endpoint: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="plain route"):
        APIRouter(route_class=PlainRoute).get("/items")(endpoint)


def test_so_is_a_check_of_its_whole_router() -> None:
    async def plain(request: Request) -> Response:
        raise NotImplementedError

    with pytest.raises(TypeError, match="plain route"):
        APIRouter(route_class=PlainRoute, dependencies=[Depends(refuse)]).get("/items")(plain)
