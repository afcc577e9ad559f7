"""What is wrong with a filter: the rule, the piece, its place, and the nearest thing that would be right."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from app.errors import Fault, Malformed, Message
from app.filters.messages import RULES

SHOWN_LENGTH = 40


class Piece(NamedTuple):
    """A part of the filter text; the position counts characters from 0."""

    text: str
    position: int

    @property
    def shown(self) -> str:
        return self.text if len(self.text) <= SHOWN_LENGTH else f"{self.text[:SHOWN_LENGTH]}…"


class FilterError(Malformed):
    """A filter that can't be understood; `faults[0]` says where, which piece, by which rule, and what is nearest."""

    slug: ClassVar[str] = "invalid-filter"
    title: ClassVar[Message] = Message("过滤条件有误", "Invalid filter")

    def __init__(self, detail: Message, piece: Piece, *, rule: str, suggestion: str | None = None) -> None:
        fault = Fault(
            detail=detail,
            parameter="filter",
            position=piece.position,
            value=piece.shown,
            rule=rule,
            suggestion=suggestion,
        )
        super().__init__(detail, faults=[fault])
        self.position = piece.position


def refusal(
    rule: str, piece: Piece, *, nearest: Sequence[str] = (), suggestion: str | None = None, **parts: object
) -> FilterError:
    """The error of a rule about a piece; `parts` fill its sentence, `nearest` are shown after it."""
    zh, en = (text.format(piece=piece.shown, suggestion=suggestion, **parts) for text in RULES[rule])
    if nearest:
        zh, en = f"{zh}可以写：{'、'.join(nearest)}。", f"{en} You can write {', '.join(nearest)}."
    return FilterError(Message(zh, en), piece, rule=rule, suggestion=suggestion)
