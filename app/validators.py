"""Answers that a client may keep, and ask again whether they still hold: ETag and If-None-Match (RFC 9110)."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Kept, but asked about each time: after a publication or at midnight nobody may see what was.
KEPT: Mapping[str, str] = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}
ANY = "*"


def tag_of(*parts: object) -> str:
    """A strong tag of everything that an answer depends on."""
    return f'"{digest(orjson.dumps(parts))}"'


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def knows(request: Request, *tags: str) -> bool:
    """Whether the client says that it has the answer with one of these tags."""
    known = request.headers.get("if-none-match", "")
    return any(each.strip().removeprefix("W/") in tags for each in known.split(","))


def versions_named(if_match: str) -> frozenset[str]:
    """The versions whose tags `If-Match` names, `*` where it takes any: what stands in a tag before the first `-`."""
    named = (each.strip().removeprefix("W/").strip('"') for each in if_match.split(","))
    return frozenset(each.partition("-")[0] for each in named)


def headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, **KEPT}


def not_modified(tag: str) -> Response:
    return Response(status_code=304, headers=headers(tag))


def content_tag(response: Response, version: str = "") -> str:
    """A strong tag of the very bytes of an answer."""
    return f'"{version}{digest(bytes(response.body))}"'


def validated(request: Request, response: Response, version: str = "") -> Response:
    """The answer with a tag of its bytes, before it `version`; or word that the client has it already."""
    return tagged(request, response, content_tag(response, version))


def tagged(request: Request, response: Response, tag: str) -> Response:
    """The answer with its tag, or word that the client has it. `*` is any answer, so it can be taken only of a made one."""
    if knows(request, tag, ANY):
        return not_modified(tag)
    response.headers.update(headers(tag))
    return response


A_TAG = {"type": "string", "examples": ['"3f1c0a9be27d4485a6c1d09e"']}
IF_NONE_MATCH: Mapping[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "已有回答的 ETag，可以有几个，逗号分开：回答没有变就是 304，没有内容",
    "schema": {"type": "string"},
}
ETAG: Mapping[str, Any] = {"description": "回答的标识，下次放在 If-None-Match 里", "schema": A_TAG}
LINK: Mapping[str, Any] = {"description": '下一页的地址：<…>; rel="next"；最后一页没有', "schema": {"type": "string"}}
FILE_NAME: Mapping[str, Any] = {"description": "文件名；只有文件才有", "schema": {"type": "string"}}


def with_tags(document: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The contract with the headers that tag an answer, for what anybody may read below `prefix`: all of it is kept."""
    for path, operations in document["paths"].items():
        read = operations.get("get")
        if read and path.startswith(prefix) and "security" not in read:
            _add_headers(read)
    return document


def _add_headers(operation: dict[str, Any]) -> None:
    answer, parameters = operation["responses"]["200"], operation.setdefault("parameters", [])
    named = {"ETag": ETAG}
    if any(each["name"] == "cursor" for each in parameters):
        named["Link"] = LINK
    if answer["content"].keys() - {"application/json"}:
        named["Content-Disposition"] = FILE_NAME
    parameters.append(dict(IF_NONE_MATCH))
    answer["headers"] = named
    operation["responses"]["304"] = {"description": "没有变，没有内容", "headers": {"ETag": ETAG}}


class HeadAsGet:
    """Answers HEAD as GET without its body. `head` in the scope tells those who would make much of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET", "head": True}, receive, bodiless)
