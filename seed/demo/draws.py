"""Choices that look random and are the same on every machine: a hash of what is chosen, no generator, no state."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Protocol, TypeVar

SPAN = 2.0**64


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Thing = TypeVar("Thing", bound=Keyed)
Choice = TypeVar("Choice")


def share(salt: str, key: str) -> float:
    """A number in [0, 1) that depends on the two words alone."""
    return int.from_bytes(blake2b(f"{salt}|{key}".encode(), digest_size=8).digest(), "big") / SPAN


def choose(options: Sequence[Choice], salt: str, key: str) -> Choice:
    return options[int(share(salt, key) * len(options))]


def shuffled(things: Iterable[Thing], salt: str, weight: Callable[[Thing], float] = lambda _: 1.0) -> list[Thing]:
    """In an order of the salt's own; the heavier come earlier."""
    return sorted(things, key=lambda thing: share(salt, thing.key) ** weight(thing), reverse=True)
