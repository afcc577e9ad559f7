"""Where a webhook may go: by https anywhere on the internet, and to private addresses only as far as the operator allows."""

import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self, TypeAlias

import httpx

from app.errors import Message

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

EVERYTHING = "*"
HIGHEST_PORT = 65_535
NAT64 = ip_network("64:ff9b::/96")
# Numbers that stand for other machines, which only the network knows.
OPAQUE = tuple(map(ip_network, ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
SITE_LOCAL = ip_network("fec0::/10")  # Private once, and still where it is used (RFC 3879).
PROTOCOLS = ip_network("192.0.0.0/24")  # Of these two are reached by everybody (RFC 7723, RFC 8155).
ANYCAST = (IPv4Address("192.0.0.9"), IPv4Address("192.0.0.10"))
# Nobody's own machines, and where clouds tell secrets: not even `*` leads there, only a network that is named.
NEVER_BY_DEFAULT = (
    *map(ip_network, ("0.0.0.0/8", "169.254.0.0/16", "240.0.0.0/4", "100.100.100.200/32", "fe80::/10")),
    *(ip_network("fd00:ec2::254/128"), PROTOCOLS, *OPAQUE),
)


class OutOfReach(Exception):
    """An address that no webhook goes to, or that leads nowhere: by which rule, and what to do."""

    def __init__(self, rule: str, said: Message) -> None:
        super().__init__(said.zh)
        self.rule, self.said = rule, said


class NoSuchHost(OutOfReach):
    """The name is not known here now; it may be later."""


@dataclass(frozen=True)
class Reach:
    """What the operator allows besides the internet."""

    names: frozenset[str]
    networks: Sequence[Network]
    everything: bool

    @classmethod
    def of(cls, allowed: Iterable[str]) -> Self:
        """As `WEBHOOK_PRIVATE_HOSTS` says it."""
        words = set(allowed)
        networks = {word: network for word in words if (network := _network(word)) is not None}
        names = words - networks.keys() - {EVERYTHING}
        return cls(frozenset(names), tuple(networks.values()), EVERYTHING in words)

    def admits(self, host: str, address: Address) -> bool:
        """Whether a private address may be reached under this name."""
        if any(address in network for network in self.networks):
            return True
        meant = (address, *_tunnelled(address))
        if any(each.is_multicast or any(each in network for network in NEVER_BY_DEFAULT) for each in meant):
            return False
        return self.everything or host.lower() in self.names


def _network(word: str) -> Network | None:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None


@dataclass(frozen=True)
class Target:
    """An address with the very machines that its name led to when they were looked at; they are connected to by number."""

    url: httpx.URL
    addresses: Sequence[str]


def target(text: str, reach: Reach) -> Target:
    """Raises OutOfReach, and NoSuchHost where the name leads nowhere."""
    url = well_formed(text)
    host = url.raw_host.decode()
    found = list(_resolved(host))
    private = [each for each in found if not is_public(each)]
    if any(not reach.admits(host, each) for each in private):
        raise OutOfReach("private-address", _private(host))
    if url.scheme == "http" and len(private) < len(found):
        raise OutOfReach("https-needed", HTTPS)
    return Target(url, [str(each) for each in found])


def well_formed(text: str) -> httpx.URL:
    """Raises OutOfReach for what is no address of a web server, or carries a password."""
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode()
    except (httpx.InvalidURL, UnicodeError):
        raise OutOfReach("malformed-url", MALFORMED) from None
    odd = not host or "%" in host or not 0 < (443 if url.port is None else url.port) <= HIGHEST_PORT
    if url.scheme not in ("http", "https") or odd:
        raise OutOfReach("malformed-url", MALFORMED)
    if url.userinfo:
        raise OutOfReach("credentials-in-url", CREDENTIALS)
    return url


def _resolved(host: str) -> Iterator[Address]:
    """Nobody needs to be asked about a name that is none by definition (RFC 6761)."""
    if host.endswith(".invalid"):
        raise NoSuchHost("unknown-host", _unknown(host))
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NoSuchHost("unknown-host", _unknown(host)) from None
    yield from dict.fromkeys(_inner(ip_address(str(place[0]).partition("%")[0])) for *_, place in found)


def _inner(address: Address) -> Address:
    """What is meant by an IPv4 address written as IPv6."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Whether it is a machine of the internet. What a tunnel leads to is looked at too."""
    if isinstance(address, IPv4Address):
        assigned = address in PROTOCOLS and address not in ANYCAST
        return address.is_global and not (address.is_multicast or assigned)
    if any(address in network for network in (SITE_LOCAL, *OPAQUE)) or not all(map(is_public, _tunnelled(address))):
        return False
    return (address.is_global or address in NAT64) and not address.is_multicast


def _tunnelled(address: Address) -> Iterator[IPv4Address]:
    """The machines that an IPv6 address leads to by a tunnel."""
    if isinstance(address, IPv4Address):
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield address.teredo[1]
    if address in NAT64:
        yield IPv4Address(address.packed[-4:])


MALFORMED = Message(
    "通知地址写得不对，应写成 https://主机名/路径。", "The webhook address is malformed: write https://host/path."
)
CREDENTIALS = Message(
    "通知地址里不能带用户名和密码（https://用户:密码@…）：通知用签名证明来自本系统。请去掉。",
    "A webhook address carries no user and password: messages are signed instead. Leave them out.",
)
HTTPS = Message(
    "互联网上的通知地址要用 https；http 只能用于管理员允许的内网地址（WEBHOOK_PRIVATE_HOSTS）。",
    "On the internet a webhook address is https; http is for private hosts that the operator allows.",
)


def _private(host: str) -> Message:
    zh = f"“{host}”是本机或内网的地址，不能向它发通知。确实要发的，请管理员把它或它的网段写进设置 WEBHOOK_PRIVATE_HOSTS。"
    en = f"{host!r} is a private address. The operator may allow it by the setting WEBHOOK_PRIVATE_HOSTS."
    return Message(zh, en)


def _unknown(host: str) -> Message:
    return Message(f"找不到主机“{host}”：请核对地址和域名解析。", f"There is no host {host!r}: look at the address.")
