"""Responses of a survey: take them in, see them, correct one, make unreadable what somebody wrote."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.demand.surveys import response_queries, response_schemas, response_service
from app.demand.surveys.compacting import compacted_afterwards
from app.demand.surveys.present import path_of, response_out
from app.demand.surveys.queries import get_survey
from app.demand.surveys.response_params import WantedResponses
from app.demand.surveys.response_schemas import CorrectedResponse, NewResponse, OneOrMany
from app.demand.surveys.routes import IfMatch, SurveyNumber
from app.pages import JsonBytes, link
from app.patterns import CODE

router = APIRouter(prefix="/surveys/{number}/responses", tags=["调查"], route_class=GuardedRoute)

ResponseNumber = Annotated[str, Path(alias="response", description="答卷的编号", pattern=CODE, examples=["S-001"])]


@router.post(
    "",
    status_code=201,
    summary="写入答卷",
    operation_id="add_responses",
    responses={201: {"model": response_schemas.ResponsesAdded}},
)
def add_responses(
    number: SurveyNumber, body: OneOrMany, caller: Researcher, connection: WriteSession, now: Now
) -> Response:
    """One response or a list of them, all or none. What is written where a question asks for a service becomes a demand.

    There is no place for names and contacts; texts that hold a mobile number, an identity number or a mail address are
    refused.
    """
    bodies = [body] if isinstance(body, NewResponse) else body
    stated = [each.stated(each.number) for each in bodies]
    listed = not isinstance(body, NewResponse)
    responses, demands = response_service.add(connection, number, stated, by=caller, now=now, listed=listed)
    path = path_of(number)
    urls = {"responses_url": f"{path}/responses", "demands_url": f"{path}/demands"}
    location = f"{path}/responses" + ("" if listed else f"/{stated[0].number}")
    made = {"responses": responses, "demands": demands, **urls}
    return JsonBytes(made, status_code=201, headers={"Location": location})


@router.get(
    "", summary="答卷清单", operation_id="list_responses", responses={200: {"model": response_schemas.ResponsePage}}
)
def list_responses(
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    wanted: Annotated[WantedResponses, Query()],
) -> Response:
    """In the order in which they came, each with its answers; `after` is an id."""
    with snapshot() as connection:
        held = get_survey(connection, number)
        conditions = wanted.conditions(held)
        rows, total = response_queries.responses_page(connection, number, conditions, wanted.after, wanted.limit)
        shown = rows[: wanted.limit]
        answers = response_queries.answers_of(connection, [row.id for row in shown])
    items = [response_out(held, row, answers.get(row.id, [])) for row in shown]
    path = f"{path_of(number)}/responses"
    following = link(path, **wanted.asked, after=items[-1]["id"]) if len(rows) > wanted.limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get(
    "/{response}",
    summary="一份答卷",
    operation_id="get_response",
    responses={200: {"model": response_schemas.ResponseOut}},
)
def get_response(number: SurveyNumber, name: ResponseNumber, _: Researcher, snapshot: Snapshot) -> Response:
    """Which enterprise it is, by codes alone, and what it answered. Its ETag is what a correction has to bring."""
    with snapshot() as connection:
        return _shown(connection, number, name)


@router.put(
    "/{response}",
    summary="更正答卷",
    operation_id="correct_response",
    responses={200: {"model": response_schemas.ResponseOut}},
)
def correct_response(
    number: SurveyNumber,
    name: ResponseNumber,
    body: CorrectedResponse,
    caller: Researcher,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """The whole response as it should have been. The log keeps what was changed, and a hash of what it said before.

    A demand that came from an answer follows it, unless it was split, matched or judged (409). What was redacted stays so.
    """
    response_service.correct(connection, number, body.stated(name), if_match, by=caller, now=now)
    return _shown(connection, number, name)


@router.post(
    "/{response}/redact",
    summary="隐去答卷里写的文字",
    operation_id="redact_answer",
    responses={200: {"model": response_schemas.ResponseRedacted}},
)
def redact_answer(
    request: Request,
    number: SurveyNumber,
    name: ResponseNumber,
    body: response_schemas.AnswerRedaction,
    caller: Researcher,
    connection: WriteSession,
    now: Now,
) -> Response:
    """What was written in answer to a question is overwritten for good; options that were chosen stay. The log keeps a hash.

    Demands that were taken from the same answer are redacted by themselves; those that still have a text are named.
    """
    response_service.redact(connection, number, name, body.question, body.reason, by=caller, now=now)
    row = response_queries.get_response(connection, number, name)
    said = response_queries.demands_still_said(connection, row.id, body.question)
    answer = _shown(connection, number, name, still_said_in=list(said))
    answer.background = compacted_afterwards(request.app.state.database)
    return answer


def _shown(connection: Connection, number: int, name: str, **more: Any) -> Response:
    held = get_survey(connection, number)
    row = response_queries.get_response(connection, number, name)
    answers = response_queries.answers_of(connection, [row.id]).get(row.id, [])
    headers = {"ETag": f'"{response_service.tag_of(held, row, answers)}"', "Cache-Control": "no-store"}
    return JsonBytes({**response_out(held, row, answers), **more}, headers=headers)
