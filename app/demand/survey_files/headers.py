"""Which question a column is about: by its key, its number, its text; a part or an option of it behind that. Pure.

q8.days   8(平均需要多少个工作日)   8.1          a part of question 8
q15   15   15、   第15题   15、办事更方便主要体现在   办事更方便主要体现在      question 15
q15_1   15(不用到现场办理)   15、办事更方便主要体现在:不用到现场办理             an option of it
q15_6_text   15(其他)[选项填空]                                                 what is written beside the option
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.demand.surveys.questions import CHOICES, Option, Part, Questionnaire, SurveyQuestion
from app.files.headers import folded

KINDS = re.compile(
    r"[\[(【][^\[\](（【】)]{0,8}(?:单选|多选|填空题|矩阵|打分|必答|限选|最多)[^\[\](【】)]{0,12}[\])】]"
)
QUOTES = str.maketrans("", "", "“”‘’\"'「」《》")
BESIDE = re.compile(r"[_.]text|[_.]填空|\[选项填空\]|\(选项填空\)")
CLOSING = ":.、,。?!"
LEADING = "._-:/、,)]"
# What a response says besides its answers; a question with such a key is called `answers.size` in a mapping.
RESERVED = frozenset({"number", "stratum", "answered_on", "size", "industry", "ownership", "zone"})
OF_ANSWERS = "answers."
BRACKETS = {"(": ")", "[": "]", "【": "】"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What is answered in a column: a question or part as a whole, one of its options, or what is written beside one."""

    part: Part
    option: Option | None = None
    is_beside: bool = False

    @property
    def field(self) -> str:
        """As a mapping names it."""
        key = f"{OF_ANSWERS}{self.part.key}" if self.part.key in RESERVED else self.part.key
        return key if self.option is None else f"{key}_{self.option.code}{'_text' if self.is_beside else ''}"


class Headers:
    """The names by which the columns of a questionnaire go."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def meant(self, header: str) -> Meant | None:
        """None for what names nothing, or more than one thing."""
        name, times = BESIDE.subn("", plain(header))
        if name in RESERVED:
            return None
        name = name.removeprefix(OF_ANSWERS)
        found = self._exact(name) or self._with_tail(name)
        return _beside(found) if found and times else found

    def field(self, header: str) -> str | None:
        """What the column is of: a question or an option, as a mapping names it, or an attribute of the enterprise."""
        found = self.meant(header)
        return None if found is None else found.part.attribute or found.field

    def _exact(self, name: str) -> Meant | None:
        head = self._heads.get(name)
        return None if head is None or _parts(head) else Meant(head)

    def _with_tail(self, name: str) -> Meant | None:
        """The longest beginning that names a question, and behind it one of its parts or options."""
        for end in range(min(len(name) - 1, self._longest), 0, -1):
            head = self._heads.get(name[:end])
            if head is not None and not _within_a_word(name, end) and (found := _behind(head, _bare(name[end:]))):
                return found
        return None

    @cached_property
    def _heads(self) -> Mapping[str, Part]:
        """What begins a header. A name that two questions share names neither, unless it is a key."""
        keys: dict[str, Part] = {}
        others: dict[str, Part | None] = {}
        for question in self.questionnaire.questions:
            for part in {question.key: question, **{each.key: each for each in question.parts}}.values():
                keys[plain(part.key)] = part
            for name, part in _names(question):
                others[name] = part if others.get(name, part) is part else None
        return {**{name: part for name, part in others.items() if part is not None}, **keys}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._heads))


def plain(header: str) -> str:
    """Without what is said of how to answer, quotes, and what closes a sentence."""
    return KINDS.sub("", folded(header)).translate(QUOTES).rstrip(CLOSING)


def _names(question: SurveyQuestion) -> Iterator[tuple[str, Part]]:
    text = plain(question.text)
    yield text, question
    for part in question.parts:
        yield plain(part.text), part
    numbers = [plain(question.number)] if question.number else []
    for number in numbers:
        yield from ((name, question) for name in (number, f"第{number}题", f"q{number}", f"题{number}"))
    for name in (plain(question.key), *numbers):
        yield from ((f"{name}{between}{text}", question) for between in ("", ".", "、", ":", ",", "题"))


def _within_a_word(name: str, end: int) -> bool:
    """Whether 1 is looked for in 15, or q1 in q15."""
    return name[end - 1].isascii() and name[end - 1].isalnum() and name[end].isascii() and name[end].isalnum()


def _bare(tail: str) -> str:
    tail = tail.lstrip(LEADING)
    closing = BRACKETS.get(tail[:1])
    return (tail[1:-1] if closing and tail.endswith(closing) else tail).rstrip(CLOSING)


def _behind(head: Part, tail: str) -> Meant | None:
    if parts := _parts(head):
        part = next((each for place, each in enumerate(parts, 1) if tail in _names_of_part(head, each, place)), None)
        return None if part is None else Meant(part)
    if not tail:
        return Meant(head)
    if head.kind not in CHOICES or head.attribute:
        return None
    option = next((each for each in head.options if tail in _names_of_option(each)), None)
    return None if option is None else Meant(head, option)


def _parts(head: Part) -> list[Part]:
    return head.parts if isinstance(head, SurveyQuestion) else []


def _names_of_part(question: Part, part: Part, place: int) -> tuple[str, ...]:
    return plain(part.text), plain(part.key), plain(part.key.removeprefix(question.key).lstrip("._-")), str(place)


def _names_of_option(option: Option) -> tuple[str, ...]:
    code, label = plain(option.code), plain(option.label)
    return code, label, f"{code}{label}", f"{code}.{label}", f"{code}、{label}"


def _beside(found: Meant) -> Meant | None:
    """Where the option is not said, the only one beside which anything may be written."""
    if found.option is not None:
        return Meant(found.part, found.option, is_beside=True)
    offered = [each for each in found.part.options if each.open]
    return Meant(found.part, offered[0], is_beside=True) if len(offered) == 1 else None
