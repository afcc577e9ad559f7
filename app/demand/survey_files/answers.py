"""The answers of a row, by question, from the columns that each question has. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple

from app.demand.survey_files.cells import one_or_more, read_choice, read_mark, read_number, read_words, with_words
from app.demand.survey_files.columns import Columns
from app.demand.survey_files.headers import Meant
from app.demand.survey_files.rows import Read, Reading
from app.demand.surveys.questions import CHOICES, Option, Questionnaire

REMEMBERED, LONGEST_REMEMBERED = 1024, 100


class OptionColumn(NamedTuple):
    """A field that is about one option."""

    option: Option
    name: str


@dataclass(slots=True)
class Answers:
    """What is answered, by question; of questions with a column for each option, the fields of those that are chosen."""

    given: dict[str, object] = field(default_factory=dict)
    chosen_in: dict[str, list[str]] = field(default_factory=dict)


class AnswerReader:
    """Knows which columns a question has: one of its own, or one for each option, and some for what is written beside."""

    def __init__(self, questionnaire: Questionnaire, columns: Columns) -> None:
        self.asked = questionnaire.asked
        self.whole = {meant.part.key: name for name, meant in columns.answers.items() if meant.option is None}
        self.marks, self.beside = (_of_options(columns, is_beside=each) for each in (False, True))
        self.keys = tuple(dict.fromkeys((*self.whole, *self.marks, *self.beside)))
        self.readers = {name: _reader(meant) for name, meant in columns.answers.items()}

    def read(self, reading: Reading) -> Answers:
        """What is wrong with a cell is told in the reading, and the question then not answered."""
        answers = Answers()
        for key in self.keys:
            name = self.whole.get(key)
            given = reading.cell(name, self.readers[name]) if name else self._marked(reading, key, answers)
            for option, beside in self.beside.get(key, ()):
                if words := reading.cell(beside, read_words):
                    given = with_words(self.asked[key], given, option, words)
            if given not in (None, []):
                answers.given[key] = given
        return answers

    def column(self, key: str, nth: int, answers: Answers) -> str:
        """The field of a question, or of the option that was chosen `nth`."""
        if key in self.whole:
            return self.whole[key]
        found = answers.chosen_in.get(key) or [each.name for each in self.beside[key]]
        return found[min(nth, len(found) - 1)]

    def _marked(self, reading: Reading, key: str, answers: Answers) -> object:
        chosen: list[object] = []
        for option, name in self.marks.get(key, ()):
            if mark := reading.cell(name, self.readers[name]):
                chosen.append({"choice": option.code, "text": mark} if isinstance(mark, str) else option.code)
                answers.chosen_in.setdefault(key, []).append(name)
        return one_or_more(self.asked[key], chosen)


def _of_options(columns: Columns, *, is_beside: bool) -> Mapping[str, Sequence[OptionColumn]]:
    """By question, in the order of the file."""
    found: dict[str, list[OptionColumn]] = {}
    for name, meant in columns.answers.items():
        if meant.option is not None and meant.is_beside == is_beside:
            found.setdefault(meant.part.key, []).append(OptionColumn(meant.option, name))
    return found


def _reader(meant: Meant) -> Read[object]:
    if meant.is_beside or meant.part.kind == "text":
        return read_words
    if meant.option is not None:
        return _remembered(partial(read_mark, meant.option))
    return _remembered(partial(read_choice if meant.part.kind in CHOICES else read_number, meant.part))


def _remembered(read: Callable[[object], object]) -> Read[object]:
    """The same few cells come again and again; 1 is not the 1.0 that a spreadsheet makes of it."""
    known = lru_cache(REMEMBERED, typed=True)(read)

    def remember(cell: object) -> object:
        is_short = isinstance(cell, int | float) or (isinstance(cell, str) and len(cell) <= LONGEST_REMEMBERED)
        return known(cell) if is_short else read(cell)

    return remember
