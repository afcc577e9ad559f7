"""What is on which sheet of a workbook of items, for whoever writes it and whoever reads it back."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from app.catalogue.element import Element, elements_of
from app.catalogue.objects import ITEM

MAIN: Final = "事项"
HELP: Final = "填表说明"
CODES: Final = "代码表"
STAMP: Final = "_版本"
FORMAT: Final = "1"

# A row of a list is an entry of an item: these columns say of which one, and where it stood in the list. What an import
# reads of the name is nothing: it is there for whoever looks at the sheet.
CODE, DIVISION, NAME, PLACE, REMOVE = "事项编码", "行政区划代码", "事项名称", "序号", "删除"
KEYS: Final = (CODE, DIVISION, NAME, PLACE)

Kind = Literal["items", "template"]


def lists() -> Mapping[str, Element]:
    """The elements with a sheet of their own, by the name of the sheet."""
    return {element.label: element for element in ITEM.given.values() if element.kind == "list"}


@cache
def entry_elements(element: Element) -> Sequence[Element]:
    """What an entry of a list says: a column each."""
    return tuple(elements_of(element.model)) if element.model else ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook was written from: what a cell then was is read from the catalogue at this moment."""

    kind: Kind
    revision: int
    as_of: date


class Digest:
    """Over the rows of the hidden sheet, in order: whoever edits it by hand is found out."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, row: Iterable[object]) -> None:
        self._hash.update(("\t".join(map(str, row)) + "\n").encode())

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def stamp_rows(stamp: Stamp, items: Iterable[Sequence[object]]) -> Iterator[Sequence[str]]:
    """The hidden sheet: what it is of, a row (code, division, id, version) for each item, and the digest last.

    All cells are text.
    """
    digest = Digest()
    head = (("shixiang", FORMAT), ("kind", stamp.kind), ("revision", stamp.revision), ("as_of", stamp.as_of))
    for row in (*head, ("code", "division_code", "id", "version"), *items):
        written = tuple(map(str, row))
        digest.add(written)
        yield written
    yield "digest", digest.hexdigest()
