"""Following jobs, and cancelling them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import GuardedRoute, JobFollower, JobOwner
from app.access.rules import Caller
from app.db import Record
from app.jobs import queries, service
from app.jobs.present import job_out
from app.jobs.rules import Status
from app.jobs.schemas import JobOut, JobPage
from app.jobs.work import stop_here
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.schema import wants_english

router = APIRouter(prefix="/jobs", tags=["任务"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="任务号", ge=1, le=2**31 - 1)]


@router.get("", summary="任务清单", operation_id="list_jobs", responses={200: {"model": JobPage}})
def list_jobs(
    request: Request,
    caller: JobFollower,
    status: Annotated[Status | None, Query(description="只看某种状态")] = None,
    after: Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """Your own, in order of number; administrators see all."""
    english = wants_english(request)
    with request.app.state.database.read() as connection:
        rows, total = queries.jobs_page(connection, caller, status, after, limit)
    items = [job_out(row, english=english) for row in rows[:limit]]
    following = link("/v1/jobs", status=status, after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get("/{number}", summary="一个任务", operation_id="get_job", responses={200: {"model": JobOut}})
def get_job(request: Request, number: Number, caller: JobFollower) -> Response:
    """How far it is; once it is done its `result` says where to look, once it has failed its `problem` says why."""
    with request.app.state.database.read() as connection:
        return shown(request, queries.get_job(connection, number, caller))


@router.post("/{number}/cancel", summary="取消任务", operation_id="cancel_job", responses={200: {"model": JobOut}})
def cancel_job(request: Request, number: Number, caller: JobOwner) -> Response:
    """One that waits is cancelled at once; one that runs stops within seconds. Nothing of it is kept."""
    state = request.app.state
    with state.database.read() as connection:
        queries.get_job(connection, number, caller)
    stopped = stop_here(number)
    with state.database.write() as connection:
        service.cancel(connection, number, by=caller, now=state.clock.now(), stopped=stopped)
        return shown(request, queries.get_job(connection, number, caller))


def accepted(request: Request, connection: Connection, number: int, caller: Caller) -> Response:
    """The answer to what became a job: 202, and where to follow it."""
    answer = shown(request, queries.get_job(connection, number, caller))
    answer.status_code = 202
    answer.headers["Location"] = f"/v1/jobs/{number}"
    return answer


def shown(request: Request, row: Record) -> Response:
    return JsonBytes(job_out(row, english=wants_english(request)))
