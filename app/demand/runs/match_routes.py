"""Matching one text: anybody may ask, what people judged of it is for those who work with surveys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.access.dependencies import recognise
from app.access.rules import Caller
from app.catalogue.dependencies import Now
from app.demand.runs.matchers import Matchers
from app.demand.runs.matching import Question, answer
from app.demand.runs.schemas import MatchOut, NewMatch
from app.pages import JsonBytes
from app.schema import wants_english

router = APIRouter(tags=["诉求"])


def caller_if_any(request: Request) -> Caller | None:
    """Who is calling, where they say so. Raises Unauthorized for a token that is none."""
    return recognise(request) if request.headers.get("authorization") else None


def get_matchers(request: Request) -> Matchers:
    matchers: Matchers = request.app.state.matchers
    return matchers


InMemory = Annotated[Matchers, Depends(get_matchers)]


@router.post(
    "/match",
    summary="比对一条诉求",
    operation_id="match_demand",
    response_class=JsonBytes,
    responses={200: {"model": MatchOut}},
)
def match_demand(
    request: Request,
    body: NewMatch,
    caller: Annotated[Caller | None, Depends(caller_if_any)],
    matchers: InMemory,
    now: Now,
) -> Response:
    """Which items may meet a demand, how likely any does, and why each was found.

    Nothing is kept of what is asked. Where the index of the lists is still being built, the answer is 503 with Retry-After.
    """
    known_at = None if body.known_at is None else str(body.known_at)
    asked = Question(body.text, body.within, body.as_of, known_at, body.limit, body.semantic)
    may = caller is not None and caller.may("survey", to_read=True)
    return JsonBytes(answer(matchers, asked, now, english=wants_english(request), with_judgements=may))
