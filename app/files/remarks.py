"""What deserves a look in a file and keeps nothing of it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from app.errors import Message

SHOWN = 20


class Remark(NamedTuple):
    """`times` is of how many rows, columns or sheets it tells, `rows` which rows those are; `column` the one of its cell."""

    rule: str
    message: Message
    times: int = 1
    rows: Sequence[int] = ()
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None

    @property
    def row(self) -> int | None:
        """Of its cell; null for what is about no cell."""
        return self.rows[0] if self.column else None


@dataclass(frozen=True, slots=True)
class Together:
    """All remarks of a rule: how many there are, what they say (the first as an example), and the first rows."""

    rule: str
    count: int
    message: Message
    rows: Sequence[int]


def together(remarks: Sequence[Remark]) -> Iterator[Together]:
    """By rule, in the order in which they first occur."""
    by_rule: dict[str, list[Remark]] = {}
    for each in remarks:
        by_rule.setdefault(each.rule, []).append(each)
    for rule, said in by_rule.items():
        (zh, en), row = said[0].message, said[0].row
        example = Message(f"例如第 {row} 行：{zh}", f"For example row {row}: {en}")
        rows = list(islice((row for each in said for row in each.rows), SHOWN))
        yield Together(rule, sum(each.times for each in said), example if len(said) > 1 else said[0].message, rows)
