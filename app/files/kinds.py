"""What kind of file it is: the name says it, the first bytes have to agree."""

from pathlib import Path
from typing import Literal, NamedTuple

from app.files.errors import BadFile, EncryptedFile, NotWhatItsNameSays, UnsupportedFile
from app.files.rows import BLANK

Kind = Literal["xlsx", "csv", "ndjson"]

KINDS: dict[str, Kind] = {
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
RESAVE = "请用 Excel 或 WPS 另存为 .xlsx"
UNSUPPORTED = {
    ".xls": (f"这是老式的 .xls 文件；{RESAVE}", "this is an old .xls file; save it as .xlsx"),
    ".xlsm": (f"不接收带宏的文件（.xlsm）；{RESAVE}", "files with macros (.xlsm) are not taken; save it as .xlsx"),
    ".xlsb": (f"不接收二进制工作簿（.xlsb）；{RESAVE}", "binary workbooks (.xlsb) are not taken; save it as .xlsx"),
    ".et": (f"这是 WPS 表格文件（.et）；{RESAVE}", "this is a WPS file (.et); save it as .xlsx"),
    ".ods": (f"不接收 .ods 文件；{RESAVE}", ".ods files are not taken; save it as .xlsx"),
    ".json": (
        "不接收 .json 文件；请改为 ndjson：每行一个对象，文件名以 .ndjson 结尾",
        ".json files are not taken; write ndjson, one object a line, named .ndjson",
    ),
    ".zip": ("不接收压缩包；请解压后逐个上传", "archives are not taken; unpack and upload the files one by one"),
}


class Content(NamedTuple):
    """Something a file may really hold: how it begins, and what to call it."""

    begins: tuple[bytes, ...]
    zh: str
    en: str
    fits: tuple[Kind, ...] = ()


CONTENTS = (
    Content((b"PK\x03\x04", b"PK\x05\x06"), "xlsx 工作簿或压缩包", "an xlsx workbook or an archive", ("xlsx",)),
    Content((b"%PDF",), "PDF 文件", "a PDF file"),
    Content((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "图片", "a picture"),
    Content((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"), "压缩包", "an archive"),
    Content((b"<",), "网页或 XML（有的系统把网页存成表格的名字）", "a web page or XML"),
    Content((b"{", b"["), "JSON", "JSON", ("ndjson",)),
)
TEXT = Content((), "文本（csv）", "text (csv)", ("csv",))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(file_name: str) -> bool:
    """Whether its name says so."""
    return KINDS.get(Path(file_name.strip(BLANK)).suffix.lower()) == "xlsx"


def kind_of(path: Path, file_name: str) -> Kind:
    """The kind its name says; refuses names we do not take and content that is something else."""
    suffix = Path(file_name.strip(BLANK)).suffix.lower()
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(OLE):
        raise _ole(path)
    if suffix in UNSUPPORTED:
        raise UnsupportedFile(*UNSUPPORTED[suffix], value=file_name)
    if suffix not in KINDS:
        raise _unknown_suffix(file_name)
    _refuse_other_content(start, KINDS[suffix], suffix, file_name)
    return KINDS[suffix]


def _refuse_other_content(start: bytes, kind: Kind, suffix: str, file_name: str) -> None:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    content = next((content for content in CONTENTS if text.startswith(content.begins)), TEXT)
    if kind not in content.fits:
        raise NotWhatItsNameSays(
            f"文件名以 {suffix} 结尾，内容却是{content.zh}；请改用正确的扩展名，或重新导出",
            f"the name ends in {suffix}, the content is {content.en}; correct the name or export it again",
            value=file_name,
        )


def _unknown_suffix(file_name: str) -> UnsupportedFile:
    return UnsupportedFile(
        f"认不出“{file_name}”是什么文件；可以上传 .xlsx、.csv（UTF-8 或 GB18030）、.ndjson",
        f"the kind of '{file_name}' is not known; .xlsx, .csv (UTF-8 or GB18030) and .ndjson are taken",
        value=file_name,
    )


def _ole(path: Path) -> BadFile:
    """Excel wraps an encrypted xlsx in the container that old .xls files use."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return EncryptedFile(
            "文件有打开密码，无法读取；请在 Excel 里去掉密码（文件—信息—保护工作簿）后再上传",
            "the file needs a password; remove it in Excel (File, Info, Protect Workbook) and upload it again",
        )
    return UnsupportedFile(*UNSUPPORTED[".xls"])
