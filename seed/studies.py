"""Entering the demonstration's surveys through the services that researchers use, each on the day it was entered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.access.rules import Caller
from app.demand.surveys import demand_service, response_service, service
from app.demand.surveys.demand_service import Stated
from app.demand.surveys.models import survey as surveys
from app.demand.surveys.response_schemas import NewResponse
from app.demand.surveys.schemas import NewSurvey
from seed.demo.surveys import Demand, Survey

RESEARCHER = Caller("演示研究员（虚构）")


def enter(connection: Connection, survey: Survey, now: datetime) -> None:
    """Raises ValidationError, SurveyRefused, ResponsesRefused or DemandsRefused where it breaks a rule."""
    body = NewSurvey.model_validate(survey.body)
    stated = {name: getattr(body, name) for name in NewSurvey.model_fields}
    number = service.create(connection, stated, by=RESEARCHER, now=now)
    if survey.responses:
        read = [NewResponse.model_validate(each) for each in survey.responses]
        response_service.add(connection, number, [each.stated(each.number) for each in read], by=RESEARCHER, now=now)
    if survey.demands:
        add_demands(connection, number, survey.demands, now)


def add_demands(connection: Connection, survey: int, demands: Sequence[Demand], now: datetime) -> None:
    """Of those that ask for several things the parts are accepted as they are."""
    stated = [Stated(each.text, each.weight, each.question, each.response) for each in demands]
    numbers = demand_service.add(connection, survey, stated, by=RESEARCHER, now=now)
    for number, each in zip(numbers, demands, strict=True):
        if each.parts:
            demand_service.split(connection, survey, number, each.parts, by=RESEARCHER, now=now)


def number_of(connection: Connection, survey: Survey) -> int:
    """Of the one that was entered."""
    entered = (surveys.c.title == survey.body["title"], surveys.c.by == RESEARCHER.name)
    return int(connection.execute(select(func.max(surveys.c.id)).where(*entered)).scalar_one())
