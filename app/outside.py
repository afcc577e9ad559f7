"""Asking others over the network: no longer than they are given, and in words why they didn't answer."""

import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from types import MappingProxyType
from typing import Any, TypeVar

import httpx

MALFORMED = "网址写得不对"
NO_HOST, REFUSED, TOO_LATE, NO_ANSWER = "找不到这个域名", "拒绝连接", "连接超时", "没有应答"
NO_ROUTE, TOO_SLOW = "连接不上", "应答超时"
BY_CAUSE: Mapping[type[BaseException], str] = {
    ssl.SSLError: "证书或加密连接有误",
    socket.gaierror: NO_HOST,
    ConnectionRefusedError: REFUSED,
}
BY_ERROR: Mapping[type[Exception], str] = {
    httpx.ConnectTimeout: TOO_LATE,
    httpx.TimeoutException: TOO_SLOW,
    httpx.TooManyRedirects: "重定向太多",
    httpx.UnsupportedProtocol: MALFORMED,
    httpx.ConnectError: NO_ROUTE,
    httpx.ProxyError: NO_ROUTE,
}
NONE: Mapping[type[Exception], str] = MappingProxyType({})
T = TypeVar("T")


def in_time(seconds: float, ask: Callable[[], T], give_up: Callable[[], None] = lambda: None) -> T:
    """What `ask` gives. Raises TimeoutError after so many seconds, having given up.

    Whoever sends a byte now and then is never late at a step: the thread that reads on is left to itself, unless giving
    up ends what it reads.
    """
    found: Future[T] = Future()

    def answer() -> None:
        try:
            found.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - raised where the answer is waited for
            found.set_exception(error)

    Thread(target=answer, daemon=True).start()
    try:
        return found.result(seconds)
    except TimeoutError:
        give_up()
        raise


class Line:
    """The connections of one asking, as httpx tells of them (`extensions={"trace": line.note}`), to be cut when it is late.

    They are shut down, not closed: whoever reads gets an end and closes its own, and no number of a socket is used twice.
    """

    def __init__(self) -> None:
        self._lock, self._sockets, self._is_cut = Lock(), list[socket.socket](), False

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self._is_cut:
                self.cut()

    def cut(self) -> None:
        """Also what is connected later."""
        with self._lock:
            self._is_cut = True
            for each in self._sockets:
                with suppress(OSError):  # It has ended by itself, or is wrapped by a later one.
                    socket.socket.shutdown(each, socket.SHUT_RDWR)


def why(error: Exception, others: Mapping[type[Exception], str] = NONE) -> str:
    """What is said of a failure: by what lies beneath it, else by itself. `others` are errors of one's own."""
    beneath: BaseException | None = error
    while beneath is not None:
        for kind, reason in BY_CAUSE.items():
            if isinstance(beneath, kind):
                return reason
        beneath = beneath.__cause__ or beneath.__context__
    known = {**BY_ERROR, **others}
    return next((reason for kind, reason in known.items() if isinstance(error, kind)), NO_ANSWER)
