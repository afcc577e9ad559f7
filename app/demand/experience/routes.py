"""Asking how often enterprises met with worse than an item promises, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import AsOf, Format, KnownAt, Now, Snapshot, csv_answer, wants_csv
from app.demand.experience import schemas
from app.demand.experience.comparing import look
from app.demand.experience.present import experience_out, run_out
from app.demand.experience.service import Wanted, ask
from app.demand.experience.tables import COLUMNS, flat
from app.demand.surveys.queries import get_survey
from app.demand.surveys.routes import SurveyNumber
from app.demand.tabulation.present import survey_out
from app.pages import JsonBytes
from app.schema import wants_english

router = APIRouter(tags=["调查"], route_class=GuardedRoute)


@router.get(
    "/surveys/{number}/experience",
    summary="承诺与实际",
    operation_id="compare_experience",
    responses={
        200: {"model": schemas.ExperienceOut, "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
def compare_experience(
    request: Request,
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    now: Now,
    *,
    run: Annotated[int | None, Query(description="哪一次比对认出的事项，默认最后完成的", ge=1, le=2**31 - 1)] = None,
    item: Annotated[str | None, Query(description="只要这个事项的", max_length=64)] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: Format = None,
) -> Response:
    """What respondents answered about the item they came for (visits, working days, fee, resubmission, paper), beside what
    the item promises: by item and in sum how often it was worse, with a 95 % Wilson interval and the responses behind it.

    Which item it is, judgements say and else the run; responses of which that is to be reviewed, or that no item meets,
    are listed apart. Promises are those of `as_of`, by default the last day of the survey (else the run's), as known when
    the run was made unless `known_at` is given. What is not stated or not answered is not compared.
    """
    wanted = Wanted(run, as_of, known_at, item)
    with snapshot() as connection:
        survey = get_survey(connection, number)
        asked = ask(connection, survey, wanted, now)
        found = experience_out(asked, look(connection, asked), english=wants_english(request))
    heads = {"survey": survey_out(survey), "run": run_out(asked.view.run), **asked.view.moment.stated}
    body = {**heads, **found}
    if wants_csv(request, format_):
        return csv_answer(flat(body), COLUMNS, f"survey-{number}-experience")
    return JsonBytes(body)
