"""Terms of texts: single Chinese characters and their bigrams, runs of other letters and digits as a whole.

Terms are 64-bit keys, so that a hundred thousand names are cut and counted without a loop over characters: the code
point of a character, both code points of a bigram, a hash of a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Places = NDArray[np.int32]

FIRST_IDEOGRAPH = 0x2E80
POINT_BITS = 21
RUN_BIT = 62
BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of several texts, in no particular order: key, which text, and from where on and how wide in it."""

    keys: Keys
    texts: Places
    starts: Places
    widths: Places


def terms_of(texts: Sequence[str]) -> Terms:
    """All terms of texts that are normalised already."""
    joined = BREAK.join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    is_letter = _letters(points)
    is_ideograph = is_letter & (points >= FIRST_IDEOGRAPH)
    singles = np.flatnonzero(is_ideograph)
    pairs = singles[:-1][np.diff(singles) == 1]
    runs, run_ends = _runs(is_letter & ~is_ideograph)
    keys = np.concatenate(
        (points[singles], (points[pairs] << POINT_BITS) | points[pairs + 1], _hashes(joined, runs, run_ends))
    )
    at = np.concatenate((singles, pairs, runs))
    widths = np.concatenate((np.ones_like(singles), np.full_like(pairs, 2), run_ends - runs))
    lengths = np.fromiter((len(text) + len(BREAK) for text in texts), np.int64, len(texts))
    whose = np.repeat(np.arange(len(texts)), lengths)[at]
    starts = at - (np.cumsum(lengths) - lengths)[whose]
    return Terms(keys, whose.astype(np.int32), starts.astype(np.int32), widths.astype(np.int32))


def distinct(values: NDArray[np.signedinteger]) -> Keys:
    """Each value once, sorted; of millions faster than by hashing."""
    ordered = np.sort(values).astype(np.int64, copy=False)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _letters(points: Keys) -> NDArray[np.bool_]:
    """Which code points are letters or digits: each is asked of once."""
    known, where = np.unique(points, return_inverse=True)
    return np.fromiter((chr(point).isalnum() for point in known), np.bool_, len(known))[where]


def _runs(inside: NDArray[np.bool_]) -> tuple[Keys, Keys]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    return edges[::2], edges[1::2]


def _hashes(joined: str, starts: Keys, ends: Keys) -> Keys:
    pieces = (joined[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    return np.fromiter(map(run_key, pieces), np.int64, len(starts))


def run_key(run: str) -> int:
    return int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 2 | 1 << RUN_BIT
