"""Surveys: make one, edit it, see what there is of it and what doesn't add up."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.catalogue.divisions import demand_division
from app.demand.surveys import present, queries, schemas, service
from app.demand.surveys.contradictions import contradictions
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.schema import wants_english

router = APIRouter(prefix="/surveys", tags=["调查"], route_class=GuardedRoute)

SurveyNumber = Annotated[int, Path(description="调查的编号", ge=1, le=2**31 - 1)]
After = Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]
IfMatch = Annotated[str | None, Header(description="读到的 ETag，必须带", examples=['"1"'], max_length=200)]


@router.post(
    "", status_code=201, summary="新建调查", operation_id="create_survey", responses={201: {"model": schemas.SurveyOut}}
)
def create_survey(
    request: Request, body: schemas.NewSurvey, caller: Researcher, connection: WriteSession, now: Now
) -> Response:
    """Whom it asks, when and what. The questionnaire is given in full, or one that is shipped is named.

    Figures of a survey that is known only as published are entered as they were printed: what doesn't add up is told in
    `warnings` and stays as it is.
    """
    stated = {name: getattr(body, name) for name in type(body).model_fields}
    number = service.create(connection, stated, by=caller, now=now)
    return shown(request, connection, number, status=201)


@router.get("", summary="调查清单", operation_id="list_surveys", responses={200: {"model": schemas.SurveyPage}})
def list_surveys(
    _: Researcher,
    snapshot: Snapshot,
    within: Annotated[str | None, Query(description="区划及其下级", examples=["440000"])] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number, with how many responses and demands there are of each."""
    with snapshot() as connection:
        demand_division(connection, within)
        rows, total = queries.surveys_page(connection, within, after, limit)
        tallies = queries.tallies(connection, [row.id for row in rows[:limit]])
    items = [present.summary_out(row, tallies.get(row.id, queries.Tally())) for row in rows[:limit]]
    asked = {"within": within, "limit": limit}
    following = link(present.SURVEYS, **asked, after=items[-1]["id"]) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get("/{number}", summary="一次调查", operation_id="get_survey", responses={200: {"model": schemas.SurveyOut}})
def get_survey(request: Request, number: SurveyNumber, _: Researcher, snapshot: Snapshot) -> Response:
    """Its design and questions, in each stratum how many were planned and how many answered, and what doesn't add up."""
    with snapshot() as connection:
        return shown(request, connection, number)


@router.patch(
    "/{number}", summary="修改调查", operation_id="change_survey", responses={200: {"model": schemas.SurveyOut}}
)
def change_survey(
    request: Request,
    number: SurveyNumber,
    body: schemas.ChangedSurvey,
    caller: Researcher,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """What is given is changed, null takes away; design, questionnaire and published figures are given whole.

    Questions that were answered go on meaning what they meant (409), and no response falls out of its stratum (409).
    Responses that were in no stratum come into the one that they meet now.
    """
    stated = {name: getattr(body, name) for name in body.model_fields_set}
    service.change(connection, number, stated, if_match, by=caller, now=now)
    return shown(request, connection, number)


def shown(request: Request, connection: Connection, number: int, *, status: int = 200) -> Response:
    held = queries.get_survey(connection, number)
    counts, tally = queries.counts_of(connection, held), queries.tallies(connection, [number])
    found = contradictions(held.questionnaire, held.design, held.published, counts)
    english = wants_english(request)
    body = present.survey_out(held, tally.get(number, queries.Tally()), counts, found, english=english)
    headers = {"ETag": f'"{held.row.version}"', "Cache-Control": "no-store", "Vary": "Accept-Language"}
    if status == 201:
        headers["Location"] = present.path_of(number)
    return JsonBytes(body, status_code=status, headers=headers)
