"""What a line says to whoever looks at the cell: what is wrong, and what to do."""

import re
from collections.abc import Mapping

from app.files.annotated.lines import Line

# The first sentence or half of one; what is quoted or in brackets is not taken apart.
FIRST = re.compile(r"((?:“[^”]*”|（[^）]*）|[^“（；。])+)[；。](.+)", re.DOTALL)
USUAL: Mapping[str, str] = {
    "rejected": "改正后再上传",
    "error": "改正后再上传",
    "warning": "请核对；确实如此就不用改",
    "advice": "供参考",
}


def in_full(line: Line) -> str:
    """The message, and the value that is suggested where the message does not say it."""
    return f"{line.message}{_suggested(line)}"


def taken_apart(line: Line) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    found = FIRST.fullmatch(line.message)
    wrong, remedy = (found[1], found[2]) if found else (line.message, "")
    return wrong, f"{remedy}{_suggested(line)}" or USUAL.get(line.severity, "")


def _suggested(line: Line) -> str:
    suggestion = line.suggestion
    return f"可改为：{suggestion}" if suggestion and suggestion not in line.message else ""
