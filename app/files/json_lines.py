"""Rows of an ndjson file: one JSON object a line; the headers are all keys in order of appearance."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from app.files.errors import BrokenFile, NotWhatItsNameSays, TooManyColumns
from app.files.rows import BLANK, MISSING, Limits


def keys_of(path: Path, encoding: str, limits: Limits) -> tuple[str, ...]:
    """Every key of the file; it is read once for this, and once more for the rows."""
    keys: dict[str, None] = {}
    for number, line in _objects(path, encoding):
        if not line.keys() <= keys.keys():
            keys |= dict.fromkeys(line)
        if len(keys) > limits.columns:
            raise TooManyColumns(
                f"到第 {number} 行已有 {len(keys)} 个不同的键，最多 {limits.columns} 个",
                f"{len(keys)} different keys by line {number}, the limit is {limits.columns}",
                row=number,
            )
    return tuple(keys)


def read_lines(path: Path, encoding: str, keys: tuple[str, ...]) -> Iterator[tuple[int, list[object]]]:
    """Each object as cells in the order of `keys`, under its line number."""
    for number, line in _objects(path, encoding):
        yield (
            number,
            [
                (cell.strip(BLANK) or None) if cell.__class__ is str else cell
                for cell in (line.get(key, MISSING) for key in keys)
            ],
        )


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding=encoding, newline="\n") as lines:
        for number, text in enumerate(lines, 1):
            if stripped := text.strip(BLANK):
                yield number, _object(stripped, number)


def _object(text: str, number: int) -> dict[str, object]:
    if text.startswith("["):
        raise NotWhatItsNameSays(
            f"第 {number} 行是 JSON 数组；ndjson 要求每行一个对象 {{…}}，行与行之间没有逗号",
            f"line {number} is a JSON array; ndjson has one object {{…}} a line, without commas between the lines",
            row=number,
        )
    try:
        line = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _not_json(number, text, f"（{error.msg}，第 {error.colno} 个字符）") from error
    if not isinstance(line, dict):
        raise _not_json(number, text, "")
    return line


def _not_json(number: int, text: str, why: str) -> BrokenFile:
    return BrokenFile(
        f"第 {number} 行不是完整的 JSON 对象{why}；ndjson 要求每行一个对象",
        f"line {number} is not a whole JSON object; ndjson has one object a line",
        row=number,
        value=text[:80],
    )
