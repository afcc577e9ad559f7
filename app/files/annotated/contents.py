"""A look at a workbook before it is loaded whole: how many cells that would be, and what would not come back."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils import range_boundaries

from app.files.archives import damaged, each_element, part_named, sheet_parts

# What is written in parts of its own.
PARTS: Mapping[str, str] = {
    "xl/media/": "图片",
    "xl/drawings/drawing": "图形或图表",
    "xl/slicers/": "切片器",
    "xl/threadedComments/": "批注的讨论",
    "xl/ctrlProps/": "表单控件",
    "xl/activeX/": "控件",
    "xl/embeddings/": "嵌入的文件",
}
# What is read row by row or not at all; every other part is read as a tree, which takes far more than its bytes.
CONTENT = (
    "xl/worksheets/",
    "xl/sharedStrings",
    "xl/media/",
    "xl/embeddings/",
    "xl/drawings/vmlDrawing",
    "xl/drawings/commentsDrawing",
)
# What newer versions of Excel write beside the sheet, by the marks they gave it.
EXTENSIONS: Mapping[str, str] = {
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}": "引用其他工作表的数据验证",
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}": "数据条等新式条件格式",
    "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}": "迷你图",
}


@dataclass(slots=True)
class Contents:
    """Cells as they would lie in memory, formulas, bytes that describe formats and the like, and what gets lost."""

    cells: int = 0
    formulas: int = 0
    described: int = 0
    lost: dict[str, None] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.cells += 1
        elif name == "f":
            self.formulas += 1
        elif name in ("mergeCell", "hyperlink"):
            self.cells += _area(attributes.get("ref", "A1"))
        elif name == "ext" and (said := EXTENSIONS.get(attributes.get("uri", "").upper())):
            self.lost[said] = None


def look_into(path: Path) -> Contents:
    """Raises BrokenFile where the workbook is none."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    described = sum(part.file_size for part in parts if not part.filename.startswith(CONTENT))
    contents = Contents(described=described, lost=dict.fromkeys(_lost([part.filename for part in parts])))
    for name in filter(None, set(sheet_parts(path).values())):
        each_element(path, part_named(path, name), contents.start)
    return contents


def _lost(names: Sequence[str]) -> Iterator[str]:
    for begins, said in PARTS.items():
        if any(name.startswith(begins) for name in names):
            yield said


def _area(reference: str) -> int:
    """A range of cells is loaded cell by cell, however empty it is."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except (ValueError, TypeError) as error:
        raise damaged() from error
    if left is None or top is None or right is None or bottom is None:
        raise damaged()
    return (right - left + 1) * (bottom - top + 1)
