"""Texts that a spreadsheet would take for a formula: one apostrophe stands in front of them in csv and xlsx files.

A text that begins with apostrophes and then such a sign gets one more, so that taking one away always gives the text.
"""

import re
from collections.abc import Sequence

from app.files.rows import BLANK

APOSTROPHE = "'"
SIGNS = "=+-@\t\r"
RISKY = re.compile(f"{APOSTROPHE}*[{re.escape(SIGNS)}]")
COVERED = re.compile(f"{APOSTROPHE}+[{re.escape(SIGNS)}]")
FIRST = (*SIGNS, APOSTROPHE)
EDGE = "\0"


def covered(text: str) -> str:
    """The text as it may stand in a cell."""
    return APOSTROPHE + text if RISKY.match(text) else text


def uncovered(text: str) -> str:
    """The text that a cell stands for."""
    return text[1:] if COVERED.match(text) else text


def covered_cells(cells: Sequence[object]) -> Sequence[object]:
    """The cells of a column; what is no text stays as it is. Most columns hold no such text, which is seen at once."""
    whole = EDGE + EDGE.join([cell for cell in cells if isinstance(cell, str)])
    if not any(sign in whole and EDGE + sign in whole for sign in FIRST):
        return cells
    return [covered(cell) if isinstance(cell, str) else cell for cell in cells]


def read_text(cell: str) -> str | None:
    """The text of a cell, trimmed; None where it is blank."""
    text = cell.strip(BLANK)
    return (uncovered(text) if text[:1] == APOSTROPHE else text) or None
