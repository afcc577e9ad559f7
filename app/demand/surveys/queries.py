"""Statements about surveys, and what there is of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, union

from app.catalogue.divisions import below
from app.db import Record
from app.demand.surveys.contradictions import Counts, sample_size
from app.demand.surveys.design import Design
from app.demand.surveys.models import answer, demand, response, survey
from app.demand.surveys.published import PublishedFigure, read_published
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Questionnaire
from app.errors import Message, NotFound

MOST_NAMED = 20


class SurveyNotFound(NotFound):
    slug, title = "survey-not-found", Message("没有这次调查", "No such survey")


@dataclass(frozen=True)
class Survey:
    """A survey with what it asks, of whom, and what was published of it, each read when it is first asked for."""

    row: Record

    @property
    def id(self) -> int:
        return int(self.row.id)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return Questionnaire.model_validate(self.row.questionnaire)

    @cached_property
    def design(self) -> Design:
        return Design.model_validate(self.row.design)

    @cached_property
    def published(self) -> list[PublishedFigure]:
        return read_published(self.row.published)


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is of a survey. Of demands those that count: a split one is its parts."""

    responses: int = 0
    demands: int = 0
    weight: int = 0


def get_survey(connection: Connection, number: int) -> Survey:
    """Raises SurveyNotFound."""
    row = connection.execute(select(survey).where(survey.c.id == number)).one_or_none()
    if row is None:
        raise SurveyNotFound(Message(f"没有第 {number} 号调查。", f"There is no survey {number}."))
    return Survey(row)


def surveys_page(connection: Connection, within: str | None, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 surveys after a number, and how many there are."""
    wanted = [] if within is None else [below(survey.c.division_code, within)]
    page = select(survey).where(*wanted, survey.c.id > after).order_by(survey.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(survey).where(*wanted)).scalar_one()
    return connection.execute(page).all(), total


def tallies(connection: Connection, numbers: Collection[int]) -> Mapping[int, Tally]:
    """By number; a survey without anything is left out."""
    answered = dict(_grouped(connection, response.c.survey_id, numbers, func.count()))
    leaves = ~demand.c.is_split
    asked = dict(_grouped(connection, demand.c.survey_id, numbers, func.count(), leaves))
    weights = dict(_grouped(connection, demand.c.survey_id, numbers, func.sum(demand.c.weight), leaves))
    return {
        number: Tally(answered.get(number, 0), asked.get(number, 0), int(weights.get(number, 0)))
        for number in {*answered, *asked}
    }


def _grouped(
    connection: Connection,
    by: ColumnElement[int],
    numbers: Collection[int],
    counted: ColumnElement[Any],
    *wanted: ColumnElement[bool],
) -> Sequence[tuple[int, Any]]:
    rows = connection.execute(select(by, counted).where(by.in_(numbers), *wanted).group_by(by))
    return [(row[0], row[1]) for row in rows]


def counts_of(connection: Connection, held: Survey) -> Counts:
    """What there is of a survey, as its contradictions are told from."""
    mine = response.c.survey_id == held.id
    by_stratum = select(response.c.stratum, func.count().label("responses")).where(mine).group_by(response.c.stratum)
    strata = {row.stratum: row.responses for row in connection.execute(by_stratum)}
    responses = sum(strata.values())
    sample = sample_size(held.design, held.published, responses)
    period = [
        *([response.c.answered_on < held.row.held_from] if held.row.held_from else []),
        *([response.c.answered_on > held.row.held_to] if held.row.held_to else []),
    ]
    outside = select(func.count()).select_from(response).where(mine, or_(*period)) if period else None
    return Counts(
        responses,
        strata,
        0 if outside is None else connection.execute(outside).scalar_one(),
        [] if sample is None else _weights(connection, held.id, demand.c.weight > sample),
        _weights(connection, held.id, demand.c.weight > 1, demand.c.response_id.is_not(None)),
    )


def _weights(connection: Connection, number: int, *wanted: ColumnElement[bool]) -> list[tuple[int, int]]:
    """The first demands of a kind that count, with their weights."""
    rows = select(demand.c.number, demand.c.weight).where(demand.c.survey_id == number, ~demand.c.is_split, *wanted)
    return [(row.number, row.weight) for row in connection.execute(rows.order_by(demand.c.number).limit(MOST_NAMED))]


def answered_questions(connection: Connection, held: Survey) -> set[str]:
    """The keys of the questions that anybody answered, those about the enterprise included, or that a demand is from."""
    mine = response.c.survey_id == held.id
    answers = select(answer.c.question).join_from(answer, response).where(mine)
    asked = select(demand.c.question).where(demand.c.survey_id == held.id, demand.c.question.is_not(None))
    keys = set(connection.execute(union(answers, asked)).scalars())
    stated = [func.count(response.c[name]).label(name) for name in ATTRIBUTE_NAMES]
    counts = connection.execute(select(*stated).where(mine)).one()._mapping
    return keys | {part.key for name, part in held.questionnaire.attributes.items() if counts[name]}


def kinds_of_respondents(connection: Connection, number: int) -> Sequence[Record]:
    """Every combination of stratum and attributes that a response has, with a response that has it."""
    columns = [response.c.stratum, *(response.c[name] for name in ATTRIBUTE_NAMES)]
    rows = select(*columns, func.min(response.c.number).label("number")).where(response.c.survey_id == number)
    return connection.execute(rows.group_by(*columns)).all()
