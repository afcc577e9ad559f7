"""What a line of the problem list says to whoever looks at the cell: what is wrong, and what to do."""

import re
from collections.abc import Mapping

from app.db import Record

# The first sentence or half of one; what is quoted or in brackets is not taken apart.
FIRST = re.compile(r"((?:“[^”]*”|（[^）]*）|[^“（；。])+)[；。](.+)", re.DOTALL)
USUAL: Mapping[str, str] = {
    "rejected": "改正后再上传",
    "error": "改正后再上传",
    "warning": "请核对；确实如此就不用改",
    "advice": "供参考",
}


def in_full(line: Record) -> str:
    """The message, and the value that is suggested where the message does not say it."""
    return f"{line.message_zh}{_suggested(line)}"


def taken_apart(line: Record) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    found = FIRST.fullmatch(line.message_zh)
    wrong, remedy = (found[1], found[2]) if found else (line.message_zh, "")
    return wrong, f"{remedy}{_suggested(line)}" or USUAL.get(line.severity, "")


def _suggested(line: Record) -> str:
    suggestion = line.suggestion
    return f"可改为：{suggestion}" if suggestion and suggestion not in line.message_zh else ""
