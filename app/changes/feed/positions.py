"""Places in the feed: behind which entry of which revision."""

import re
from dataclasses import dataclass

from app.errors import Message, refused

POSITION = r"[0-9]{1,10}-[0-9]{1,10}"
MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Behind an entry of a revision, in the order in which everything was published; 0-0 lies before all of it."""

    revision: int = 0
    entry: int = 0

    def __str__(self) -> str:
        return f"{self.revision}-{self.entry}"


BEGINNING = Position()


def read_position(text: str | None) -> Position:
    """`30-12` as a position; without one the beginning. Raises Malformed."""
    if text is None:
        return BEGINNING
    if re.fullmatch(POSITION, text):
        revision, entry = map(int, text.split("-"))
        if max(revision, entry) <= MOST:
            return Position(revision, entry)
    zh = f"参数 after 的值“{text[:40]}”不是变更流里的位置。请照抄上次回答里的 position（形如 30-12），从头开始则不写 after。"
    en = f"after = {text[:40]!r} is no position of the feed. Give the `position` of an answer, such as 30-12, or none."
    raise refused("after", text, "not-a-position", Message(zh, en))


def refuse_future(after: Position, newest: int) -> None:
    """Raises Malformed for a position that this catalogue has not come to: it was given by another, or before a restore."""
    if after.revision <= newest:
        return
    zh = (
        f"参数 after 的值“{after}”在将来：目录现在是第 {newest} 版。如果目录是从备份恢复的，或者位置来自别的目录，"
        "请用 /v1/feed/dump 重新取一份全量，再从它的 position 继续。"
    )
    en = (
        f"after = {after} lies in the future: the catalogue is at revision {newest}. If it was restored from a backup, or "
        "the position is that of another catalogue, begin again with /v1/feed/dump."
    )
    raise refused("after", str(after), "in-the-future", Message(zh, en))
