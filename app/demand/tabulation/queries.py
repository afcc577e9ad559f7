"""Who answered a question and what, counted by what the respondents are. Statements that return counts, not responses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, literal, null, select

from app.db import Statement
from app.demand.surveys.industries import industries
from app.demand.surveys.models import answer, response
from app.demand.surveys.questions import Attribute, Part
from app.demand.surveys.response_queries import has_answered


def _section() -> ColumnElement[Any]:
    """The section of the response's industry, however fine its code is: C of C, C13, 13 and 1311."""
    code = response.c.industry
    letters = [each.code for each in industries().values() if each.is_section]
    divisions = {each.code: each.section for each in industries().values() if not each.is_section}
    letter = func.substr(code, 1, 1)
    return case((letter.in_(letters), letter), else_=case(divisions, value=func.substr(code, 1, 2)))


# What a response is, as tables are crossed by it; null is not stated.
ATTRIBUTES: Mapping[Attribute, ColumnElement[Any]] = {
    "size": response.c.size,
    "industry": _section(),
    "ownership": response.c.ownership,
    "zone": response.c.zone,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a survey, crossed by an attribute if any."""

    survey: int
    part: Part
    by: Attribute | None = None

    @property
    def group(self) -> ColumnElement[Any]:
        return (null() if self.by is None else ATTRIBUTES[self.by]).label("group")

    @property
    def answers(self) -> Subquery:
        """A row for each option chosen, number or text."""
        if self.part.attribute is None:
            said = select(answer.c.response_id, answer.c.choice, answer.c.number)
            return said.where(answer.c.question == self.part.key).subquery("answers")
        stated = ATTRIBUTES[self.part.attribute]
        said = select(response.c.id.label("response_id"), stated.label("choice"), literal(None).label("number"))
        return said.where(response.c.survey_id == self.survey, stated.is_not(None)).subquery("answers")


def answered(asked: Asked) -> Statement:
    """By group: how many responses there are, and how many of them answered."""
    counts = func.count().label("responses"), func.count(case((has_answered(asked.part), 1))).label("answered")
    return _grouped(select(asked.group, *counts).where(response.c.survey_id == asked.survey), asked)


def chosen(asked: Asked) -> Statement:
    """By group and option: how many chose it."""
    answers = asked.answers
    return _counted(asked, answers, answers.c.choice)


def numbers(asked: Asked) -> Statement:
    """By group and number, in ascending order: how many gave it."""
    answers = asked.answers
    return _counted(asked, answers, answers.c.number).where(answers.c.number.is_not(None))


def _counted(asked: Asked, answers: Subquery, said: ColumnElement[Any]) -> Statement:
    joined = response.join(answers, answers.c.response_id == response.c.id)
    counted = select(asked.group, said.label("said"), func.count().label("respondents")).select_from(joined)
    return _grouped(counted.where(response.c.survey_id == asked.survey), asked, said).order_by(said)


def _grouped(statement: Statement, asked: Asked, *also: ColumnElement[Any]) -> Statement:
    by = () if asked.by is None else (ATTRIBUTES[asked.by],)
    return statement.group_by(*by, *also) if by or also else statement


def texts(asked: Asked, after: int, limit: int) -> Statement:
    """What was written, redacted texts left out, in the order in which it came in."""
    shown = answer.c.id, response.c.number, asked.group, answer.c.choice, answer.c.text
    written = select(*shown).join(response, response.c.id == answer.c.response_id)
    here = response.c.survey_id == asked.survey, answer.c.question == asked.part.key
    return written.where(*here, answer.c.text.is_not(None), answer.c.id > after).order_by(answer.c.id).limit(limit)


def written(asked: Asked) -> Statement:
    """How many texts there are, and how many are redacted."""
    redacted = func.count(case((answer.c.is_redacted.is_(True), 1)))
    counts = select(func.count(answer.c.text).label("texts"), redacted.label("redacted"))
    here = response.c.survey_id == asked.survey, answer.c.question == asked.part.key
    return counts.select_from(answer.join(response, response.c.id == answer.c.response_id)).where(*here)
