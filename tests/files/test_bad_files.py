"""Each file that cannot be taken, and what the clerk is told."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from app.errors import Malformed
from app.files import errors
from app.files.errors import BadFile
from app.files.rows import Limits
from app.files.tables import open_table
from tests.files.samples import WORKBOOK, sheet_of_xml, text_cell, workbook, written

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
HEADER = f'<row r="1">{text_cell("A1", "名称")}</row><row r="2">{text_cell("A2", "甲")}</row>'


def refusal(path: Path, name: str, limits: Limits | None = None) -> BadFile:
    with pytest.raises(Malformed) as caught:
        list(open_table(path, name, limits or Limits()))
    assert isinstance(caught.value, BadFile)
    assert caught.value.faults[0].rule
    assert caught.value.detail.en
    return caught.value


def zipped(**parts: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("a.csv", b"", errors.EmptyFile, "空的"),
        ("a.xlsx", b"", errors.EmptyFile, "空的"),
        ("a.csv", zipped(a="b"), errors.NotWhatItsNameSays, "内容却是xlsx 工作簿或压缩包"),
        ("a.csv", b"%PDF-1.7", errors.NotWhatItsNameSays, "PDF"),
        ("a.csv", b'{"a": 1}', errors.NotWhatItsNameSays, "JSON"),
        ("a.xlsx", "名称,编码".encode(), errors.NotWhatItsNameSays, "文本"),
        ("a.xlsx", b"\xef\xbb\xbf<html><table>", errors.NotWhatItsNameSays, "网页"),
        ("a.xlsx", b"\x89PNG\r\n", errors.NotWhatItsNameSays, "图片"),
        ("a.xlsx", zipped(**{"word/document.xml": ""}), errors.NotWhatItsNameSays, "不是 Excel 工作簿"),
        ("a.xlsx", zipped(**{"xl/vbaProject.bin": "", "xl/workbook.xml": ""}), errors.UnsupportedFile, "宏"),
        ("a.xlsx", zipped(**{"xl/workbook.bin": ""}), errors.UnsupportedFile, "xlsb"),
        ("a.xlsx", b"PK\x03\x04" + bytes(90), errors.BrokenFile, "损坏"),
        ("a.xlsx", zipped(**{"xl/workbook.xml": "<workbook>"}), errors.BrokenFile, "损坏"),
        ("a.xls", OLE, errors.UnsupportedFile, "老式的 .xls"),
        ("a.xlsx", OLE, errors.UnsupportedFile, "老式的 .xls"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), errors.EncryptedFile, "密码"),
        ("a.xlsm", zipped(a="b"), errors.UnsupportedFile, "宏"),
        ("a.et", b"x", errors.UnsupportedFile, "WPS"),
        ("a.json", b"[]", errors.UnsupportedFile, "ndjson"),
        ("a.docx", b"x", errors.UnsupportedFile, "a.docx"),
        ("items", b"x", errors.UnsupportedFile, "items"),
        ("a.csv", "名称\n甲\n".encode("utf-16"), errors.BadEncoding, "UTF-16"),
        ("a.csv", "名称\n甲\0乙\n".encode(), errors.BadEncoding, "第 2 行有空字符"),
        ("a.csv", "名称\n甲\n".encode() + b"\xff\xff\n", errors.BadEncoding, "第 3 行"),
        ("a.csv", "行政许可事项名称,编码\n甲".encode()[:-1], errors.BadEncoding, "第 2 行"),
        ("a.csv", "行政许可事项名称,编码\n".encode() + "临时价格".encode("gbk"), errors.BadEncoding, "第 2 行"),
        ("a.csv", '名称,编码\n甲,"乙\n丙,1\n'.encode(), errors.BrokenFile, "引号"),
        ("a.csv", '名称,编码\n"甲"乙,1\n'.encode(), errors.BrokenFile, "第 2 行"),
        ("a.csv", b"a,b\n" + b"x" * 200_000, errors.BrokenFile, "131,072"),
        ("a.ndjson", b'[{"a": 1}]', errors.NotWhatItsNameSays, "数组"),
        ("a.ndjson", b'{"a": 1}\n{"a": \n', errors.BrokenFile, "第 2 行"),
        ("a.ndjson", b'{"a": 1}\n5\n', errors.BrokenFile, "第 2 行"),
        ("a.ndjson", b'{"a": NaN}\n', errors.BrokenFile, "第 1 行"),
        ("a.ndjson", b'{"a": ' + b"[" * 5000, errors.BrokenFile, "第 1 行"),
        ("a.ndjson", b"{}\n", errors.EmptyFile, "没有"),
        ("a.ndjson", b'{"a\\u0000b": 1}\n', errors.NoHeader, "第 1 列的表头"),
        ("a.ndjson", b"a,b\n", errors.NotWhatItsNameSays, "文本"),
    ],
)
def test_refused(tmp_path: Path, name: str, content: bytes, error: type[BadFile], words: str) -> None:
    refused = refusal(written(tmp_path, "upload", content), name)
    assert type(refused) is error
    assert words in refused.detail.zh


def test_the_size_of_the_upload(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, "a.csv", b"a\n" * 1000), "a.csv", Limits(bytes=1999))
    assert type(refused) is errors.FileTooLarge


def test_an_encrypted_archive(tmp_path: Path) -> None:
    content = bytearray(sheet_of_xml(tmp_path, HEADER).read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert type(refusal(written(tmp_path, "b.xlsx", bytes(content)), "b.xlsx")) is errors.EncryptedFile


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = sheet_of_xml(tmp_path, HEADER, **{"xl/media/x.bin": " " * 5_000_000})
    assert path.stat().st_size < 20_000
    assert type(refusal(path, "a.xlsx", Limits(unpacked_bytes=4_000_000))) is errors.FileTooLarge


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    content = sheet_of_xml(tmp_path, HEADER, **{"xl/media/x.bin": " " * 5_000_000}).read_bytes()
    lie = content.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    assert lie != content
    refused = refusal(written(tmp_path, "b.xlsx", lie), "b.xlsx", Limits(unpacked_bytes=4_000_000))
    assert type(refused) is errors.FileTooLarge


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', errors.TooManyRows),
        ('<row r="3"><c r="XFD3"><v>1</v></c></row>', errors.TooManyColumns),
        ('<row r="3"><c r="A999999"><v>1</v></c></row>', errors.TooManyRows),
        ("<row r='3'><c\tr='XFD3'><v>1</v></c></row>", errors.TooManyColumns),
        ('<x:row r="3"><x:c\nr="XFD3"><x:v>1</x:v></x:c></x:row>', errors.TooManyColumns),
        (f"<row>{'<c><v>1</v></c>' * 600}</row>", errors.TooManyColumns),
        ('<row r="3"><c s="0" r="XFD3"><v>1</v></c></row>', errors.TooManyColumns),
        ('<row r="290000"><c r="SA290000"><v>1</v></c></row>', errors.TooManyRows),
        ('<row r="3"><c r="A-1"><v>1</v></c></row>', errors.BrokenFile),
    ],
)
def test_one_cell_far_away_does_not_claim_all_memory(tmp_path: Path, cells: str, error: type[BadFile]) -> None:
    assert type(refusal(sheet_of_xml(tmp_path, HEADER + cells), "a.xlsx")) is error


@pytest.mark.parametrize("count", ["4000000000", "&#52;000000000"])
def test_a_huge_announced_count_does_not_claim_all_memory(tmp_path: Path, count: str) -> None:
    strings = f'<sst count="{count}" uniqueCount="{count}"><si><t>甲</t></si></sst>'
    assert (
        type(refusal(sheet_of_xml(tmp_path, HEADER, **{"xl/sharedStrings.xml": strings}), "a.xlsx"))
        is errors.BrokenFile
    )


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    evil = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + WORKBOOK.replace("事项", "&a;")
    assert type(refusal(sheet_of_xml(tmp_path, HEADER, **{"xl/workbook.xml": evil}), "a.xlsx")) is errors.BrokenFile


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert type(refusal(workbook(tmp_path, []), "a.xlsx")) is errors.EmptyFile


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: content[:-30]])
def test_a_truncated_workbook(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    content = damage(workbook(tmp_path, [["名称"], ["甲"]]).read_bytes())
    assert type(refusal(written(tmp_path, "b.xlsx", content), "b.xlsx")) is errors.BrokenFile
