"""Runs over the demands of a survey: ask for one, read what it found, compare it, repeat it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import Now, Snapshot
from app.catalogue.moments import resolve
from app.demand.runs import background, comparing, judged, present, queries, run_schemas, service, verifying
from app.demand.runs.agreement import agreement, as_json
from app.demand.runs.match_routes import InMemory
from app.demand.runs.result_params import WantedResults
from app.demand.runs.service import Wish
from app.demand.surveys.present import path_of
from app.demand.surveys.queries import get_survey
from app.demand.surveys.routes import After, Limit, SurveyNumber
from app.jobs.routes import accepted
from app.jobs.schemas import JobOut
from app.pages import DEFAULT_LIMIT, JsonBytes, link
from app.schema import wants_english

router = APIRouter(prefix="/surveys/{number}/matching-runs", tags=["诉求"], route_class=GuardedRoute)

RunNumber = Annotated[int, Path(description="第几次比对", ge=1, le=2**31 - 1)]


@router.post(
    "",
    status_code=202,
    summary="比对全部诉求",
    operation_id="start_matching_run",
    responses={202: {"model": run_schemas.RunOut}},
)
def start_matching_run(
    request: Request, number: SurveyNumber, body: run_schemas.NewRun, caller: Researcher, snapshot: Snapshot, now: Now
) -> Response:
    """Matches every demand of a survey with the lists of a division, as a job. The lists, the day, the revision, the weights and
    the thesaurus are settled now and recorded, so that the run can be repeated. Results are written all at once at its end.
    """
    state = request.app.state
    wish = Wish(
        body.within, body.as_of, None if body.known_at is None else str(body.known_at), body.limit, body.semantic
    )
    with snapshot() as connection:
        planned = service.plan(connection, get_survey(connection, number), wish, state.settings, now)
    with state.database.write() as connection:
        run, _ = service.start(connection, planned, by=caller, now=now)
        said = _run(request, connection, number, run)
    return JsonBytes(said, status_code=202, headers={"Location": str(said["url"])})


def _run(request: Request, connection: Connection, survey: int, run: int) -> dict[str, object]:
    return present.run_out(queries.get_run(connection, survey, run), english=wants_english(request))


@router.get("", summary="比对清单", operation_id="list_matching_runs", responses={200: {"model": run_schemas.RunPage}})
def list_matching_runs(
    request: Request,
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number, each with how far it is."""
    with snapshot() as connection:
        get_survey(connection, number)
        rows, total = queries.runs_page(connection, number, after, limit)
    items = [present.run_out(row, english=wants_english(request)) for row in rows[:limit]]
    following = (
        link(f"{path_of(number)}/matching-runs", after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    )
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get(
    "/{run}", summary="一次比对", operation_id="get_matching_run", responses={200: {"model": run_schemas.RunDetail}}
)
def get_matching_run(
    request: Request, number: SurveyNumber, run: RunNumber, _: Researcher, snapshot: Snapshot, now: Now
) -> Response:
    """With what it was made, what it came to, what counts by now, judgements included, and how far judges agree."""
    with snapshot() as connection:
        row = queries.get_run(connection, number, run)
        is_done = row.ended_at is not None
        counts = present.counts_out(queries.outcome_counts(connection, row, now)) if is_done else None
        alike = as_json(agreement(judged.statements(connection, row))) if is_done else None
    return JsonBytes({**present.run_out(row, english=wants_english(request)), "outcomes": counts, "agreement": alike})


@router.get(
    "/{run}/results",
    summary="比对结果",
    operation_id="list_match_results",
    responses={200: {"model": run_schemas.ResultPage}},
)
def list_match_results(
    request: Request,
    number: SurveyNumber,
    run: RunNumber,
    _: Researcher,
    snapshot: Snapshot,
    now: Now,
    wanted: Annotated[WantedResults, Query()],
) -> Response:
    """What the run found of each demand, in the order of their numbers, with the judgements of its words and what counts now."""
    with snapshot() as connection:
        row = queries.ended_run(connection, number, run)
        rows, total = queries.results_page(connection, row, wanted, now)
        shown = rows[: wanted.limit]
        items = present.results_out(connection, row, shown, now, english=wants_english(request))
        dates = resolve(connection, now, row.as_of.isoformat(), str(row.revision)).stated
    path, is_more = f"{present.run_url(number, run)}/results", len(rows) > wanted.limit
    following = link(path, **wanted.asked, after=shown[-1].number) if is_more else None
    return JsonBytes({"run": run, "items": items, "total": total, "next": following, **dates})


@router.get(
    "/{run}/compare",
    summary="与另一次比对相比",
    operation_id="compare_matching_runs",
    responses={200: {"model": run_schemas.Comparison}},
)
def compare_matching_runs(
    number: SurveyNumber,
    run: RunNumber,
    _: Researcher,
    snapshot: Snapshot,
    with_: Annotated[int, Query(alias="with", description="与第几次比对相比", ge=1, le=2**31 - 1)],
    after: Annotated[int, Query(description="从第几条诉求之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """The demands whose zone or first item differs between two runs, how many those are, and in what the runs differ."""
    with snapshot() as connection:
        one, other = (queries.ended_run(connection, number, each) for each in (run, with_))
        return JsonBytes(comparing.compare(connection, one, other, after, limit))


@router.get(
    "/{run}/verify",
    summary="重算一次比对",
    operation_id="verify_matching_run",
    responses={200: {"model": run_schemas.RunVerified}},
)
def verify_matching_run(
    request: Request, number: SurveyNumber, run: RunNumber, _: Researcher, snapshot: Snapshot, matchers: InMemory
) -> Response:
    """Matches the demands again with the items, weights and thesaurus that the run recorded, and says whether it finds the same.

    A large run is verified by a job: `POST` to the same address.
    """
    with snapshot() as connection:
        row = queries.ended_run(connection, number, run)
        verifying.demand_small(row)
    return JsonBytes(verifying.verify(request.app.state.database, row, matchers.get, lambda *_: None))


@router.post(
    "/{run}/verify",
    status_code=202,
    summary="在后台重算一次比对",
    operation_id="start_run_verification",
    responses={202: {"model": JobOut}},
)
def start_run_verification(
    request: Request, number: SurveyNumber, run: RunNumber, caller: Researcher, now: Now
) -> Response:
    """As `GET`, by a job, whose result is what `GET` answers."""
    with request.app.state.database.write() as connection:
        queries.ended_run(connection, number, run)
        job = background.enqueue_verification(connection, number, run, by=caller, now=now)
        return accepted(request, connection, job, caller)
