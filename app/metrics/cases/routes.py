"""Counts of cases by month, channel, department and whatever else their items say."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.catalogue.dependencies import Format, KnownAt, Now, Snapshot, csv_answer, kept, wants_csv
from app.catalogue.params import ItemQuestion
from app.metrics import tables
from app.metrics.basis import moment_of
from app.metrics.cases import schemas
from app.metrics.cases.service import statistics
from app.metrics.dependencies import TABLE, Within
from app.metrics.figures import UNREPORTED, additive
from app.pages import JsonBytes

router = APIRouter(tags=["办件"])

Period = Annotated[str, Query(description="哪些月份，两头都算；也可以只写一个月", examples=["2024-01..2024-06"])]
CaseGroups = Annotated[
    list[str] | None,
    Query(
        description="按什么分组，可重复，最多三个：month、channel、business_kind、department、item，以及事项的单值要素",
        examples=[["channel"]],
    ),
]
CaseFilter = Annotated[
    str | None,
    Query(
        description="CQL2 文本：只计符合条件的；可用事项的要素（按每个月月底）和 month、channel、business_kind、各种件数",
        examples=["channel = 'online' AND task_type = '01'"],
    ),
]


@router.get(
    "/case-statistics",
    summary="办件统计",
    operation_id="list_case_statistics",
    response_class=JsonBytes,
    responses={200: {"model": schemas.CaseStatistics, "content": TABLE}},
)
def list_case_statistics(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    period: Period,
    group_by: CaseGroups = None,
    within: Within = None,
    filter: CaseFilter = None,  # noqa: A002 - the name of the parameter
    known_at: KnownAt = None,
    format_: Format = None,
) -> Response:
    """Sums over the months of `period` as known at `known_at`: a row for each group, without `group_by` one row.

    What items say counts as of the last day of each month; of an item that ended before, as of its own last day in it.
    """
    with snapshot() as connection:
        moment, question = (
            moment_of(connection, now, None, known_at, period),
            ItemQuestion(within=within, filter=filter),
        )

        def make() -> Response:
            found = statistics(connection, group_by or (), question, moment)
            told = {"additive": additive(found.dimensions), UNREPORTED: found.unreported}
            body = {**moment.stated, **told, "values": found.rows}
            if not wants_csv(request, format_):
                return JsonBytes(body)
            dates = {name: body.get(name) for name in tables.dates(body)}
            missing = {UNREPORTED: found.unreported}
            rows = ({**dates, **row, **missing} for row in found.flat)
            return csv_answer(rows, [*dates, *found.columns, UNREPORTED], "case-statistics")

        return kept(request, moment, make=make)
