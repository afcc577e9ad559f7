"""Answers that are files: so many at once, streamed piece by piece, with a name to be saved under."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, ClassVar, Protocol, Self
from urllib.parse import quote

from anyio import CancelScope, current_time
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send

from app.errors import Message, Unavailable

PIECE = 1 << 18
PATIENCE = 120  # Seconds for a client to take one piece: who takes nothing may not keep a turn.


class Busy(Unavailable):
    """All turns are taken; `said` is what a class of them says of it."""

    said: ClassVar[Message]


class TooManyDownloads(Busy):
    slug, title = "too-many-downloads", Message("同时下载的文件太多", "Too many downloads at once")
    said = Message(
        "同时下载文件的人太多，这个文件还没有开始发送。请过几秒再试。",
        "Too many files are being downloaded; this one was not begun. Try again.",
    )


@contextmanager
def turn(turns: BoundedSemaphore, busy: type[Busy] = TooManyDownloads) -> Iterator[None]:
    """Raises `busy` where all turns are taken: nobody is kept waiting."""
    if not turns.acquire(blocking=False):
        raise busy(busy.said)
    try:
        yield
    finally:
        turns.release()


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

    It takes a turn before the first byte (raises TooManyDownloads), and gives it back with the body whatever becomes of
    the client. What `open_body` raises is raised before the first byte too.
    """

    def __init__(
        self,
        open_body: Callable[[], Body],
        turns: BoundedSemaphore,
        *,
        media_type: str,
        name: str,
        plain_name: str,
    ) -> None:
        disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
        super().__init__((), media_type=media_type, headers={"Content-Disposition": disposition})
        self.open_body, self.turns = open_body, turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with turn(self.turns):
            body = await run_in_threadpool(self.open_body)
            self.body_iterator = iterate_in_threadpool(body)
            try:
                await self._sent(scope, receive, send)
            finally:
                with CancelScope(shield=True):
                    await run_in_threadpool(body.close)

    async def _sent(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Broken off where the client takes no piece for too long, so that it sees the file is not whole."""
        with CancelScope() as patience:

            async def patiently(event: Event) -> None:
                patience.deadline = current_time() + PATIENCE
                await send(event)
                patience.deadline = math.inf

            await super().__call__(scope, receive, patiently)
