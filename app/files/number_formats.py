"""How the cells of a workbook show their numbers, as far as that makes them mean something else: in per cent."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.files.archives import each_element, has_part, part_named

STYLES: Final = "xl/styles.xml"
# Excel's own formats 0% and 0.00% (ECMA-376, 18.8.30).
PERCENT: Final = frozenset({"9", "10"})
# What a format shows as it is: quoted text, or a character behind a backslash.
SHOWN_AS_IT_IS = re.compile(r'"[^"]*"|\\.')


class _Styles:
    def __init__(self) -> None:
        self.percent = set(PERCENT)
        self.found = set[int]()
        self._cells, self._is_of_cells = 0, False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt" and "%" in SHOWN_AS_IT_IS.sub("", attributes.get("formatCode", "")):
            self.percent.add(attributes.get("numFmtId", ""))
        elif name == "xf" and self._is_of_cells:
            if attributes.get("numFmtId") in self.percent:
                self.found.add(self._cells)
            self._cells += 1
        elif name in ("cellXfs", "cellStyles", "cellStyleXfs", "dxfs"):
            self._is_of_cells = name == "cellXfs"


def percent_styles(path: Path) -> frozenset[int]:
    """The styles of cells (their `s`) that show 1 as 100%. Raises BrokenFile."""
    if not has_part(path, STYLES):
        return frozenset()
    styles = _Styles()
    each_element(path, part_named(path, STYLES), styles.start)
    return frozenset(styles.found)
