"""One answer against its question: an option by its code or label, a number, a text. Pure.

As JSON an answer is the code of an option, a list of them, a number or a text; an option that is open may be
`{"choice": "6", "text": "…"}`. Null, an empty text and an empty list are no answer.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import ATTRIBUTE_NAMES, CHOICES, Option, Part, Questionnaire, repeated
from app.demand.surveys.wording import misfits_of_demand, misfits_of_text
from app.files.cleaning import as_compared
from app.filters.properties import nearest

LARGEST = 1e12
NEGATIONS = frozenset("不没无未")
NUMBER = re.compile(r"[-+]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """As it is stored: an option chosen with what was written beside it, or a number, or a text."""

    question: str
    choice: str = ""
    number: float | None = None
    text: str | None = None


@dataclass(slots=True)
class Checked:
    """The answers that are right, and what is wrong with the others."""

    answers: list[Answer] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)

    def take(self, other: "Checked", *below: str | int) -> None:
        self.answers += other.answers
        self.misfits += (each.below(*below) for each in other.misfits)


def check_answers(questionnaire: Questionnaire, given: Mapping[str, object]) -> Checked:
    """All answers of one response, by key; each misfit is at the key."""
    checked = Checked()
    for key, said in given.items():
        part = questionnaire.asked.get(key)
        if part is None:
            checked.misfits.append(unknown_question(questionnaire, key).below(key))
        elif part.attribute is not None:
            checked.misfits.append(_of_the_enterprise(part).below(key))
        else:
            checked.take(check_answer(part, said), key)
    return checked


def check_answer(part: Part, given: object) -> Checked:
    """The answer to one question. What is not answered leaves nothing."""
    if given is None or given == [] or (isinstance(given, str) and not given.strip()):
        return Checked()
    if part.kind in CHOICES:
        return _chosen(part, given)
    return _number(part, given) if part.kind == "number" else _text(part, given)


def unknown_question(questionnaire: Questionnaire, key: str) -> Misfit:
    """A question with parts is answered by its parts."""
    head = next((each for each in questionnaire.questions if each.key == key), None)
    if head is not None:
        listed = "、".join(part.key for part in head.asked)
        zh = f"{key}（{head.text}）分几问，请写其中的一问：{listed}"
        return misfit("question-has-parts", zh, f"{key} has parts, name one: {listed}", key, head.asked[0].key)
    near = next(iter(nearest(key, questionnaire.asked)), None)
    hint = f"是否为 {near}（{questionnaire.asked[near].text}）？" if near else ""
    zh = f"问卷《{questionnaire.title}》里没有题 {key[:60]}。{hint}"
    return misfit("unknown-question", zh, f"There is no question {key[:60]!r}.", key, near)


def _of_the_enterprise(part: Part) -> Misfit:
    name = part.attribute or "size"
    zh = f"{part.text}是企业本身的情况，请写在答卷的 {name}（{ATTRIBUTE_NAMES[name]}）里"
    return misfit("answered-elsewhere", zh, f"write it as {name} of the response", part.key, name)


def _chosen(part: Part, given: object) -> Checked:
    listed = given if isinstance(given, list) else [given]
    checked = Checked()
    for place, said in enumerate(listed):
        one = _option(part, said)
        checked.take(one, *((place,) if isinstance(given, list) else ()))
    checked.misfits += _too_many(part, [answer.choice for answer in checked.answers], len(listed))
    return Checked([], checked.misfits) if checked.misfits else checked


def _too_many(part: Part, chosen: Sequence[str], given: int) -> Iterator[Misfit]:
    if part.kind == "single" and given > 1:
        yield misfit("single-choice", f"{part.key}（{part.text}）只能选一项，选了 {given} 项", "one option only", given)
    if part.most is not None and given > part.most:
        zh = f"{part.key}（{part.text}）最多选 {part.most} 项，选了 {given} 项"
        yield misfit("too-many-options", zh, f"{part.most} options at most, not {given}", given)
    for place, _ in repeated(chosen):
        zh = f"选项 {chosen[place]} 选了两次"
        yield misfit("repeated-option", zh, f"option {chosen[place]} is chosen twice", chosen[place])


def _option(part: Part, said: object) -> Checked:
    beside: Any = None
    if isinstance(said, dict):
        if wrong := [name for name in said if name not in ("choice", "text")]:
            return Checked([], [_unknown_member(str(wrong[0]))])
        beside, said = said.get("text"), said.get("choice")
    option = option_named(part, said)
    if isinstance(option, Misfit):
        return Checked([], [option])
    if beside is None or beside == "":
        return Checked([Answer(part.key, option.code)])
    return _beside(part, option, beside)


def _beside(part: Part, option: Option, beside: object) -> Checked:
    if not isinstance(beside, str):
        return Checked([], [misfit("not-a-text", "应为文字", "must be text", beside).below("text")])
    if not option.open:
        zh = f"选项 {option.code}（{option.label}）后面不写文字"
        return Checked([], [misfit("not-open", zh, f"nothing is written beside option {option.code}").below("text")])
    wrong = [each.below("text") for each in misfits_of_text(beside)]
    return Checked([] if wrong else [Answer(part.key, option.code, text=beside.strip())], wrong)


def option_named(part: Part, said: object) -> Option | Misfit:
    """By its code or label; of a question that is no choice there is none."""
    written = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else None
    if written is None:
        return misfit("not-an-option", "应为选项的代码或文字", "must be the code or label of an option", said)
    found = part.by_name.get(as_compared(written))
    if found is not None:
        return found
    alike = [name for each in part.options for name in (each.code, each.label) if _denies(name) == _denies(written)]
    near = next(iter(nearest(written, alike)), None)
    listed = "、".join(f"{each.code} {each.label}" for each in part.options)
    only = f"只能是：{listed}" if listed else "它不是选择题"
    zh = f"{part.key}（{part.text}）没有选项“{written[:60]}”，{only}"
    return misfit("unknown-option", zh, f"There is no option {written[:60]!r}.", written, near)


def _denies(words: str) -> bool:
    """不满意 is not a misspelling of 满意."""
    return not NEGATIONS.isdisjoint(words)


def _unknown_member(name: str) -> Misfit:
    zh = f"没有名为 {name[:60]} 的字段：选项写成代码，或 choice 与 text"
    return misfit("extra_forbidden", zh, f"there is no {name[:60]!r}: write choice and text", name)


def _number(part: Part, given: object) -> Checked:
    number = as_number(given)
    unit = f"（{part.unit}）" if part.unit else ""
    if number is None:
        zh = f"{part.key}（{part.text}）{unit}应为数字，得到“{str(given)[:60]}”"
        return Checked([], [misfit("not-a-number", zh, f"must be a number, not {str(given)[:60]!r}", given)])
    if number < part.least_number:
        zh = f"{part.key}（{part.text}）{unit}不能小于 {part.least_number:g}，得到 {number:g}"
        return Checked([], [misfit("number-too-small", zh, f"must not be less than {part.least_number:g}", given)])
    if number > LARGEST:
        return Checked([], [misfit("number-too-large", f"数字太大：{number:g}", f"too large: {number:g}", given)])
    return Checked([Answer(part.key, number=number)])


def as_number(given: object) -> float | None:
    if isinstance(given, str) and NUMBER.fullmatch(written := as_compared(given)):
        return float(written)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if abs(given) <= sys.float_info.max else None


def _text(part: Part, given: object) -> Checked:
    if not isinstance(given, str):
        return Checked([], [misfit("not-a-text", f"{part.key}（{part.text}）应为文字", "must be text", given)])
    wrong = list(misfits_of_demand(given) if part.asks else misfits_of_text(given))
    return Checked([] if wrong else [Answer(part.key, text=given.strip())], wrong)
