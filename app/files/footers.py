"""Rows that are none of a table's: its totals, and below it who filled it in and notes."""

import re
from collections.abc import Sequence

FOOTER = re.compile(
    "合 *计|总 *计|小 *计|共 *计|共 *\\d+ *[项条]|[填制]表|填报|审[核批]|负责人|联系|备 *注|说 *明|注 *[:：]|单位"
)
TOTAL = re.compile(r"[合总小共]\s*计\s*[:：]?")


def is_footer(text: str) -> bool:
    """What stands in the place of a code."""
    return FOOTER.match(text) is not None


def total_among(cells: Sequence[object]) -> int | None:
    """The place of the cell that says that the row is a total."""
    found = (place for place, cell in enumerate(cells) if isinstance(cell, str) and TOTAL.fullmatch(cell))
    return next(found, None)
