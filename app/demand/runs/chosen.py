"""Which run of a survey an answer is about: the one that is named, else the last one that has ended."""

from sqlalchemy import Connection, func, select

from app.db import Record
from app.demand.runs.models import matching_run
from app.demand.runs.queries import ended_run
from app.errors import Conflict, Message


class NotMatched(Conflict):
    slug, title = "not-matched", Message("诉求还没有比对", "The demands were not matched yet")


def chosen_run(connection: Connection, survey: int, number: int | None) -> Record:
    """Raises RunNotFound, RunUnfinished where there are no results of it, or NotMatched where no run of the survey has ended."""
    return ended_run(connection, survey, _last_ended(connection, survey) if number is None else number)


def _last_ended(connection: Connection, survey: int) -> int:
    ended = matching_run.c.survey_id == survey, matching_run.c.ended_at.is_not(None)
    last: int | None = connection.execute(select(func.max(matching_run.c.id)).where(*ended)).scalar_one()
    if last is None:
        path = f"/v1/surveys/{survey}/matching-runs"
        zh = f"第 {survey} 号调查的诉求还没有与清单比对完，没有结果可说。请先比对：POST {path}。"
        raise NotMatched(Message(zh, f"The demands of survey {survey} were not matched yet: POST {path} first."))
    return last
