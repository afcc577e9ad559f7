"""Uploads over HTTP: the parts of the form, and the file in a place of its own."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from fastapi import Request, UploadFile

from app.errors import Malformed, Message, fault


class FormParts:
    """A dependency: a form has these parts and no others, each once.

    A misspelt part of the form would be a wish passed over; a second file would be left unread. Raises Malformed.
    """

    def __init__(self, parts: Sequence[str]) -> None:
        self.parts = parts

    async def __call__(self, request: Request) -> None:
        given = (await request.form()).multi_items()
        names = [name for name, _ in given]
        for name, content in given:
            if name == "file" and content and isinstance(content, str):
                raise _not_a_file(content)
            if name not in self.parts:
                raise self._unknown(name[:60])
            if names.count(name) > 1:
                zh, en = f"{name} 给了不止一个；一次只能导入一个文件。", f"{name} is given more than once."
                raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer=f"/{name}", rule="given-twice")])

    def _unknown(self, name: str) -> Malformed:
        near = get_close_matches(name, self.parts, 1, 0.5)
        hint = f"是否为 {near[0]}？" if near else f"可用：{'、'.join(self.parts)}。"
        zh = f"表单里没有名为 {name} 的字段。{hint}"
        en = f"The form has no field {name!r}. Known: {', '.join(self.parts)}."
        suggestion = near[0] if near else None
        return Malformed(
            Message(zh, en), faults=[fault(zh, en, pointer=f"/{name}", rule="unknown-field", suggestion=suggestion)]
        )


def _not_a_file(text: str) -> Malformed:
    zh, en = "file 要是上传的文件：curl 里写 -F file=@文件名", "file must be an upload; with curl: -F file=@NAME"
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/file", value=text[:100], rule="not-an-upload")])


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
