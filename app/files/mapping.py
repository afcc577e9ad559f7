"""How a file's columns become fields when its headers are not ours: a TOML mapping.

    [columns]                    # header in the file = field; "" or false: not a field of its own
    "审批事项名称" = "name"
    "area_name" = false

    [first_filled]               # field = several headers; the first filled cell counts
    code = ["task_handle_item", "task_code"]

    [constants]                  # field = the same value for every row
    division_code = "440000"

    [split]                      # field = separator, or several, of a cell with many values
    service_objects = "|"

    [values.service_objects]     # value as written = value meant ("" = not stated)
    "其他组织" = "9"

    [lists.materials]            # a cell of names becomes a list of objects: [{name: …}, …]
    split = "|"
    field = "name"

Headers are compared as `headers.folded` has it, values without case, width and blanks. A header may feed several fields. Headers the file lacks are no error,
so that one mapping serves several files; a field none of whose columns is there stays as it is.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.errors import Fault, Message
from app.files.cleaning import as_compared
from app.files.errors import BadMapping
from app.files.headers import folded, nearest

SECTIONS = ("columns", "first_filled", "constants", "split", "values", "lists")
TOML_PLACE = re.compile(r"^(.*) \(at line (\d+), column (\d+)\)$")
Scalar = str | int | float | bool
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListShape:
    """A cell of several names becomes a list of objects with one field."""

    separators: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a mapping says; headers are folded, an ignored column has the field None."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    first_filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    lists: Mapping[str, ListShape] = field(default_factory=dict)

    def fields(self) -> dict[str, str]:
        """Every field it names → the section that names it."""
        named = {name: "columns" for name in self.columns.values() if name}
        for section in SECTIONS[1:]:
            named |= dict.fromkeys(getattr(self, section), section)
        return named


def read_mapping(text: str) -> ColumnMapping:
    """Raises BadMapping with the line of broken TOML, or the place of a value of the wrong shape."""
    return mapping_of(read_toml(text))


def read_toml(text: str) -> dict[str, Any]:
    """Raises BadMapping with the line where it is no TOML."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error)) from error


def mapping_of(document: Mapping[str, Any]) -> ColumnMapping:
    """Raises BadMapping with the place of what is unknown or of the wrong shape."""
    for section, content in document.items():
        if section not in SECTIONS:
            raise _unknown_section(section)
        if not isinstance(content, dict):
            raise _wrong(section, "应是一张表", "should be a table")
    mapping = ColumnMapping(
        columns=_section(document, "columns", _column),
        first_filled=_section(document, "first_filled", _headers),
        constants=_section(document, "constants", _constant),
        split=_section(document, "split", _texts),
        values=_section(document, "values", _values),
        lists=_section(document, "lists", _list_shape),
    )
    _refuse_double(mapping)
    return mapping


def _section(document: Mapping[str, Mapping[str, object]], name: str, read: Callable[[str, object], T]) -> dict[str, T]:
    entries = document.get(name, {}).items()
    key = folded if name == "columns" else str
    return {key(entry): read(f"{name}.{entry}", value) for entry, value in entries}


def _column(place: str, value: object) -> str | None:
    if value is False or value == "":
        return None
    if isinstance(value, str):
        return value
    raise _wrong(place, "应是字段名，或用 false 表示忽略", "should be a field name, or false to ignore the column")


def _headers(place: str, value: object) -> tuple[str, ...]:
    return tuple(map(folded, _texts(place, value)))


def _constant(place: str, value: object) -> object:
    if isinstance(value, dict):
        raise _wrong(place, "应是一个值，不是一张表", "should be a value, not a table")
    return value


def _texts(place: str, value: object) -> tuple[str, ...]:
    """One text or a list of them, none empty."""
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and texts and all(isinstance(text, str) and text for text in texts):
        return tuple(texts)
    raise _wrong(place, "应是文字或一组文字，不能为空", "should be a text or a list of texts, none empty")


def _values(place: str, value: object) -> dict[str, Scalar]:
    if not isinstance(value, dict) or not all(isinstance(meant, str | int | float | bool) for meant in value.values()):
        raise _wrong(place, "应是“写法 = 含义”的表", "should be a table 'as written = meant'")
    return {as_compared(written): meant for written, meant in value.items()}


def _list_shape(place: str, value: object) -> ListShape:
    if not isinstance(value, dict) or set(value) != {"split", "field"} or not isinstance(value["field"], str):
        raise _wrong(place, "应写明 split（分隔符）和 field（字段）", "should say split (the separator) and field")
    return ListShape(_texts(f"{place}.split", value["split"]), value["field"])


def _refuse_double(mapping: ColumnMapping) -> None:
    """A field is filled in one way only."""
    named = {name for name in mapping.columns.values() if name}
    pairs = (
        ("first_filled", "columns", mapping.first_filled.keys() & named),
        ("constants", "columns", mapping.constants.keys() & named),
        ("constants", "first_filled", mapping.constants.keys() & mapping.first_filled.keys()),
        ("lists", "split", mapping.lists.keys() & mapping.split.keys()),
    )
    for first, second, both in pairs:
        for name in sorted(both):
            raise _wrong(
                f"{first}.{name}", f"与 [{second}] 里的 {name} 重复，只留一处", f"is in [{second}] too; keep one"
            )


def _wrong(place: str, zh: str, en: str) -> BadMapping:
    return BadMapping(f"映射文件里的 {place} {zh}", f"{place} in the mapping {en}", value=place)


def _not_toml(why: str) -> BadMapping:
    found = TOML_PLACE.match(why)
    if not found:
        return BadMapping(f"映射文件不是合法的 TOML：{why}", f"the mapping is not TOML: {why}")
    reason, line, column = found.groups()
    return BadMapping(
        f"映射文件第 {line} 行第 {column} 个字符处不是合法的 TOML（{reason}）；列名和文字都要放在双引号里",
        f"the mapping is not TOML at line {line}, character {column}: {reason}",
    )


def _unknown_section(section: str) -> BadMapping:
    near = nearest(section, SECTIONS)
    detail = Message(
        f"映射文件里没有 [{section}] 这一节；只有 {'、'.join(SECTIONS)}",
        f"the mapping knows no [{section}], only {', '.join(SECTIONS)}",
    )
    return BadMapping(*detail, faults=[Fault(detail=detail, value=section, rule=BadMapping.rule, suggestion=near)])
