"""The law of versions: how an object's history changes. Pure; dates and contents in, histories out.

A history is what is known now: versions in order of time, none overlapping. A change names the days it is about; it
reaches every version that holds on them, planned ones included, and leaves the rest untouched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

Content: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Version:
    """What an object is on `valid_from` ≤ day < `valid_to`. `stored` is its row while it stands unchanged.

    `number` and `made_in` belong to the content: a version that is cut keeps them, and with them its author.
    """

    valid_from: date
    valid_to: date
    content: Content
    stored: int | None = None
    number: int | None = None
    made_in: int | None = None


History: TypeAlias = tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A later version that keeps its own value, because somebody planned another one."""

    field: str
    valid_from: date
    value: object


@dataclass(frozen=True, slots=True)
class Change:
    """From `start` until `end`: fields from `old` to `new`."""

    start: date
    end: date
    old: Content
    new: Content


class NotInForce(Exception):
    """Nothing holds on the first day of the change."""


class AlreadyExists(Exception):
    """Something already holds on the days of a creation."""


class StaleValue(Exception):
    """On the first day a field no longer has the value that the change was made on."""

    def __init__(self, field: str, expected: object, found: object) -> None:
        super().__init__(field)
        self.field, self.expected, self.found = field, expected, found


def create(history: History, start: date, end: date, content: Content) -> History:
    if any(overlaps(version, start, end) for version in history):
        raise AlreadyExists
    versions = sorted((*history, Version(start, end, content)), key=lambda version: version.valid_from)
    return tuple(joined(versions))


def amend(history: History, change: Change) -> tuple[History, list[Kept]]:
    """The history with the change in every version that holds in its days; what later versions keep is told."""
    check_first_day(history, change)
    kept: list[Kept] = []

    def amended(version: Version) -> Content:
        if version.valid_from > change.start:
            kept.extend(keeps(version, change))
        return {**version.content, **taken(version.content, change)}

    return rewrite(history, change.start, change.end, amended), kept


def cancel(history: History, start: date, end: date) -> History:
    """Nothing holds from `start` until `end`."""
    if holding(history, start) is None:
        raise NotInForce
    return rewrite(history, start, end, lambda _: None)


def check_first_day(history: History, change: Change) -> None:
    first = holding(history, change.start)
    if first is None:
        raise NotInForce
    for field, expected in change.old.items():
        found = first.content.get(field)
        if found not in (expected, change.new[field]):
            raise StaleValue(field, expected, found)


def taken(content: Content, change: Change) -> dict[str, object]:
    """The new values a version takes: those whose field still has the old value."""
    return {field: change.new[field] for field in change.new if content.get(field) == change.old[field]}


def keeps(version: Version, change: Change) -> list[Kept]:
    values = {field: version.content.get(field) for field in change.new}
    return [
        Kept(field, version.valid_from, value)
        for field, value in values.items()
        if value not in (change.old[field], change.new[field])
    ]


def rewrite(history: History, start: date, end: date, becomes: Callable[[Version], Content | None]) -> History:
    """Split the versions at the edges and rewrite what lies between; a version that stays the same stays whole."""
    versions: list[Version] = []
    for version in history:
        if not overlaps(version, start, end):
            versions.append(version)
            continue
        content = becomes(version)
        if content == version.content:
            versions.append(version)
        else:
            versions.extend(split(version, start, end, content))
    return tuple(joined(versions))


def joined(versions: Iterable[Version]) -> Iterator[Version]:
    """Versions that follow each other and say the same are one, if either is new: the first, with its number."""
    last: Version | None = None
    for version in versions:
        if last is not None and _continues(last, version):
            last = replace(last, valid_to=version.valid_to, stored=None)
            continue
        if last is not None:
            yield last
        last = version
    if last is not None:
        yield last


def _continues(last: Version, version: Version) -> bool:
    follows = last.valid_to == version.valid_from and None in (last.stored, version.stored)
    return follows and last.content == version.content


def split(version: Version, start: date, end: date, content: Content | None) -> Sequence[Version]:
    rest = replace(version, stored=None)
    inner_from, inner_to = max(version.valid_from, start), min(version.valid_to, end)
    parts = [replace(rest, valid_to=inner_from)]
    if content is not None:
        parts.append(Version(inner_from, inner_to, content))
    parts.append(replace(rest, valid_from=inner_to))
    return [part for part in parts if part.valid_from < part.valid_to]


def overlaps(version: Version, start: date, end: date) -> bool:
    return version.valid_from < end and version.valid_to > start


def holding(history: History, day: date) -> Version | None:
    return next((version for version in history if version.valid_from <= day < version.valid_to), None)
