"""What makes the log a chain: an entry's hash covers its contents and the hash of the entry before. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from app.errors import Message

Outcome = Literal["done", "refused"]
Broken = Literal["changed", "missing", "reordered"]
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as it is hashed. `details` holds texts, whole numbers, flags and lists of them."""

    number: int
    at: str
    by: str
    account: str
    action: str
    about: str
    outcome: str
    details: Mapping[str, object]
    previous: str

    @property
    def hash(self) -> str:
        said = [
            self.number, self.at, self.by, self.account, self.action, self.about, self.outcome, self.details,
            self.previous,
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was read back, with the hash that stands beside it."""

    link: Link
    hash: str


@dataclass(frozen=True, slots=True)
class Breach:
    """Where the chain is broken, and how."""

    number: int
    how: Broken

    @property
    def message(self) -> Message:
        zh, en = SAID[self.how]
        return Message(zh.format(self.number), en.format(self.number))


SAID: Mapping[Broken, tuple[str, str]] = {
    "changed": ("第 {} 条被改过：内容与校验值不符。", "Entry {} was changed: its contents don't match its hash."),
    "missing": ("第 {} 条不见了。", "Entry {} is missing."),
    "reordered": (
        "第 {} 条不在原来的位置：它接的不是前一条。",
        "Entry {} is not where it was: it follows another one.",
    ),
}


def breaches(entries: Iterable[Kept], head: tuple[int, str]) -> Iterator[Breach]:
    """Every place at which the log in order of number is not what was written; `head` is the last number and hash."""
    number, previous = 0, BEGINNING
    for entry in entries:
        link = entry.link
        yield from (Breach(missing, "missing") for missing in range(number + 1, link.number))
        follows = link.number == number + 1
        if link.hash != entry.hash:
            yield Breach(link.number, "changed")
        elif follows and link.previous != previous:
            yield Breach(link.number, "reordered")
        number, previous = link.number, entry.hash
    yield from (Breach(missing, "missing") for missing in range(number + 1, head[0] + 1))
    if number == head[0] and previous != head[1]:
        yield Breach(number, "changed")
