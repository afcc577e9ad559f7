"""The hidden sheet of an exported workbook: from what it was written, so that only what was edited is a change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, NamedTuple, cast

from app.catalogue.workbook.layout import FORMAT, STAMP, Digest, Kind, Stamp
from app.files.cleaning import shown
from app.files.errors import BadFile
from app.files.workbooks import Sheets, read_sheet
from app.imports.candidates import Key, key


class StampEdited(BadFile):
    """A hidden sheet that is not as it was written: what was edited since the export can't be told."""

    rule: ClassVar[str] = "version-sheet-edited"


class ForeignWorkbook(BadFile):
    """What the hidden sheet tells of was never so in this catalogue."""

    rule: ClassVar[str] = "foreign-workbook"


class Stamped(NamedTuple):
    """From what a workbook was written, and which items it then held."""

    stamp: Stamp
    ids: Mapping[Key, int]

    def has(self, code: str, division: str | None, number: int) -> bool:
        """Whether the workbook was written with the item. Raises ForeignWorkbook where it had another under the code."""
        written = self.ids.get(key(code, division))
        if written not in (None, number):
            raise foreign(f"编码 {code} 那时在本目录里是另一个事项", f"item {code} was another here then")
        return written is not None


def read_stamp(sheets: Sheets) -> Stamped | None:
    """None for a workbook that was not exported from here, or lost the sheet. Raises StampEdited."""
    if STAMP not in sheets:
        return None
    sheet = sheets.load(STAMP)
    rows = [_texts(cells) for _, cells in read_sheet(sheet)] if sheet else []
    try:
        return _read(rows)
    except (LookupError, ValueError) as error:
        raise StampEdited(
            f"隐藏的工作表“{STAMP}”被改动过，不知道文件里哪些是导出之后改的。什么都没有写入。"
            "请重新导出一份，把改动填进去再上传。",
            f"The hidden sheet {STAMP!r} was edited, so what was changed since the export can't be told. Export it again.",
        ) from error


def foreign(zh: str, en: str) -> ForeignWorkbook:
    return ForeignWorkbook(
        f"这个工作簿不是从本目录导出的：{zh}。请从本目录重新导出。",
        f"The workbook was not exported from this catalogue: {en}. Export it from here.",
    )


def _texts(cells: Sequence[object]) -> list[str]:
    texts = [shown(cell) or "" for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _read(rows: Sequence[Sequence[str]]) -> Stamped:
    *told, last = rows
    digest = Digest()
    for row in told:
        digest.add(row)
    if list(last) != ["digest", digest.hexdigest()] or list(told[0]) != ["shixiang", FORMAT]:
        raise ValueError
    head = {row[0]: row[1] for row in told[1:4]}
    stamp = Stamp(cast("Kind", head["kind"]), int(head["revision"]), date.fromisoformat(head["as_of"]))
    return Stamped(stamp, dict(_items(told[5:])))


def _items(rows: Sequence[Sequence[str]]) -> Iterator[tuple[Key, int]]:
    for code, division, number, _ in rows:
        yield key(code, division), int(number)
