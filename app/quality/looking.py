"""Looking at addresses: whether a page is there, some hosts at once but one address at a time of each."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import httpx

from app.outside import MALFORMED, NO_HOST, NO_ROUTE, REFUSED, TOO_LATE, TOO_SLOW, in_time, why
from app.quality.off_limits import OffLimits, stay_out

AT_ONCE = 16
MOST_REDIRECTS = 5
USER_AGENT = "shixiang-check-links (checks the links of a government service-item catalogue)"
# Whoever is refused, or asks too often, is told so by a page that is there.
THERE = frozenset({401, 403, 405, 429})
NOT_SO = 405  # The page is there, but is not to be asked like that.
UNREACHABLE = 3  # Addresses of a host in a row after which it counts as away: the others would wait for nothing.


@dataclass(frozen=True, slots=True)
class Look:
    """What became of one address: the status of its last answer, or why there was none."""

    url: str
    is_alive: bool
    status: int | None = None
    reason: str | None = None


def look_at(addresses: Iterable[str], *, timeout: float, seen: Callable[[Look], None] = lambda _: None) -> list[Look]:
    """A look at each address; `seen` is told each at once. `timeout` is in seconds, for all of a look."""
    hosts: dict[str, list[str]] = {}
    for url in addresses:
        hosts.setdefault(_host(url), []).append(url)
    with _client(timeout) as client, ThreadPoolExecutor(AT_ONCE) as threads:

        def look_at_host(urls: Sequence[str]) -> list[Look]:
            looks = []
            for look in _of_host(client, urls, timeout):
                looks.append(look)
                seen(look)
            return looks

        return [look for looks in threads.map(look_at_host, hosts.values()) for look in looks]


def _host(url: str) -> str:
    try:
        return httpx.URL(url).netloc.decode()
    except httpx.InvalidURL:
        return url


def _client(timeout: float) -> httpx.Client:
    """Connecting may take a third of the time: of whom it takes all, that is said rather than that he is slow."""
    return httpx.Client(
        timeout=httpx.Timeout(timeout, connect=timeout / 3),
        limits=httpx.Limits(max_connections=None),
        headers={"User-Agent": USER_AGENT},
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        event_hooks={"request": [stay_out]},
    )


def _of_host(client: httpx.Client, urls: Sequence[str], timeout: float) -> Iterator[Look]:
    look, away = None, 0
    for url in urls:
        look = replace(look, url=url) if look and away >= UNREACHABLE else _look_in_time(client, url, timeout)
        away = away + 1 if look.reason in NO_CONNECTION else 0
        yield look


def _look_in_time(client: httpx.Client, url: str, timeout: float) -> Look:
    try:
        return in_time(timeout, partial(_look, client, url))
    except TimeoutError:
        return Look(url, is_alive=False, reason=TOO_SLOW)


def _look(client: httpx.Client, url: str) -> Look:
    """By HEAD; a page that seems not to be there is asked for itself, as some answer only that rightly."""
    try:
        status = _status(client, "HEAD", url)
        if status == NOT_SO or not _is_there(status):
            status = _status(client, "GET", url)
    except (httpx.InvalidURL, UnicodeError):  # The latter of a host that has no name as DNS writes them.
        return Look(url, is_alive=False, reason=MALFORMED)
    except httpx.HTTPError as error:
        return Look(url, is_alive=False, reason=why(error, STAYED_OUT))
    return Look(url, is_alive=_is_there(status), status=status)


def _is_there(status: int) -> bool:
    return status < 400 or status in THERE


def _status(client: httpx.Client, method: str, url: str) -> int:
    """Of the page it leads to; what the page holds is not read."""
    with client.stream(method, url) as answer:
        return answer.status_code


NO_CONNECTION = frozenset({NO_HOST, REFUSED, TOO_LATE})
UNREACHED = NO_CONNECTION | {NO_ROUTE, TOO_SLOW}  # As they all fail where there is no network.
STAYED_OUT: Mapping[type[Exception], str] = {OffLimits: "本机或链路本地的地址，不查"}
