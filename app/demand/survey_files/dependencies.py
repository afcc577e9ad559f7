"""The form of an import: the mapping that it gives, as a text or as a file."""

from fastapi import UploadFile

from app.errors import Malformed, Message, fault

MAX_MAPPING = 2**18  # Bytes.


def mapping_text(given: UploadFile | str | None) -> str | None:
    """None where there is none. Raises Malformed for one that is too long, or no text."""
    content = given.file.read(MAX_MAPPING + 1) if given and not isinstance(given, str) else str(given or "").encode()
    if len(content) > MAX_MAPPING:
        zh, en = "映射超过 256 KB，不像是映射。请核对选的文件。", "The mapping exceeds 256 KB."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="mapping-too-large")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        zh, en = "映射文件应是 UTF-8 编码的 TOML 文本；请另存为 UTF-8。", "A mapping must be TOML text in UTF-8."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="bad-encoding")]) from None
    return text if text.strip() else None
