"""Statements about surveys."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.db import Record
from app.demand.surveys.models import survey
from app.errors import Message, NotFound


class SurveyNotFound(NotFound):
    slug, title = "survey-not-found", Message("没有这次调查", "No such survey")


@dataclass(frozen=True)
class Survey:
    """A survey."""

    row: Record

    @property
    def id(self) -> int:
        return int(self.row.id)


def get_survey(connection: Connection, number: int) -> Survey:
    """Raises SurveyNotFound."""
    row = connection.execute(select(survey).where(survey.c.id == number)).one_or_none()
    if row is None:
        raise SurveyNotFound(Message(f"没有第 {number} 号调查。", f"There is no survey {number}."))
    return Survey(row)
