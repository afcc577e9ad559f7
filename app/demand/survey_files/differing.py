"""In what a row says otherwise than the response that is there. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from app.demand.survey_files.columns import ANSWERED_ON, ATTRIBUTES, STRATUM
from app.demand.survey_files.queries import Standing
from app.demand.surveys.responding import Response

SHOWN = 3
OF_ITSELF = (*ATTRIBUTES, STRATUM, ANSWERED_ON)


class Said(Protocol):
    """An answer, in a file as in a table."""

    @property
    def question(self) -> str: ...

    @property
    def choice(self) -> str: ...

    @property
    def number(self) -> float | None: ...

    @property
    def text(self) -> str | None: ...


def differing(read: Response, standing: Standing, fields: Sequence[str], questions: Sequence[str]) -> list[str]:
    """Each with what is there and what the file says. What the file has no column for is not compared; nor is a text that
    was redacted since.
    """
    return [*_of_itself(read, standing, fields), *_of_answers(read, standing, questions)]


def listed(differences: Sequence[str]) -> str:
    more = f" 等 {len(differences)} 处" if len(differences) > SHOWN else ""
    return "、".join(differences[:SHOWN]) + more


def _of_itself(read: Response, standing: Standing, fields: Sequence[str]) -> Iterator[str]:
    for each in OF_ITSELF:
        there, said = standing.row._mapping[each.name], read.columns[each.name]
        if each.name in fields and there != said:
            yield f"{each.label}（已有 {_shown(there)}，文件 {_shown(said)}）"


def _of_answers(read: Response, standing: Standing, questions: Sequence[str]) -> Iterator[str]:
    there, said = _by_question(standing.answers), _by_question(read.answers)
    redacted = {each.question for each in standing.answers if each.is_redacted}
    for key in questions:
        before, now = there.get(key, []), said.get(key, [])
        if key in redacted:
            if _choices(before) != _choices(now) and any(_choices(before)):
                yield key
        elif sorted(map(_whole, before)) != sorted(map(_whole, now)):
            yield f"{key}（已有 {_told(before)}，文件 {_told(now)}）"


def _by_question(answers: Sequence[Any]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for each in answers:
        found.setdefault(each.question, []).append(each)
    return found


def _choices(answers: Sequence[Said]) -> list[str]:
    return sorted(each.choice for each in answers)


def _whole(said: Said) -> tuple[str, float, str]:
    return said.choice, -1.0 if said.number is None else said.number, said.text or ""


def _told(answers: Sequence[Said]) -> str:
    """Options and numbers; of what was written in words, that there is something."""
    told = [each.choice or ("文字" if each.number is None else f"{each.number:g}") for each in answers]
    return "、".join(told) or "没有回答"


def _shown(value: object) -> str:
    return "没有填" if value is None else str(value)
