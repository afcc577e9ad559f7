"""Vectors of the texts of items, kept so that the semantic model reads each of them once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from app.catalogue.reads import chunks
from app.db import Database
from app.demand.runs.models import text_vector
from app.engines import Busy


class ItemVectors:
    """The store of a model's vectors, by the keys that the matcher makes of its texts.

    `beat` is called whenever some were made, which takes a second: it may raise to stop that.
    """

    def __init__(self, database: Database, model: str, beat: Callable[[], None]) -> None:
        self.database, self.model, self.beat = database, model, beat

    def read(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        kept = select(text_vector.c.text_hash, text_vector.c.vector).where(text_vector.c.model == self.model)
        found: dict[str, bytes] = {}
        with self.database.read() as connection:
            for chunk in chunks(keys):
                found.update(connection.execute(kept.where(text_vector.c.text_hash.in_(chunk))).all())
        return found

    def write(self, vectors: Mapping[str, bytes]) -> None:
        """Where others write for long it is left out: the texts are read by the model once more."""
        self.beat()
        with suppress(Busy, OperationalError), self.database.note() as connection:
            of_model = select(text_vector.c.text_hash).where(text_vector.c.model == self.model)
            there = set(connection.execute(of_model.where(text_vector.c.text_hash.in_(vectors))).scalars())
            rows = [
                {"text_hash": key, "model": self.model, "vector": vector}
                for key, vector in vectors.items()
                if key not in there
            ]
            if rows:
                connection.execute(insert(text_vector), rows)
