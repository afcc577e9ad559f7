"""The zip file around an xlsx, read with distrust: sizes are counted, not believed."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from app.files.errors import BrokenFile, EncryptedFile, FileTooLarge, NotWhatItsNameSays, UnsupportedFile
from app.files.kinds import UNSUPPORTED
from app.files.rows import Limits

CHUNK = 1 << 20
LOCAL_HEADER = 30
ENCRYPTED = 0x1
# The reader sets memory aside for as many strings as the file says it has: ten million and more is a lie.
HUGE_COUNT = re.compile(rb"""ount\s*=\s*(?:"[^"]{8}|'[^']{8})""")
MAX_PARTS = 5_000


def damaged() -> BrokenFile:
    return BrokenFile(
        "文件已损坏，打不开；请用 Excel 或 WPS 打开后另存为 .xlsx 再上传",
        "the workbook is damaged; open it in Excel or WPS and save it again as .xlsx",
    )


def check_archive(path: Path, limits: Limits) -> None:
    """Refuses what is no plain workbook, and one that unpacks to more than the limit.

    Everything is unpacked once: what an archive says about its own sizes may be a lie.
    """
    parts = _parts(path)
    _refuse_other_documents({part.filename for part in parts})
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise EncryptedFile("文件是加密的压缩包，无法读取；请去掉密码", "the archive is encrypted; remove the password")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _too_large(limits)
    unpacked, tail = 0, b""
    for part in parts:
        for chunk in unpack(path, part):
            unpacked += len(chunk)
            if unpacked > limits.unpacked_bytes:
                raise _too_large(limits)
            if HUGE_COUNT.search(tail + chunk):
                raise damaged()
            tail = chunk[-100:]


def part_named(path: Path, name: str) -> zipfile.ZipInfo:
    part = next((part for part in _parts(path) if part.filename == name), None)
    if part is None:
        raise damaged()
    return part


def has_part(path: Path, name: str) -> bool:
    return any(part.filename == name for part in _parts(path))


def _parts(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
        raise damaged() from error


def unpack(path: Path, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes that really come out of a part, in pieces of at most 1 MB."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or part.header_offset < 0:
        raise damaged()
    with path.open("rb") as file:
        file.seek(part.header_offset)
        header = file.read(LOCAL_HEADER)
        if len(header) < LOCAL_HEADER:
            raise damaged()
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        yield from _stored(file, part) if part.compress_type == zipfile.ZIP_STORED else _inflated(file, part)


def each_element(path: Path, part: zipfile.ZipInfo, start: Callable[[str, dict[str, str]], None]) -> None:
    """Calls `start` with the name (without prefix) and the attributes of every element; refuses entities."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in unpack(path, part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise damaged() from error


def sheet_parts(path: Path) -> dict[str, str]:
    """Sheet name → the part that holds it."""
    relations = _elements(path, "xl/_rels/workbook.xml.rels", "Relationship")
    targets = {relation.get("Id", ""): _absolute(relation.get("Target", "")) for relation in relations}
    return {
        sheet.get("name", ""): targets.get(_relation(sheet), "")
        for sheet in _elements(path, "xl/workbook.xml", "sheet")
    }


def _relation(sheet: dict[str, str]) -> str:
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _absolute(target: str) -> str:
    return target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"


def _elements(path: Path, part_name: str, element: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == element:
            found.append(attributes)

    each_element(path, part_named(path, part_name), start)
    return found


def _refuse_doctype(*_: object) -> None:
    raise damaged()


def _stored(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    left = part.compress_size
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


def _inflated(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    stream, left = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size
    try:
        while left > 0 and (packed := file.read(min(CHUNK, left))):
            left -= len(packed)
            while packed and not stream.eof:
                yield stream.decompress(packed, CHUNK)
                packed = stream.unconsumed_tail
    except zlib.error as error:
        raise damaged() from error


def _too_large(limits: Limits) -> FileTooLarge:
    megabytes = limits.unpacked_bytes // 2**20
    return FileTooLarge(
        f"工作簿解压后超过 {megabytes} MB；请删去多余的工作表、图片和格式，或分成几个文件",
        f"the workbook unpacks to more than {megabytes} MB; remove sheets, pictures and formats, or split it",
    )


def _refuse_other_documents(names: set[str]) -> None:
    if "xl/vbaProject.bin" in names:
        raise UnsupportedFile(*UNSUPPORTED[".xlsm"])
    if "xl/workbook.bin" in names:
        raise UnsupportedFile(*UNSUPPORTED[".xlsb"])
    if "xl/workbook.xml" not in names:
        raise NotWhatItsNameSays(
            "文件名以 .xlsx 结尾，内容却不是 Excel 工作簿；请重新导出",
            "the name ends in .xlsx, but the content is no Excel workbook; export it again",
        )
