"""Reports: freeze figures, read them in any form, recompute them; and the ready-made ones."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator

from app.access.dependencies import Definer, GuardedRoute
from app.catalogue.dependencies import Now, Snapshot
from app.catalogue.moments import resolve
from app.catalogue.periods import parse_period
from app.metrics.in_force import in_force
from app.metrics.reports import answers, freezing, present, queries, schemas
from app.metrics.reports.forms import MEDIA_TYPES, OTHERS, base_of, in_form
from app.metrics.reports.freezing import Author
from app.metrics.reports.templates import get_template, templates
from app.metrics.reports.verdicts import Verification
from app.metrics.reports.verifying import verify
from app.negotiation import checked_form, preferred
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.validators import knows, not_modified, tag_of, tagged, validated

router = APIRouter(tags=["报告"])
writing = APIRouter(tags=["报告"], route_class=GuardedRoute)

ReportId = Annotated[int, Path(description="报告的 id", ge=1, le=2**31 - 1)]
Form = Annotated[
    Literal["json", "html", "csv", "xlsx"] | None,
    BeforeValidator(partial(checked_form, offered=MEDIA_TYPES)),
    Query(alias="format", description="json、html、csv 或 xlsx；不给则看 Accept 头，默认 json"),
]


@writing.post(
    "/reports",
    status_code=201,
    summary="冻结一份报告",
    operation_id="freeze_report",
    responses={201: {"model": answers.ReportOut}},
)
def freeze_report(request: Request, body: schemas.NewReport, caller: Definer, snapshot: Snapshot, now: Now) -> Response:
    """Figures of one revision under a title and a number, with a checksum: nobody changes them any more.

    What they cite is counted first; nothing else waits meanwhile. An edition that `supersedes` another says what moved.
    """
    author = Author(caller, now)
    with snapshot() as connection:
        cited = freezing.counted_report(connection, body, author)
    with request.app.state.database.write() as connection:
        number = freezing.keep(connection, body, cited, author)
        said = present.report_out(connection, queries.get_report(connection, number), now)
    return JsonBytes(said, status_code=201, headers={"Location": said["url"]})


@router.get(
    "/reports",
    summary="报告清单",
    operation_id="list_reports",
    response_class=JsonBytes,
    responses={200: {"model": answers.ReportPage}},
)
def list_reports(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    number: Annotated[str | None, Query(description="编号或文号", max_length=500)] = None,
    period: Annotated[
        list[str] | None, Query(description="只要引用了这些月份办件数的，可重复", examples=[["2024-06"]])
    ] = None,
    before: Annotated[int | None, Query(description="只要这个 id 以前的", ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """The last one first, each with the edition that replaced it."""
    periods = [parse_period(each, now.date()) for each in period or ()]
    with snapshot() as connection:
        rows, total = queries.reports_page(connection, number, periods, before, limit)
    more = (
        {"number": number, "period": period, "before": rows[limit - 1].id, "limit": limit}
        if len(rows) > limit
        else None
    )
    items = [present.summary(row) for row in rows[:limit]]
    said = {"items": items, "total": total, "next": link(present.PATH, **more) if more else None}
    return validated(request, JsonBytes(said))


@router.get(
    "/reports/{number}",
    summary="一份报告",
    operation_id="get_report",
    response_class=JsonBytes,
    responses={200: {"model": answers.ReportOut, "content": OTHERS}},
)
def get_report(request: Request, number: ReportId, snapshot: Snapshot, now: Now, format_: Form = None) -> Response:
    """What was frozen: as JSON, as a page to be printed, as a workbook with charts, or as a flat table.

    It never changes, but for the edition that replaces it. The page and the workbook name the service in their addresses, so
    that these lead back to it wherever the file is kept.
    """
    form = format_ or preferred(request.headers.get("accept", ""), MEDIA_TYPES, "json")
    base = base_of(form, request)
    with snapshot() as connection:
        row = queries.get_report(connection, number)
        tag = tag_of(request.app.state.edition, row.checksum, row.id, row.next_id, form, base)
        if knows(request, tag):
            return not_modified(tag)
        body = present.report_out(connection, row, now)
    return tagged(request, in_form(form, body, base), tag)


@router.get(
    "/reports/{number}/cited",
    summary="校验值所指的文本",
    operation_id="get_cited_text",
    response_class=JsonBytes,
    responses={200: {"description": "规范化的 JSON，它的 SHA-256 就是 checksum"}},
)
def get_cited_text(request: Request, number: ReportId, snapshot: Snapshot) -> Response:
    """The very bytes whose SHA-256 is the checksum: JSON in UTF-8, members in order, no blanks, no addresses."""
    with snapshot() as connection:
        row = queries.get_report(connection, number)
    return validated(request, Response(row.cited.encode(), media_type="application/json"))


@router.get(
    "/reports/{number}/verify",
    summary="核对一份报告",
    operation_id="verify_report",
    response_class=JsonBytes,
    responses={200: {"model": Verification}},
)
def verify_report(request: Request, number: ReportId, snapshot: Snapshot, now: Now) -> Response:
    """Whether the checksum holds, whether each figure recomputed from the versions agrees, and what it is as known now."""
    with snapshot() as connection:
        said = verify(connection, queries.get_report(connection, number), now)
    return validated(request, JsonBytes(said))


@router.get(
    "/report-templates",
    summary="现成的报告",
    operation_id="list_report_templates",
    response_class=JsonBytes,
    responses={200: {"model": answers.Templates}},
)
def list_report_templates(request: Request, snapshot: Snapshot, now: Now) -> Response:
    """Their sentences, and for each figure in them its metric with formula and source."""
    with snapshot() as connection:
        known = in_force(connection, resolve(connection, now))
    items = [present.template_out(each, known) for each in templates().values()]
    return validated(request, JsonBytes({"items": items, "total": len(items)}))


@router.get(
    "/report-templates/{key}",
    summary="一种现成的报告",
    operation_id="get_report_template",
    response_class=JsonBytes,
    responses={200: {"model": answers.TemplateOut}},
)
def get_report_template(
    request: Request,
    key: Annotated[str, Path(description="模板的 key", examples=["district"])],
    snapshot: Snapshot,
    now: Now,
) -> Response:
    """What it says, and what each figure in it is; `POST /v1/reports` with `template` freezes it."""
    template = get_template(key)
    with snapshot() as connection:
        known = in_force(connection, resolve(connection, now))
    return validated(request, JsonBytes(present.template_out(template, known)))
