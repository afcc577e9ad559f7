"""Responses with their answers, written straight into their tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.demand.surveys.models import answer
from tests.demand.written import a_response, row

# An option, several, a number, a text; an option with what was written beside it. A text that is None was redacted.
Given = str | float | list[str] | tuple[str, str | None] | None


@dataclass(frozen=True)
class Filled:
    """What an enterprise is, and what it answered, by question."""

    number: str
    enterprise: Mapping[str, str | None] = field(default_factory=dict)
    answers: Mapping[str, Given] = field(default_factory=dict)


def fill_in(connection: Connection, survey: int, responses: Iterable[Filled], texts: Iterable[str] = ()) -> list[int]:
    """Their ids; `texts` are the questions that are answered in words."""
    return [_fill_in(connection, survey, each, set(texts)) for each in responses]


def _fill_in(connection: Connection, survey: int, filled: Filled, texts: set[str]) -> int:
    response = a_response(connection, survey, filled.number, **filled.enterprise)
    for question, given in filled.answers.items():
        for choice, number, text in _rows(given, in_words=question in texts):
            said = {"question": question, "choice": choice, "number": number, "text": text}
            gone = text is None and (question in texts or isinstance(given, tuple))
            row(connection, answer, response_id=response, is_redacted=gone, **said)
    return response


def _rows(given: Given, *, in_words: bool) -> list[tuple[str, float | None, str | None]]:
    if isinstance(given, list):
        return [(choice, None, None) for choice in given]
    if isinstance(given, tuple):
        return [(given[0], None, given[1])]
    if in_words:
        return [("", None, None if given is None else str(given))]
    return [(given, None, None)] if isinstance(given, str) else [("", given, None)]
