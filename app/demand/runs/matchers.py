"""The matchers of a process: over which items, with which method; built from the catalogue, kept while asked for."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from app.catalogue.divisions import NATION
from app.catalogue.moments import latest_revision, resolve
from app.db import Database
from app.demand.matching.matcher import Matcher
from app.demand.matching.semantic import StoredEncoder
from app.demand.runs.entries import Scope, count_entries, count_redactions, entries_of
from app.demand.runs.indexes import Indexes, Make
from app.demand.runs.methods import Method, method_now
from app.demand.runs.rules import NothingToMatch, building_vectors
from app.demand.runs.vectors import ItemVectors
from app.errors import AppError, Message
from app.settings import Settings

MOST_PREPARED: Final = 20_000
"""Items of a catalogue whose index is made before anybody asks: in about a second."""


def build(
    database: Database, settings: Settings, scope: Scope, method: Method, beat: Callable[[], None] = lambda: None
) -> Matcher:
    """Raises NothingToMatch where there is no item, TooManyItems where there are more than memory is meant for.

    While a model reads the items, `beat` is called again and again; what it raises stops that.
    """
    with database.read() as connection:
        entries, newest = entries_of(connection, scope, settings.max_indexed_items), latest_revision(connection)
    if not entries:
        raise nothing(scope)
    model = method.encoder
    encoder = model and StoredEncoder(model, ItemVectors(database, model.model, newest, beat))
    return Matcher(entries, method.thesaurus, method.known.weights, encoder)


def nothing(scope: Scope) -> NothingToMatch:
    place = f"区划 {scope.within} " if scope.within != NATION else "目录里"
    zh = f"{place}在 {scope.as_of} 没有在用的事项（按第 {scope.revision} 版所知），无从比对；这不等于诉求没有对应事项。"
    en = f"No item of {scope.within} is in use on {scope.as_of} as known at revision {scope.revision}."
    return NothingToMatch(Message(zh, en))


class Matchers:
    """What answers of this process are made with. Who asks for words alone doesn't wait until a model has read the items."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        self.by_words = Indexes(settings.max_indexed_items)
        self.by_meaning = Indexes(settings.max_indexed_items // 2, busy=building_vectors)
        self._redactions = 0

    def get(self, scope: Scope, method: Method) -> Matcher:
        """Raises IndexBuilding where it would take long, NothingToMatch, TooManyItems."""
        with self.database.glance() as connection:
            redactions = self._forget_redacted(connection)
        return self._of(method).get((scope, method.key, redactions), self._building(scope, method))

    def prepare(self, now: datetime) -> Scope | None:
        """Have the index made that is asked for most: of everything, today, as known now. None where it is too large."""
        with self.database.read() as connection:
            scope = Scope.of(resolve(connection, now), NATION)
            method = method_now(connection, self.settings, semantic=None)
            if not 0 < count_entries(connection, scope) <= MOST_PREPARED:
                return None
            redactions = self._forget_redacted(connection)
        self._of(method).prepare((scope, method.key, redactions), self._building(scope, method))
        return scope

    def prepare_if_possible(self, now: datetime) -> None:
        """What is wrong with the thesaurus is told to whoever asks."""
        with suppress(AppError):
            self.prepare(now)

    def close(self) -> None:
        self.by_words.close()
        self.by_meaning.close()

    def _forget_redacted(self, connection: Connection) -> int:
        """How many redactions there are by now, of this process or another; after one more no index is left with the words."""
        if (redactions := count_redactions(connection)) != self._redactions:
            self._redactions = redactions
            self.by_words.clear()
            self.by_meaning.clear()
        return redactions

    def _building(self, scope: Scope, method: Method) -> Make:
        return partial(build, self.database, self.settings, scope, method)

    def _of(self, method: Method) -> Indexes:
        return self.by_meaning if method.encoder else self.by_words
