"""Figures of a survey of which no single responses are known: counts and shares as they were published. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Self, TypeAlias

from pydantic import Field, model_validator

from app.demand.surveys.answering import unknown_question
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import CHOICES, Fault, Key, Questionnaire, checked, repeated, told
from app.files.cleaning import as_compared
from app.filters.properties import nearest
from app.schema import Body

Count = Annotated[int, Field(ge=0, le=100_000_000)]


class PublishedFigure(Body):
    """How many chose an option, of how many, or what share of them in per cent; as printed, whether or not it adds up."""

    question: Annotated[Key, Field(description="题的名称", examples=["q1"])]
    option: Annotated[str, Field(description="选项的代码", min_length=1, max_length=20)]
    respondents: Annotated[Count | None, Field(description="选这一项的企业数")] = None
    share: Annotated[float | None, Field(description="占比，百分数，照原文", ge=0, le=100, allow_inf_nan=False)] = None
    base: Annotated[Count | None, Field(description="占比的基数：回答的企业数", ge=1)] = None

    @property
    def kept(self) -> dict[str, Any]:
        """As it is stored and answered: with what is not stated."""
        return self.model_dump()

    @model_validator(mode="after")
    def _demand_figure(self) -> Self:
        return checked(self, _of_figure)


Figures: TypeAlias = Sequence[PublishedFigure]


def read_published(kept: Iterable[Mapping[str, Any]]) -> list[PublishedFigure]:
    return [PublishedFigure.model_validate(each) for each in kept]


def misfits_of_published(figures: Figures, questionnaire: Questionnaire) -> list[Misfit]:
    """Figures of no question, of no option, or twice of one; each misfit is at its place in the list."""
    found = [each.below(place) for place, figure in enumerate(figures) for each in _of_option(figure, questionnaire)]
    for place, first in repeated(f"{each.question} {as_compared(each.option)}" for each in figures):
        figure = figures[place]
        zh = f"题 {figure.question} 选项 {figure.option} 已在第 {first + 1} 条"
        found.append(misfit("repeated", zh, f"the same as entry {first + 1}", figure.option).below(place, "option"))
    return found


def _of_option(figure: PublishedFigure, questionnaire: Questionnaire) -> Iterator[Misfit]:
    part = questionnaire.asked.get(figure.question)
    if part is None:
        yield unknown_question(questionnaire, figure.question).below("question")
    elif part.kind not in CHOICES:
        zh = f"题 {figure.question}（{part.text}）不是选择题，没有选项"
        yield misfit("no-choice", zh, f"{figure.question} has no options", figure.question).below("question")
    elif figure.option not in [option.code for option in part.options]:
        codes = {option.code: option.label for option in part.options}
        near = next(iter(nearest(figure.option, codes)), None)
        listed = "、".join(f"{code} {label}" for code, label in codes.items())
        zh = f"题 {figure.question} 没有选项“{figure.option}”，只能是：{listed}"
        yield misfit("unknown-option", zh, f"one of {', '.join(codes)}", figure.option, near).below("option")


def _of_figure(figure: PublishedFigure) -> Iterator[Fault]:
    if figure.respondents is None and figure.share is None:
        zh = "企业数（respondents）和占比（share）至少写一个"
        yield told(("respondents",), None, "missing", zh, "respondents or share is needed")
