"""Elements as cells of a spreadsheet: what is written (labels, 是 and 否, JSON for lists) is read back as it was."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from app.catalogue.code_lists import labels
from app.catalogue.element import Element
from app.catalogue.values import NONE, Read, reader
from app.errors import Message
from app.files.cleaning import as_code
from app.files.problems import CellProblem

Write: TypeAlias = Callable[[Any], Any]
FLAGS = {None: None, True: "是", False: "否"}  # SQLite's 1 and 0 are equal to them.
REMEMBERED = 4096


def cell_reader(element: Element) -> Read:
    """How the element reads a cell of a file. Raises CellProblem with what to do."""
    read = reader(element)
    if element.kind == "list":
        return lambda cell: read(_listed(element, cell))
    if element.multi_valued:
        return lambda cell: read(_perhaps_listed(cell))
    # A spreadsheet spoils every long code it takes for a number, not only those with a pattern of their own.
    if element.kind == "text" and element.name.endswith("_code"):
        return lambda cell: read(as_code(cell))
    return read


def _listed(element: Element, cell: object) -> object:
    """In a sheet a list stands as JSON, unless a mapping splits the cell."""
    if not isinstance(cell, str):
        return cell
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        message = Message(
            f"{element.label}是一个列表：请写成 JSON，或在映射里用 [lists.{element.name}] 说明怎样把一格拆开。",
            f"{element.name} is a list: write JSON, or say in a mapping, under [lists.{element.name}], how to split it.",
        )
        raise CellProblem("not-a-list", message) from None


def _perhaps_listed(cell: object) -> object:
    """Several values may stand as a JSON list too: `[]` is none, and a value may hold what else would separate two."""
    if not (isinstance(cell, str) and cell.startswith("[")):
        return cell
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell


def cell_writer(element: Element) -> Write | None:
    """How a value of the element, as the database keeps it, is written; None where it is written as it is."""
    match element.kind:
        case "flag":
            return FLAGS.__getitem__
        case "date":
            return _day
        case "code":
            return _Labels(element).__getitem__
        case "codes":
            return lru_cache(REMEMBERED)(_several(element, "、", _codes) if element.codes else _told)
        case "texts":
            return lru_cache(REMEMBERED)(_several(element, "；", orjson.loads))
    return None


def entry_writer(element: Element) -> Write | None:
    """As `cell_writer`, for a value of an entry of a list, which is kept as JSON."""
    match element.kind:
        case "codes":
            return _several(element, "、", list)
        case "texts":
            return _several(element, "；", list)
    return cell_writer(element)


def _day(kept: object) -> str | None:
    return None if kept is None else str(kept)


class _Labels(dict[str | None, str | None]):
    """The names of codes, where a name is read back as its code; otherwise the code stands for itself."""

    def __init__(self, element: Element) -> None:
        read, named = cell_reader(element), labels(element.codes or "").items()
        super().__init__((code, name) for code, name in named if _reads(read, name) in (code, (code,)))
        self[None] = None

    def __missing__(self, code: str | None) -> str | None:
        return code


def _several(element: Element, separator: str, kept: Callable[[Any], list[str]]) -> Write:
    names = _Labels(element) if element.codes else {}
    read = cell_reader(element)

    def write(stored: Any) -> str | None:
        if stored is None:
            return None
        values = kept(stored)
        plain = separator.join(str(names.get(value, value)) for value in values) or NONE
        back = _reads(read, plain)
        same = isinstance(back, list | tuple) and list(back) == values
        return plain if same else orjson.dumps(values).decode()

    return write


def _told(stored: str | None) -> str | None:
    """Codes of the catalogue's own, which no file gives."""
    return None if stored is None else "、".join(_codes(stored)) or NONE


def _codes(stored: str) -> list[str]:
    """Of `,5,6,`."""
    return [code for code in stored.split(",") if code]


def _reads(read: Read, cell: str) -> object:
    try:
        return read(cell)
    except CellProblem:
        return None
