"""Where nothing is public (PUBLIC_READ=false): every answer needs a token, and none may be kept for others."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.dependencies import recognise
from app.errors import AppError

Failed = Callable[[Request, Exception], Awaitable[Response]]

BELOW, EXACTLY = "/v1/", "/metrics"
SIGN_IN = ("POST", "/v1/tokens")


class Closed:
    """Finds out who is calling before anything else does. Signing in stays open, and so do health and documentation."""

    def __init__(self, app: ASGIApp, failed: Failed) -> None:
        self.app, self.failed = app, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_open(scope):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            (await run_in_threadpool(recognise, request)).demand("read")
        except (AppError, SQLAlchemyError) as error:
            answer: ASGIApp = await self.failed(request, error)
        else:
            answer = self.app
        await answer(scope, receive, _privately(send))


def _is_open(scope: Scope) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return not (path.startswith(BELOW) or path == EXACTLY) or (scope["method"], path) == SIGN_IN


def _privately(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("cache-control") != "no-store":
                headers["cache-control"] = "private, no-cache"
            headers.add_vary_header("Authorization")
        await send(message)

    return sent
