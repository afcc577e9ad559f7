"""Whether an upload becomes a job: as it is wished, else where somebody would wait too long for an answer."""

from typing import Annotated

from fastapi import Form, UploadFile

from app.files.kinds import is_workbook
from app.uploads import name_of

# Bytes that take longer to check than somebody should wait for: some five seconds. A workbook is packed.
LARGE, LARGE_WORKBOOK = 10 * 2**20, 2 * 2**20

Background = Annotated[
    bool | None,
    Form(description="作为任务在后台处理：回答 202 和任务的地址；默认大于 10 MB（xlsx 为 2 MB）的文件如此"),
]


def in_background(file: UploadFile, wanted: bool | None) -> bool:  # noqa: FBT001 - as the form has it
    """Whether the upload is to be a job."""
    if wanted is not None:
        return wanted
    return (file.size or 0) > (LARGE_WORKBOOK if is_workbook(name_of(file)) else LARGE)
