"""When two headers mean the same column, and which known header an unknown one is nearest to."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from app.files.cleaning import as_compared

IGNORED = frozenset({"序号", "no.", "#"})
"""Columns that only number the rows of a sheet, folded."""
NOTES = (
    r"必填项?|选填项?|可选|可空|单选|多选|单位[::]?.{1,6}|工作日|个工作日|个|次|元|项|件|人|份"
    r"|required|optional"
)
NOTE_AT_END = re.compile(rf"(?:\((?:{NOTES})\)|\[(?:{NOTES})\]|【(?:{NOTES})】|\*)$")


def folded(header: str) -> str:
    """The header without case, width, blanks, a `*`, and notes such as （必填） or （工作日）.

    A note that changes the meaning, such as （自然日）, stays: a value in another unit must not slip in unnoticed.
    """
    text = as_compared(header).lstrip("*")
    while (bare := NOTE_AT_END.sub("", text)) not in (text, ""):
        text = bare
    return text


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, as it is written, or None if none is alike."""
    written = {folded(other): other for other in known}
    found = get_close_matches(folded(name), written, n=1, cutoff=0.5)
    return written[found[0]] if found else None
