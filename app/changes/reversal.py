"""What turns a history back into what it was: the steps of an undoing. Pure.

Only the days and fields that differ are touched, so what else was planned or corrected stays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.catalogue.law import Content, History, holding
from app.changes.rules import Effect


@dataclass(frozen=True, slots=True)
class Piece:
    """On `start` ≤ day < `end` the fields go from `old` to `new`; or the object ends there, or is there again."""

    effect: Effect
    start: date
    end: date
    old: Content
    new: Content

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.new) if self.effect == "amend" else frozenset()

    def meets(self, start: date, end: date) -> bool:
        return self.start < end and start < self.end


def reversal(before: History, after: History) -> list[Piece]:
    """The pieces that turn `after` into `before`, in order of time."""
    edges = sorted({day for version in (*before, *after) for day in (version.valid_from, version.valid_to)})
    return list(_joined(piece for start, end in pairwise(edges) for piece in _piece(before, after, start, end)))


def _piece(before: History, after: History, start: date, end: date) -> Iterator[Piece]:
    """Within the span neither history changes."""
    was, now = holding(before, start), holding(after, start)
    if was is None and now is not None:
        yield Piece("cancel", start, end, {}, {})
    elif was is not None and now is None:
        yield Piece("create", start, end, {}, was.content)
    elif was is not None and now is not None and was.content != now.content:
        changed = [name for name in {**was.content, **now.content} if was.content.get(name) != now.content.get(name)]
        old, new = ({name: each.content.get(name) for name in changed} for each in (now, was))
        if changed:
            yield Piece("amend", start, end, old, new)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces that follow each other and do the same are one."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.end == piece.start and replace(last, start=piece.start, end=piece.end) == piece:
            last = replace(last, end=piece.end)
        else:
            if last is not None:
                yield last
            last = piece
    if last is not None:
        yield last


def conflicting(pieces: Iterable[Piece], effect: str, fields: Iterable[str], start: date, end: date) -> bool:
    """Whether a later entry touched what the pieces turn back: the same field, or whether the object is there at all."""
    touched = frozenset(fields)
    return any(piece.meets(start, end) and _touches(piece, effect, touched, start) for piece in pieces)


def _touches(piece: Piece, effect: str, fields: frozenset[str], start: date) -> bool:
    """An end is in the way of a field only where nothing is left of its first day: that is where the field is found."""
    if piece.effect != "amend" or effect == "create":
        return True
    return start <= piece.start if effect == "cancel" else bool(piece.fields & fields)
