"""What makes the log a chain: an entry's hash covers its contents and the hash of the entry before. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from app.errors import Message

Outcome = Literal["done", "refused"]
Broken = Literal["changed", "missing", "reordered", "added"]
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One entry. `details` holds texts, whole numbers, flags and lists of them.

    Its number is not hashed: what it follows is, so that one in another place is known for what it is.
    """

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
        said = [self.at, self.by, self.account, self.action, self.about, self.outcome, self.details, self.previous]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was read back, with the hash that stands beside it."""

    link: Link
    hash: str

    @property
    def is_whole(self) -> bool:
        """Whether it says what was hashed. What can't be hashed, since it is no text or no JSON, was not."""
        try:
            return self.link.hash == self.hash
        except TypeError:
            return False


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: how many there are, and what the next one follows."""

    number: int = 0
    hash: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Breach:
    """Where the chain is broken, and how; `last` where that goes on."""

    number: int
    how: Broken
    last: int | None = None

    @property
    def message(self) -> Message:
        zh, en = SAID[self.how]
        place = str(self.number) if self.last in (None, self.number) else f"{self.number}–{self.last}"
        return Message(zh.format(place), en.format(place))


SAID: Mapping[Broken, tuple[str, str]] = {
    "changed": ("第 {} 条被改过：内容与校验值不符。", "Entry {} was changed: its contents don't match its hash."),
    "missing": ("第 {} 条不见了。", "Entry {} is missing."),
    "reordered": (
        "第 {} 条接不上前一条：顺序被动过，或前一条被换掉。",
        "Entry {} doesn't follow the one before: it was moved, or that one was replaced.",
    ),
    "added": ("第 {} 条是另外加上的：系统记下的末条在它之前。", "Entry {} was added: the log ended before it."),
}


def breaches(entries: Iterable[Kept], head: Head) -> Iterator[Breach]:
    """Every place at which the log in order of number is not what was written up to its head."""
    number, previous = 0, BEGINNING
    for entry in entries:
        link = entry.link
        if link.number > number + 1:
            yield Breach(number + 1, "missing", link.number - 1)
        elif link.previous != previous:
            yield Breach(link.number, "reordered")
        if not entry.is_whole:
            yield Breach(link.number, "changed")
        number, previous = link.number, entry.hash
    yield from _at_the_end(Head(number, previous), head)


def _at_the_end(found: Head, head: Head) -> Iterator[Breach]:
    if found.number < head.number:
        yield Breach(found.number + 1, "missing", head.number)
    elif found.number > head.number:
        yield Breach(head.number + 1, "added", found.number)
    elif found.hash != head.hash:
        yield Breach(found.number, "changed")
