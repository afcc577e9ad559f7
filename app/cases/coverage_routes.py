"""Asking who has reported a month over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.cases.coverage import Coverage, told
from app.cases.params import one_month
from app.cases.schemas import CaseCoverage
from app.catalogue.collections import Within
from app.catalogue.dependencies import KnownAt, Now, Snapshot, kept
from app.catalogue.moments import resolve
from app.pages import JsonBytes

router = APIRouter(tags=["办件"])


@router.get(
    "/case-coverage",
    summary="各部门报送情况",
    operation_id="list_case_coverage",
    response_class=JsonBytes,
    responses={200: {"model": CaseCoverage}},
)
def list_case_coverage(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    month: Annotated[str, Query(description="哪个月，已经结束的", examples=["2024-06"])],
    *,
    reported: Annotated[bool | None, Query(description="true 只要报了的部门，false 只要一条都没有报的")] = None,
    within: Within = None,
    known_at: KnownAt = None,
) -> Response:
    """Of each department that had items in force on the month's last day: how many items, and of how many it reported.

    What isn't reported is not 0: figures of the month lack it.
    """
    one = one_month(month, now.date())
    with snapshot() as connection:
        moment = resolve(connection, now, str(one.last_day), known_at)
        coverage = Coverage(one, moment, within)
        return kept(request, moment, make=lambda: JsonBytes(told(coverage, coverage.departments(connection), reported)))
