"""The HTTP server, with words for what never becomes a request."""

from asyncio import Event, Transport

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import Malformed, Message
from app.schema import MEDIA_TYPE, as_bytes


class UnreadableRequest(Malformed):
    status, slug, title = 400, "unreadable-request", Message("请求无法识别", "The request can't be read")


UNREADABLE = UnreadableRequest(
    Message(
        "服务器认不出这个请求：多半是地址太长（最多 64 KB，一次最多问 500 个编码），或含有没有编码的汉字、空格（应写成 %E5%85%BB 这样）。",
        "The server can't read the request: most likely its address is longer than 64 KB (ask for 500 codes at most), "
        "or holds characters that are not percent-encoded.",
    )
)


class Protocol(HttpToolsProtocol):
    """Answers what is no HTTP with a problem document, and closes; tells requests that wait when the server is to end."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn itself has it
        super().connection_made(transport)
        self.app_state.setdefault("closing", Event())

    def shutdown(self) -> None:
        self.app_state["closing"].set()
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        body = as_bytes(UNREADABLE.document(english=False))
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[400] + head.encode() + body)
        self.transport.close()
