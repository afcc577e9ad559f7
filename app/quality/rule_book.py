"""The rules that are shipped: rules.toml, checked in full when it is first read."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column
from sqlalchemy.sql.visitors import iterate

from app.catalogue.derived import SOURCES
from app.catalogue.objects import ITEM
from app.catalogue.properties import item_filters
from app.errors import Message
from app.quality.rules import SEVERITIES, Rule

TEXTS = ("name", "message", "remedy")


@cache
def shipped() -> Mapping[str, Rule]:
    """The shipped rules by key, in order. Raises ValueError or FilterError where one makes no sense."""
    document = tomllib.loads(files("app.quality").joinpath("rules.toml").read_text(encoding="utf-8"))
    found: dict[str, Rule] = {}
    for rule in map(_rule, document["rule"]):
        if rule.key in found:
            raise ValueError(f"two rules are called {rule.key}")
        found[rule.key] = rule
    return MappingProxyType(found)


def _rule(entry: dict[str, Any]) -> Rule:
    text = " ".join(entry["filter"].split())
    elements = tuple(entry["elements"]) if "elements" in entry else elements_of(text)
    if entry["severity"] not in SEVERITIES or not set(elements) <= ITEM.given.keys():
        raise ValueError(f"{entry['key']}: severity {entry['severity']}, elements {elements}")
    item_filters().condition(text)
    return Rule(**entry | {name: Message(**entry[name]) for name in TEXTS} | {"filter": text, "elements": elements})


def elements_of(filter_text: str) -> tuple[str, ...]:
    """The elements that a filter looks at, in order; a derived one stands for those that it is computed from.

    Raises FilterError.
    """
    parts = iterate(item_filters().condition(filter_text))
    named = [part.name for part in parts if isinstance(part, Column) and part.table is ITEM.table]
    given = [source for name in named for source in SOURCES.get(name, (name,))]
    return tuple(dict.fromkeys(name for name in given if name in ITEM.given))
