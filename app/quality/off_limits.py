"""Where no link of an item may lead a checker: the machine itself, and what only its own wire reaches."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import httpx

OFF_LIMITS = tuple(
    map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/128", "::1/128", "fe80::/10"))
)  # Unspecified, loopback, link-local.


class OffLimits(httpx.RequestError):
    """A request to an address that is not looked at."""


def stay_out(request: httpx.Request) -> None:
    """Raises OffLimits where the host of a request, a redirected one too, is off limits or its name leads there.

    Names are resolved here once more than by the connection: who answers otherwise the second time is not found out.
    """
    if any(_is_off_limits(address) for address in _addresses(request.url.host)):
        raise OffLimits(request.url.host, request=request)


def _addresses(host: str) -> Iterator[str]:
    """None where the name is not known here; a proxy may know it."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return
    yield from (str(place[0]) for *_, place in found)


def _is_off_limits(address: str) -> bool:
    given = ip_address(address.partition("%")[0])
    inner = given if given.version == 4 else given.ipv4_mapped or given
    return any(inner in network for network in OFF_LIMITS)
