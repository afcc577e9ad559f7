"""What a filter may name: declared elements by their API name or Chinese label, and named functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement

from app.errors import Message
from app.filters.errors import Piece

Kind = Literal["text", "number", "flag", "date", "code", "codes", "list"]
# A function of one text argument. It may refuse the argument with any AppError, and its answer for an argument may be
# kept as long as the Filters that hold it.
Function = Callable[[str], ColumnElement[bool]]

KIND_NAMES: Mapping[Kind, Message] = {
    "text": Message("文本", "a text"),
    "number": Message("数字", "a number"),
    "flag": Message("是否类", "yes/no"),
    "date": Message("日期", "a date"),
    "code": Message("代码", "a code"),
    "codes": Message("多值代码", "a set of codes"),
    "list": Message("清单", "a list"),
}
NEAREST = 3
WORD_LENGTH = 60  # Longer words resemble nothing, and comparing them costs time.
MANY = 500


class Form(NamedTuple):
    """How the values of a text are written: the rule that another one breaks, and what was meant, where that is plain."""

    rule: str
    meant: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Property:
    """A column that filters may name; `codes` gives the label of each code it may hold, None where all are accepted.

    A property of kind `list` is known but cannot be filtered; `instead` names what can. `has` tests a set of codes for one
    of them where that is quicker than to look into its text.
    `form` is that of all its values, where a text has one.
    A column of kind `codes` holds text as CodeSet stores it: `,5,6,`, null for not stated, `,` for none.
    """

    name: str
    label: str
    column: ColumnElement[Any]
    kind: Kind
    codes: Mapping[str, str] | None = None
    instead: str | None = None
    has: Callable[[str], ColumnElement[bool]] | None = None
    form: Form | None = None


class Named(NamedTuple):
    """A code that a test of a set names: of which property, and where in the text."""

    property: str
    code: str
    piece: Piece


class Mention(NamedTuple):
    """A property that a filter names, and where in the text."""

    property: str
    piece: Piece


def by_any_name(properties: Iterable[Property]) -> dict[str, Property]:
    """Properties by name and by label. Raises ValueError where two would answer to the same word."""
    found: dict[str, Property] = {}
    for declared in properties:
        for word in {declared.name, declared.label}:
            if word in found:
                raise ValueError(f"two properties are called {word}: {found[word].name}, {declared.name}")
            found[word] = declared
    return found


def nearest(word: str, options: Iterable[str], cutoff: float = 0.5) -> list[str]:
    """The options most like a word, the best first; upper and lower case are alike."""
    spelled = {option.casefold(): option for option in options}
    short = word.casefold()[:WORD_LENGTH]
    candidates = list(spelled)
    if len(candidates) > MANY:
        candidates = [option for option in candidates if option[:2] == short[:2]][:MANY]
    return [spelled[match] for match in get_close_matches(short, candidates, NEAREST, cutoff)]


def codes_called(label: str, codes: Mapping[str, str]) -> list[str]:
    return [code for code, called in codes.items() if called == label]


def nearest_codes(value: str, codes: Mapping[str, str]) -> list[str]:
    """The codes that are most like a value, by themselves or by their labels."""
    same_number = [code for code in codes if value.isascii() and code.lstrip("0") == value.lstrip("0")]
    by_code = same_number or [code for code in nearest(value, codes) if code in codes]
    by_label = [code for label in nearest(value, codes.values()) for code in codes_called(label, codes)]
    return list(dict.fromkeys(by_code + by_label))[:NEAREST]
