"""Sending one message: to the very machine that was looked at, without following anybody elsewhere."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

import httpx

from app.metrics.alerts.hosts import OutOfReach, Reach, target
from app.metrics.alerts.rules import GONE
from app.outside import MALFORMED, NO_HOST, TOO_SLOW, Line, in_time, why

LONGEST = 10.0  # Seconds, from looking up the name to the status.
USER_AGENT = "shixiang-alerts"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status that was answered, or why there was none."""

    status: int | None = None
    error: str | None = None

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more messages."""
        return self.status == GONE

    @property
    def reason(self) -> str | None:
        """Why it did not arrive, in a sentence."""
        if self.arrived or self.status is None:
            return self.error
        if self.is_gone:
            return "HTTP 410：对方不再接收"
        redirected = 300 <= self.status < 400
        return f"HTTP {self.status}" + ("：不跟随重定向，请把通知地址改成最终的地址" if redirected else "")


def post(url: str, body: str, headers: Mapping[str, str], reach: Reach) -> Outcome:
    """What became of the message. The body of the answer is not read."""
    line = Line()
    try:
        return in_time(LONGEST, partial(_post, url, body.encode(), headers, reach, line), line.cut)
    except TimeoutError:
        return Outcome(error=TOO_SLOW)
    except OutOfReach as refusal:
        return Outcome(error=refusal.said.zh)
    except (httpx.InvalidURL, UnicodeError):
        return Outcome(error=MALFORMED)
    except httpx.HTTPError as error:
        return Outcome(error=why(error))


def _post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach, line: Line) -> Outcome:
    """Of several machines the first that can be connected to.

    By number, under the name: the certificate is that of the name, and nobody can lead it elsewhere meanwhile.
    """
    meant, failure = target(url, reach), Outcome(error=NO_HOST)
    said = {"Host": meant.url.netloc.decode(), "User-Agent": USER_AGENT, "Content-Type": "application/json", **headers}
    told = {"sni_hostname": meant.url.raw_host.decode(), "trace": line.note}
    with httpx.Client(verify=trusted(), trust_env=False, timeout=LONGEST) as client:
        for address in meant.addresses:
            at = meant.url.copy_with(host=address, fragment=None)
            try:
                with client.stream("POST", at, content=body, headers=said, extensions=told) as answer:
                    return Outcome(answer.status_code)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = Outcome(error=why(error))
    return failure


@cache
def trusted() -> ssl.SSLContext:
    """Who signs certificates: the usual ones, or those of SSL_CERT_FILE."""
    return httpx.create_ssl_context()
