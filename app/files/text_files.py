"""Rows of a csv file: its encoding (UTF-8 or GB18030) and separator are found out, then it is streamed."""

import codecs
import csv
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from app.files.errors import BadEncoding, BrokenFile
from app.files.formulas import read_text
from app.files.rows import BLANK

CHUNK = 1 << 20
SEPARATORS = ",\t;"
# GB18030 text is by chance valid UTF-8 for this many continuation bytes about once in ten million files.
SURELY_UTF8 = 16
CSV_FLAWS = {
    "field larger": (
        "有一个单元格超过 131,072 个字符，多半是引号没有成对",
        "a cell exceeds 131,072 characters, probably an unclosed quote",
    ),
    "unexpected end of data": ("文件末尾还有没有关闭的引号", "a quote is still open at the end of the file"),
    "expected after": (
        "双引号没有成对：内容里的双引号要写成两个",
        "quotes are not paired: a quote inside a cell is written twice",
    ),
}


class Flaw(NamedTuple):
    """Where decoding failed: the line, and how many continuation bytes were in order before it."""

    line: int
    continuation_bytes: int


def encoding_of(path: Path) -> str:
    """'utf-8-sig' or 'gb18030'; BadEncoding names the line where neither holds, or where a NUL byte stands."""
    _refuse_utf16(path)
    flaw = _flaw(path, "utf-8")
    if flaw is None:
        return "utf-8-sig"
    if flaw.continuation_bytes < SURELY_UTF8 and _flaw(path, "gb18030") is None:
        return "gb18030"
    raise BadEncoding(
        f"第 {flaw.line} 行有既不是 UTF-8 也不是 GB18030 的字节，文件可能已损坏；请重新导出，编码选 UTF-8",
        f"line {flaw.line} holds bytes that are neither UTF-8 nor GB18030; export the file again as UTF-8",
        row=flaw.line,
    )


def read_csv(path: Path, encoding: str) -> Iterator[tuple[int, list[object]]]:
    """Each record with its number as a spreadsheet shows it, blank ones included."""
    number = 0
    with path.open(encoding=encoding, newline="") as lines:
        records = csv.reader(lines, delimiter=separator_of(path, encoding), strict=True)
        try:
            for number, record in enumerate(records, 1):
                yield number, [read_text(cell) for cell in record]
        except csv.Error as error:
            raise _broken(error, number + 1) from error


def separator_of(path: Path, encoding: str) -> str:
    """The separator that occurs most in the header line outside quotes; a comma if none does."""
    with path.open(encoding=encoding, newline="") as lines:
        header = next((line for line in lines if line.strip(BLANK + SEPARATORS)), "")
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=unquoted.count)


def _broken(error: csv.Error, row: int) -> BrokenFile:
    zh, en = next((words for sign, words in CSV_FLAWS.items() if sign in str(error)), ("格式不对", str(error)))
    return BrokenFile(f"第 {row} 行起读不下去：{zh}", f"from row {row} on: {en}", row=row)


def _refuse_utf16(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise BadEncoding(
                "文件是 UTF-16 编码（Excel 的“Unicode 文本”）；请另存为“CSV UTF-8”或 xlsx",
                "the file is UTF-16 (Excel's 'Unicode text'); save it as 'CSV UTF-8' or xlsx",
            )


def _flaw(path: Path, encoding: str) -> Flaw | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, continuation = 1, 0
    with path.open("rb") as file:
        for chunk in iter(partial(file.read, CHUNK), b""):
            _refuse_nul(chunk, lines)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return _flaw_at(error, lines, continuation)
            lines += chunk.count(b"\n")
            continuation += len(chunk) - len(text)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return _flaw_at(error, lines, continuation)
    return None


def _flaw_at(error: UnicodeDecodeError, lines: int, continuation: int) -> Flaw:
    sound = error.object[: error.start]
    return Flaw(lines + sound.count(b"\n"), continuation + len(sound) - len(sound.decode(error.encoding)))


def _refuse_nul(chunk: bytes, lines: int) -> None:
    place = chunk.find(b"\0")
    if place >= 0:
        line = lines + chunk.count(b"\n", 0, place)
        raise BadEncoding(
            f"第 {line} 行有空字符（NUL），这不是正常的文本文件；请重新导出",
            f"line {line} holds a NUL character, so this is not a proper text file; export it again",
            row=line,
        )
