"""What is tabulated: a question of a survey, and what respondents are grouped by, each value with its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.catalogue.code_lists import labels
from app.demand.surveys.answering import unknown_question
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import (
    ATTRIBUTE_KINDS,
    ATTRIBUTE_NAMES,
    CHOICES,
    CODED,
    Attribute,
    Option,
    Part,
    Questionnaire,
    SurveyQuestion,
)
from app.demand.surveys.respondents import named_values
from app.errors import Malformed, Message, fault

NOT_STATED = "未填写"


class UnknownQuestion(Malformed):
    slug, title = "unknown-question", Message("没有这一题", "No such question")


@dataclass(frozen=True)
class Table:
    """A question of a survey, crossed by an attribute of the respondents if any."""

    survey: Survey
    part: Part
    by: Attribute | None = None

    @cached_property
    def head(self) -> SurveyQuestion | None:
        """The question that it is or is a part of; an attribute may stand in none."""
        questions = self.survey.questionnaire.questions
        return next((each for each in questions if self.part in each.asked), None)

    @property
    def text(self) -> str:
        return self.part.text if self.head is None else self.survey.questionnaire.headed(self.part.key)

    @property
    def is_chosen(self) -> bool:
        """Whether it is answered by options: what an enterprise is counts like one."""
        return self.part.kind in CHOICES or self.part.attribute is not None

    @property
    def is_written(self) -> bool:
        """Whether texts may stand in its answers."""
        of_words = self.part.kind == "text" and self.part.attribute is None
        return of_words or any(option.open for option in self.part.options)

    @cached_property
    def options(self) -> Mapping[str, str]:
        """By code, in order: those of the question, then what else an enterprise can be."""
        offered = {option.code: option.label for option in self.part.options}
        others = {} if self.part.attribute is None else self.names(self.part.attribute)
        return {**offered, **others, **offered}

    def is_offered(self, code: str) -> bool:
        """Whether an option is told though nobody chose it: one of the question, or where it has none any but an industry."""
        if self.part.options:
            return any(option.code == code for option in self.part.options)
        return self.part.attribute != "industry"

    def names(self, attribute: Attribute) -> Mapping[str, str]:
        """What the values of an attribute are called, in order."""
        return named_values(attribute, self.survey.design.zones)

    def group(self, value: str | None) -> dict[str, str | None]:
        """As a row says whom it counts."""
        if self.by is None:
            return {}
        named = NOT_STATED if value is None else self.names(self.by)[value]
        return {self.by: value, f"{self.by}_label": named}


def table_of(survey: Survey, question: str, by: Attribute | None) -> Table:
    """`question` is the key of a question or a part, or the name of an attribute, whether or not a question asks for it.

    Raises UnknownQuestion with the nearest.
    """
    found = survey.questionnaire.asked.get(question) or _of_enterprise(survey.questionnaire).get(question)
    if found is None:
        raise _unknown(unknown_question(survey.questionnaire, question), question)
    return Table(survey, found, by)


def _unknown(misfit: Misfit, question: str) -> UnknownQuestion:
    zh, en = misfit.message
    places = {"parameter": "question", "value": question[:60], "suggestion": misfit.suggestion}
    return UnknownQuestion(misfit.message, faults=[fault(zh, en, rule=UnknownQuestion.slug, **places)])


def _of_enterprise(questionnaire: Questionnaire) -> Mapping[str, Part]:
    """The attributes by name: the questions that ask for them, else what they are called."""
    return {name: questionnaire.attributes.get(name) or _unasked(name) for name in ATTRIBUTE_NAMES}


def _unasked(name: Attribute) -> Part:
    codes = labels(CODED[name]) if name in CODED else {}
    options = [Option(code=code, label=label) for code, label in codes.items()]
    kind = ATTRIBUTE_KINDS[name]
    return Part(key=name, text=ATTRIBUTE_NAMES[name], kind=kind, attribute=name, options=options)
