"""Contents that are not in the catalogue, judged by the same rules: a table of versions in memory that they stand in."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import TracebackType
from typing import Self

import orjson
from sqlalchemy import Column, Select, create_engine, delete, insert
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.visitors import iterate

from app.catalogue.derived import derived
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_DAY, OPEN_REVISION
from app.catalogue.properties import item_filters
from app.engines import json_text
from app.quality.queries import broken_by
from app.quality.rules import Rule

NOW = Moment(date(2000, 1, 1), None, 1, 1)
VERSION = {"version": 1, "valid_from": NOW.as_of, "valid_to": OPEN_DAY, "made_in": 1, "recorded_in": 1}


class Scratch:
    """Judges contents by those rules that look at nothing but the item itself. To be used in one thread, and closed."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rule for rule in rules if is_of_content(rule.filter))
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, json_serializer=json_text, json_deserializer=orjson.loads
        )
        self._connection = engine.connect()
        self._connection.exec_driver_sql("PRAGMA case_sensitive_like = on")
        self._connection.execute(CreateTable(ITEM.table))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._connection.close()
        self._connection.engine.dispose()

    def broken_by(self, contents: Sequence[Mapping[str, object]]) -> list[frozenset[str]]:
        """The keys of the rules that each content breaks."""
        if not contents or not self.rules:
            return [frozenset()] * len(contents)
        self._connection.execute(delete(ITEM.table))
        self._connection.execute(insert(ITEM.table), [_version(*each) for each in enumerate(contents)])
        found = broken_by(self._connection, self.rules, NOW, range(len(contents)))
        return [found.get(number, frozenset()) for number in range(len(contents))]


def _version(number: int, content: Mapping[str, object]) -> dict[str, object]:
    whole = {name: content.get(name) for name in ITEM.given}
    return {**whole, **derived(whole), **VERSION, "id": number, "superseded_in": OPEN_REVISION}


@cache
def is_of_content(filter_text: str) -> bool:
    """Whether a filter asks for nothing beside the item: no other item, no confirmation, no day."""
    parts = list(iterate(item_filters().condition(filter_text)))
    columns = (part.table is ITEM.table for part in parts if isinstance(part, Column))
    return all(columns) and not any(isinstance(part, Select) for part in parts)
