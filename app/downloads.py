"""Answers that are files: streamed piece by piece, with a name to be saved under."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Protocol, Self
from urllib.parse import quote

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

PIECE = 1 << 18


class Body(Iterator[bytes], Protocol):
    """The pieces of a file; what they are read from is given back by `close`."""

    def close(self) -> None: ...


class Nothing(Iterator[bytes]):
    """The body of an answer to HEAD."""

    def __next__(self) -> bytes:
        raise StopIteration

    def close(self) -> None:
        """There is nothing to give back."""


class Spooled(Iterator[bytes]):
    """A file that was written first and is read in pieces; it is gone when it is closed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    @classmethod
    def written(cls, write: Callable[[IO[bytes]], None]) -> Self:
        with ExitStack() as unless_written:
            file = unless_written.enter_context(TemporaryFile())
            write(file)
            file.seek(0)
            unless_written.pop_all()
        return cls(file)

    def __next__(self) -> bytes:
        piece = self.file.read(PIECE)
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        self.file.close()


class Download(StreamingResponse):
    """A file under a Chinese name, or a plain one for clients that know no better (RFC 6266).

    The body is closed whatever becomes of the client.
    """

    def __init__(self, body: Body, *, media_type: str, name: str, plain_name: str) -> None:
        disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
        super().__init__(body, media_type=media_type, headers={"Content-Disposition": disposition})
        self.body_closed = body.close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(self.body_closed)
