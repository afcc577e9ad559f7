"""Answers that a client may keep, and ask again whether they still hold: ETag and If-None-Match (RFC 9110)."""

import hashlib
from collections.abc import Mapping

import orjson
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Kept, but asked about each time: after a publication or at midnight nobody may see what was.
KEPT: Mapping[str, str] = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}


def tag_of(*parts: object) -> str:
    """A strong tag of everything that an answer depends on."""
    return f'"{digest(orjson.dumps(parts))}"'


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def knows(request: Request, tag: str) -> bool:
    """Whether the client says that it has the answer with this tag."""
    known = request.headers.get("if-none-match", "")
    return tag in (each.strip().removeprefix("W/") for each in known.split(","))


def headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, **KEPT}


def not_modified(tag: str) -> Response:
    return Response(status_code=304, headers=headers(tag))


def content_tag(response: Response, version: str = "") -> str:
    """A strong tag of the very bytes of an answer."""
    return f'"{version}{digest(bytes(response.body))}"'


def validated(request: Request, response: Response, version: str = "") -> Response:
    """The answer with a tag of its bytes, before it `version`; or word that the client has it already."""
    tag = content_tag(response, version)
    if knows(request, tag):
        return not_modified(tag)
    response.headers.update(headers(tag))
    return response


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
