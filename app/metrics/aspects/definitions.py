"""The groups of metrics that are shipped: aspects.toml, checked in full when it is first read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.metrics.definitions import by_key, metrics, not_computable

OF_ITS_OWN = ("name_zh", "name_en", "reason", "waits_for")


@dataclass(frozen=True, kw_only=True)
class Level:
    """What an evaluation calls a total score from `at_least` up to, not including, `below`."""

    name_zh: str
    at_least: int
    below: int | None = None
    standing: str


@dataclass(frozen=True, kw_only=True)
class Framework:
    """An evaluation, or one author's choice from it: whose groups these are and how far they are verified."""

    key: str
    name_zh: str
    name_en: str
    source: str
    standing: str
    no_score: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A metric by its key; or, where there is none, the name of what is looked at, why it can't be computed, what it waits for."""

    metric: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    reason: str | None = None
    waits_for: str | None = None
    sub_indicator: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """One group of metrics: an aspect or an index of an evaluation."""

    key: str
    framework: Framework
    name_zh: str
    name_en: str
    members: tuple[Member, ...]
    direction: str | None = None

    @property
    def metrics(self) -> list[str]:
        return [each.metric for each in self.members if each.metric]


@cache
def aspects() -> Mapping[str, Aspect]:
    """The shipped groups by key, in order. Raises ValueError where one makes no sense."""
    document = tomllib.loads(files("app.metrics.aspects").joinpath("aspects.toml").read_text(encoding="utf-8"))
    return read(document)


def read(document: Mapping[str, Any]) -> Mapping[str, Aspect]:
    frameworks = by_key(_framework(entry) for entry in document["framework"])
    found = by_key(_aspect(entry, frameworks) for entry in document["group"])
    for aspect in found.values():
        check(aspect)
    return found


def _framework(entry: Mapping[str, Any]) -> Framework:
    return Framework(**{**entry, "levels": tuple(Level(**each) for each in entry["levels"])})


def _aspect(entry: Mapping[str, Any], frameworks: Mapping[str, Framework]) -> Aspect:
    if entry["framework"] not in frameworks:
        raise ValueError(f"{entry['key']}: there is no framework {entry['framework']}")
    members = tuple(Member(**each) for each in entry["members"])
    return Aspect(**{**entry, "framework": frameworks[entry["framework"]], "members": members})


def check(aspect: Aspect) -> None:
    """Every member is a metric that there is, or says of itself all that a metric would, and none is named twice."""
    known = metrics().keys() | not_computable().keys()
    for member in aspect.members:
        own = {name for name in OF_ITS_OWN if getattr(member, name) is not None}
        if own != (set() if member.metric else set(OF_ITS_OWN)):
            raise ValueError(f"{aspect.key}: a member needs `metric` or {OF_ITS_OWN}, not {member}")
        if member.metric and member.metric not in known:
            raise ValueError(f"{aspect.key}: there is no metric {member.metric}")
    names = [each.metric or each.name_zh for each in aspect.members]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"{aspect.key}: needs members, each once")
