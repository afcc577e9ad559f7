"""Judging the demands of a survey, and redacting what should not have been written."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.demand.runs import judged
from app.demand.runs import judgement_schemas as schemas
from app.demand.runs.judged import Sought
from app.demand.runs.judging import Wish, judge
from app.demand.runs.redacting import redact
from app.demand.runs.rules import RECORDED_AS_BETTER, Verdict
from app.demand.surveys.compacting import compacted_afterwards
from app.demand.surveys.demand_routes import DemandNumber
from app.demand.surveys.queries import get_survey
from app.demand.surveys.routes import After, Limit, SurveyNumber
from app.pages import DEFAULT_LIMIT, JsonBytes, link
from app.schema import wants_english

router = APIRouter(prefix="/surveys/{number}", tags=["诉求"], route_class=GuardedRoute)


@router.post(
    "/judgements",
    status_code=201,
    summary="判断诉求",
    operation_id="judge_demands",
    responses={201: {"model": schemas.Judged}},
)
def judge_demands(
    request: Request,
    number: SurveyNumber,
    body: Annotated[schemas.OneOrMany, Body()],
    caller: Researcher,
    connection: WriteSession,
    now: Now,
) -> Response:
    """What somebody judges of one demand or of many: all is kept, or nothing. Judgements are added, never changed.

    Each holds for every demand of the same normalised text, about the lists of the same division; of several the last one
    counts. To confirm an item that the run hadn't found is kept as `better`.
    """
    many = isinstance(body, list)
    wishes = [_wish(each, f"/{n}" if many else "") for n, each in enumerate(body if isinstance(body, list) else [body])]
    numbers, better = judge(connection, get_survey(connection, number), wishes, by=caller, now=now)
    remark = RECORDED_AS_BETTER.said(english=wants_english(request))
    said = judged.shown(connection, judged.judgements(connection, numbers), now)
    items = [{**each, "remark": remark if each["id"] in better else None} for each in said]
    return JsonBytes({"items": items}, status_code=201)


def _wish(body: schemas.NewJudgement, pointer: str) -> Wish:
    return Wish(body.demand, body.verdict, body.item, body.division_code, body.note, body.run, pointer)


@router.get(
    "/judgements", summary="判断清单", operation_id="list_judgements", responses={200: {"model": schemas.JudgementPage}}
)
def list_judgements(
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    now: Now,
    *,
    demand: Annotated[int | None, Query(description="只看某条诉求的", ge=1, le=2**31 - 1)] = None,
    verdict: Annotated[Verdict | None, Query(description="只看某种判断")] = None,
    judge: Annotated[str | None, Query(description="只看某人的", max_length=100)] = None,
    run: Annotated[int | None, Query(description="只看对着某次比对作的", ge=1, le=2**31 - 1)] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number, each with whether it counts now."""
    sought = Sought(demand, verdict, judge, run)
    with snapshot() as connection:
        get_survey(connection, number)
        rows, total = judged.judgements_page(connection, number, sought, after, limit)
        items = judged.shown(connection, rows[:limit], now)
    more = {"demand": demand, "verdict": verdict, "judge": judge, "run": run, "limit": limit}
    path = f"/v1/surveys/{number}/judgements"
    following = link(path, **more, after=rows[limit - 1].id) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.post(
    "/demands/{demand}/redact",
    summary="隐去一条诉求的文字",
    operation_id="redact_demand",
    responses={200: {"model": schemas.DemandRedacted}},
)
def redact_demand(
    request: Request,
    number: SurveyNumber,
    position: DemandNumber,
    body: schemas.NewDemandRedaction,
    caller: Researcher,
    connection: WriteSession,
    now: Now,
) -> Response:
    """Its words go for good: from the demand, from the answer it was taken from, and from what runs and judges noted of them.

    What was found and judged of it stays, so no figure moves. Demands of the same words are named, and stay as they are. An
    embedded database is written anew afterwards, while other writers wait.
    """
    get_survey(connection, number)
    said = redact(connection, number, position, body.reason, by=caller, now=now)
    named = {"same_words": said.same, "parts": said.parts}
    also = {name: [{"survey": one, "demand": other} for one, other in some] for name, some in named.items()}
    after = compacted_afterwards(request.app.state.database)
    return JsonBytes({"survey": number, "demand": position, **also}, background=after)
