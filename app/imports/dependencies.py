"""Uploads over HTTP: the parts of the form, and the file in a place of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from fastapi import Request, UploadFile

from app.errors import Malformed, Message, fault
from app.files.mapping import ColumnMapping
from app.files.rows import Limits
from app.imports.columns import own_mapping, shipped_mapping
from app.settings import Settings

MAX_MAPPING = 2**20
PARTS = (
    "file",
    "mapping",
    "effective_on",
    "dry_run",
    "on_invalid",
    "on_conflict",
    "title",
    "reason",
    "document_number",
    "retroactive",
    "background",
)
# Bytes that take longer to check than somebody should wait for: some five seconds. A workbook is packed.
LARGE, LARGE_WORKBOOK = 10 * 2**20, 2 * 2**20


def limits(settings: Settings) -> Limits:
    return Limits(bytes=settings.max_upload_mb * 2**20, rows=settings.max_import_rows)


async def refuse_unknown_parts(request: Request) -> None:
    """A misspelt part of the form would be a wish passed over; a second file would be left unread."""
    parts = (await request.form()).multi_items()
    given = [name for name, _ in parts]
    for name, content in parts:
        if name == "file" and content and isinstance(content, str):
            raise _not_a_file(content)
        if name not in PARTS:
            raise _unknown_part(name[:60])
        if given.count(name) > 1:
            zh, en = f"{name} 给了不止一个；一次只能导入一个文件。", f"{name} is given more than once."
            raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer=f"/{name}", rule="given-twice")])


def _not_a_file(text: str) -> Malformed:
    zh, en = "file 要是上传的文件：curl 里写 -F file=@文件名", "file must be an upload; with curl: -F file=@NAME"
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/file", value=text[:100], rule="not-an-upload")])


def _unknown_part(name: str) -> Malformed:
    near = get_close_matches(name, PARTS, 1, 0.5)
    hint = f"是否为 {near[0]}？" if near else f"可用：{'、'.join(PARTS)}。"
    zh, en = f"表单里没有名为 {name} 的字段。{hint}", f"The form has no field {name!r}. Known: {', '.join(PARTS)}."
    suggestion = near[0] if near else None
    return Malformed(
        Message(zh, en), faults=[fault(zh, en, pointer=f"/{name}", rule="unknown-field", suggestion=suggestion)]
    )


def in_background(file: UploadFile, wanted: bool | None) -> bool:  # noqa: FBT001 - as the form has it
    """Whether the import is to be a job: as it is wished, else where the file is large."""
    if wanted is not None:
        return wanted
    return (file.size or 0) > (LARGE_WORKBOOK if name_of(file).lower().endswith(".xlsx") else LARGE)


@contextmanager
def saved(file: UploadFile) -> Iterator[Path]:
    """The upload as a file of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shixiang-import-") as directory:
        path = Path(directory, "upload")
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        yield path


def name_of(file: UploadFile) -> str:
    """The name its sender gave it, without what cannot be shown."""
    return "".join(filter(str.isprintable, file.filename or ""))[-500:]


def files_of(file: UploadFile, mapping: UploadFile | str | None) -> dict[str, IO[bytes]]:
    """What was uploaded, to be read from its beginning: the file, and a mapping of the caller's own."""
    uploads = {"file": file} if not mapping or isinstance(mapping, str) else {"file": file, "mapping": mapping}
    for upload in uploads.values():
        upload.file.seek(0)
    return {name: upload.file for name, upload in uploads.items()}


def given_mapping(mapping: UploadFile | str | None) -> tuple[ColumnMapping | None, str | None]:
    """The mapping and its name. Raises UnknownMapping or BadMapping."""
    if not mapping:
        return None, None
    if isinstance(mapping, str):
        return shipped_mapping(mapping), mapping
    content = mapping.file.read(MAX_MAPPING + 1)
    if len(content) > MAX_MAPPING:
        zh, en = "映射文件超过 1 MB，不像是映射。请核对选的文件。", "The mapping exceeds 1 MB."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="mapping-too-large")])
    return own_mapping(content), name_of(mapping)
