"""What is tabulated: a question of a survey, and what respondents are grouped by, each value with its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.demand.surveys.misfits import Misfit
from app.demand.surveys.naming import question_named
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import CHOICES, Attribute, Part, SurveyQuestion
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
    """Raises UnknownQuestion with the nearest."""
    found = question_named(survey.questionnaire, question)
    if isinstance(found, Misfit):
        raise _unknown(found, question)
    return Table(survey, found, by)


def _unknown(misfit: Misfit, question: str) -> UnknownQuestion:
    zh, en = misfit.message
    places = {"parameter": "question", "value": question[:60], "suggestion": misfit.suggestion}
    return UnknownQuestion(misfit.message, faults=[fault(zh, en, rule=UnknownQuestion.slug, **places)])
