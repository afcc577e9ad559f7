"""A demand that names several needs, cut where it names them. Offered, never done silently."""

import re
from typing import Final

from app.demand.matching.text import essence

BETWEEN: Final = re.compile(
    r"[、，,；;。.！!？?\n]+|以及|还有|还要|另外|同时|顺便|并且|(?<=[^\W\d_]{2})[和与及](?=[^\W\d_]{2})"
)
LEAST: Final = 2
"""Letters of a need."""
MOST: Final = 12


def needs_in(text: str) -> tuple[str, ...]:
    """The pieces as they were written; none where there is only one, or more than anybody asks for in one sentence."""
    pieces = [piece.strip() for piece in BETWEEN.split(text)]
    needs = tuple(dict.fromkeys(piece for piece in pieces if len(essence(piece)) >= LEAST))
    return needs if 2 <= len(needs) <= MOST else ()
