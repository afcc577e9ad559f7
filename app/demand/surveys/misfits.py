"""What does not fit where it is written: the rule, why, and what was probably meant; whoever knows the place adds it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.errors import Fault, Message

LONGEST_SHOWN = 100

Path = Sequence[str | int]


class Misfit(NamedTuple):
    """`at` is where in what was given: the place in a list, the name of a member."""

    rule: str
    message: Message
    value: str | None = None
    suggestion: str | None = None
    at: Path = ()

    def below(self, *path: str | int) -> "Misfit":
        return self._replace(at=(*path, *self.at))

    def as_fault(self) -> Fault:
        """At the JSON pointer of its path."""
        return Fault(
            detail=self.message,
            pointer="".join(f"/{_escaped(step)}" for step in self.at),
            value=self.value,
            rule=self.rule,
            suggestion=self.suggestion,
        )


def misfit(rule: str, zh: str, en: str, value: object = None, suggestion: str | None = None) -> Misfit:
    return Misfit(rule, Message(zh, en), shown(value), suggestion)


def shown(value: Any) -> str | None:
    return None if value is None else str(value)[:LONGEST_SHOWN]


def _escaped(step: str | int) -> str:
    """RFC 6901."""
    return str(step).replace("~", "~0").replace("/", "~1")
