"""Whoever asks the service of this process: as FastAPI's own client, at a third of what that costs."""

from typing import Any

from anyio.from_thread import BlockingPortalProvider
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, BaseTransport, ByteStream, Request, Response

LOOP = BlockingPortalProvider()  # Whoever enters it keeps it going: otherwise each request starts a loop and threads.


class InProcess(BaseTransport):
    """Hands a request over to the event loop once, and takes its whole answer back."""

    def __init__(self, app: Any, *, raises: bool) -> None:
        self._service = ASGITransport(app, raise_app_exceptions=raises, client=("testclient", 50000))

    def handle_request(self, request: Request) -> Response:
        request.read()
        with LOOP as loop:
            return loop.call(self._answer, request)

    async def _answer(self, request: Request) -> Response:
        answer = await self._service.handle_async_request(request)
        body = ByteStream(b"".join([part async for part in answer.aiter_raw()]))
        return Response(answer.status_code, headers=answer.headers, stream=body, request=request)


class Client(TestClient):
    """Without the lifespan of the application, and answers come whole."""

    def __init__(
        self, app: Any, *, headers: dict[str, str] | None = None, raise_server_exceptions: bool = True
    ) -> None:
        super().__init__(app, headers=headers)
        self._transport = InProcess(app, raises=raise_server_exceptions)
