"""Answers of an enterprise to the questions of choice and number, drawn by the weights of answers.toml."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from seed.demo.draws import share, shuffled

SOURCE = Path(__file__).parent / "answers.toml"


@dataclass(frozen=True, slots=True)
class Only:
    """Questions that are answered by those alone who gave one of the answers to another question."""

    question: str
    answers: Sequence[str]
    of: Sequence[str]


@dataclass(frozen=True, slots=True)
class Weights:
    """By question: what is answered, an option or a number, and how often."""

    one: Mapping[str, Mapping[str, float]]
    several: Mapping[str, Mapping[str, float]]
    how_many: Mapping[str, float]
    beside: Mapping[str, str]
    only_where: Sequence[Only]


@dataclass(frozen=True, slots=True)
class _Option:
    key: str
    code: str
    weight: float


def answers(number: str) -> dict[str, object]:
    """What the enterprise of that number says, by question; what it leaves empty is not there."""
    drawn = dict(_of_one(number)) | dict(_of_several(number))
    kept = {question for question in drawn if all(_is_asked(only, question, drawn) for only in weights().only_where)}
    return {question: said for question, said in drawn.items() if question in kept}


@cache
def weights() -> Weights:
    document = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return Weights(
        one=document["one"],
        several=document["several"]["of"],
        how_many=document["several"]["how_many"],
        beside=document["beside"],
        only_where=[Only(**only) for only in document["only_where"]],
    )


def _is_asked(only: Only, question: str, drawn: Mapping[str, object]) -> bool:
    return question not in only.of or drawn.get(only.question) in only.answers


def _of_one(number: str) -> Iterator[tuple[str, object]]:
    for question, weighed in weights().one.items():
        said = _draw(weighed, question, number)
        if said is not None:
            yield question, _with_text(question, said)


def _of_several(number: str) -> Iterator[tuple[str, object]]:
    for question, weighed in weights().several.items():
        count = int(_draw(weights().how_many, f"{question} count", number) or 0)
        options = [_Option(f"{number}|{code}", code, weight) for code, weight in weighed.items()]
        chosen = sorted(
            int(option.code) for option in shuffled(options, question, lambda each: 1 / each.weight)[:count]
        )
        if chosen:
            yield question, [_with_text(question, str(code)) for code in chosen]


def _draw(weighed: Mapping[str, float], salt: str, number: str) -> str | None:
    """None for what is left to 1."""
    drawn = share(salt, number)
    reached = zip(weighed, accumulate(weighed.values()), strict=True)
    return next((said for said, end in reached if drawn < end), None)


def _with_text(question: str, said: str) -> object:
    text = weights().beside.get(f"{question}.{said}")
    return said if text is None else {"choice": said, "text": text}
