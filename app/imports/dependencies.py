"""The form of an import: its parts, and the mapping that it gives."""

from typing import IO

from fastapi import UploadFile

from app.errors import Malformed, Message, fault
from app.files.mapping import ColumnMapping
from app.imports.columns import own_mapping, shipped_mapping
from app.uploads import FormParts, name_of

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

refuse_unknown_parts = FormParts(PARTS)


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
