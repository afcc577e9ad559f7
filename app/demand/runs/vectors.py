"""Vectors of the texts of items, kept so that the semantic model reads each of them once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import OperationalError

from app.catalogue.reads import chunks
from app.changes.models import redaction
from app.db import Database
from app.demand.runs.models import text_vector
from app.engines import Busy


class ItemVectors:
    """The store of a model's vectors, by the keys that the matcher makes of its texts.

    `revision` is the newest when the texts were read: after a redaction nothing is written that was read before it.
    `beat` is called whenever some were made, which takes a second: it may raise to stop that.
    """

    def __init__(self, database: Database, model: str, revision: int, beat: Callable[[], None]) -> None:
        self.database, self.model, self.revision, self.beat = database, model, revision, beat

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
            if _is_redacted_since(connection, self.revision):
                return
            of_model = select(text_vector.c.text_hash).where(text_vector.c.model == self.model)
            there = set(connection.execute(of_model.where(text_vector.c.text_hash.in_(vectors))).scalars())
            rows = [
                {"text_hash": key, "model": self.model, "vector": vector}
                for key, vector in vectors.items()
                if key not in there
            ]
            if rows:
                connection.execute(insert(text_vector), rows)


def forget_vectors(connection: Connection) -> None:
    """Of all texts, since words can be guessed from a vector. Those that are needed are made again, in 14 ms each."""
    connection.execute(delete(text_vector))


def _is_redacted_since(connection: Connection, revision: int) -> bool:
    return (
        connection.execute(select(redaction.c.id).where(redaction.c.revision > revision).limit(1)).first() is not None
    )
