"""Reporting monthly counts of cases over HTTP, and what was reported."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile

from app.access.dependencies import Drafter, Follower, GuardedRoute
from app.cases import annotated, present, queries, reading, schemas, undoing
from app.cases.background import enqueue_report
from app.cases.checking import check
from app.cases.models import case_count
from app.cases.params import CaseCode, CaseMonth, asked_records
from app.cases.reporting import report_file
from app.cases.service import OnInvalid, Source
from app.cases.template import read_prefilled, template
from app.catalogue.dependencies import KnownAt, Now, ServiceClock, Snapshot
from app.catalogue.export_params import FILES, MEDIA_TYPES
from app.catalogue.moments import resolve
from app.downloads import Download, Spooled
from app.files.annotated.workbook import annotate, annotated_name, making, not_a_workbook
from app.files.kinds import is_workbook
from app.files.rows import limits
from app.jobs.routes import accepted
from app.jobs.schemas import JobOut
from app.jobs.uploads import Background, in_background
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.patterns import LINES
from app.schema import wants_english
from app.uploads import FormParts, name_of, saved

router = APIRouter(tags=["办件"], route_class=GuardedRoute)

PARTS = ("file", "dry_run", "on_invalid", "reason", "background")
XLSX = MEDIA_TYPES["xlsx"]
Number = Annotated[int, Path(description="报送号", ge=1, le=2**31 - 1)]


@router.post(
    "/case-imports",
    status_code=200,
    summary="报送办件统计",
    operation_id="create_case_import",
    responses={
        200: {"model": schemas.CaseImportResult},
        201: {"model": schemas.CaseImportResult, "description": "已写入"},
        202: {"model": JobOut, "description": "作为任务在后台处理"},
    },
    dependencies=[Depends(FormParts(PARTS))],
)
def create_case_import(
    request: Request,
    caller: Drafter,
    clock: ServiceClock,
    file: Annotated[
        UploadFile, File(description="xlsx、csv（UTF-8 或 GB18030）或 ndjson", json_schema_extra={"format": "binary"})
    ],
    dry_run: Annotated[bool, Form(description="只检查不写入；默认如此")] = True,  # noqa: FBT002
    on_invalid: Annotated[OnInvalid, Form(description="refuse 有一行不对就都不写入；skip 跳过不对的行")] = "refuse",
    reason: Annotated[
        str | None, Form(description="重报的原因：以前报过的数变了，写入时必须说明", max_length=4000, pattern=LINES)
    ] = None,
    background: Background = None,
) -> Response:
    """Checks every row; with `dry_run=false` what is new or restated counts from a revision of its own on.

    Its unchanged rows are then said again. What was reported before stays askable by `known_at`. An empty cell is not
    stated, a missing row changes nothing. A large file is a job, whose result is what would have been answered.
    """
    state, english = request.app.state, wants_english(request)
    source = Source(name_of(file), caller, reason, on_invalid)
    if in_background(file, background):
        with state.database.write() as connection:
            number = enqueue_report(connection, source, file.file, dry_run=dry_run, english=english, now=clock.now())
            return accepted(request, connection, number, caller)
    with saved(file) as path:
        allowed = limits(state.settings)
        outcome = report_file(state.database, path, source, dry_run=dry_run, clock=clock, limits=allowed)
    body, recorded = present.outcome_out(outcome, english=english), outcome.recorded
    if recorded is None:
        return JsonBytes(body)
    return JsonBytes(body, status_code=201, headers={"Location": f"{present.IMPORTS}/{recorded.id}"})


@router.post(
    "/case-imports/annotated.xlsx",
    summary="批注过的办件工作簿",
    operation_id="annotate_case_workbook",
    response_class=Response,
    responses={
        200: {"content": {XLSX: FILES[XLSX]}, "description": "上传的工作簿，要改、要核对的单元格上了颜色、写了批注"}
    },
    dependencies=[Depends(FormParts(("file",)))],
)
def annotate_case_workbook(
    request: Request,
    caller: Drafter,
    clock: ServiceClock,
    file: Annotated[UploadFile, File(description="要报送的 xlsx", json_schema_extra={"format": "binary"})],
) -> Download:
    """Checks the workbook as a dry run does and gives it back, formats kept: wrong cells and restated counts are coloured
    and say in a comment what to do, and a first sheet sums up. It may be reported again as it is. Nothing is written.
    """
    state, name = request.app.state, name_of(file)
    if not is_workbook(name):
        raise not_a_workbook(name, annotated.ELSEWHERE)
    with saved(file) as path:
        sheet = reading.read(path, name, limits(state.settings))
        with state.database.read() as connection:
            moment = resolve(connection, clock.now())
            checked = check(connection, sheet, moment, caller)
        results = annotated.results_of(checked, name, moment)
        with making():
            made = Spooled.written(lambda target: annotate(path, target, results, lambda: annotated.lines_of(checked)))
    return Download(
        lambda: made,
        state.database.downloads,
        media_type=XLSX,
        name=annotated_name(name),
        plain_name="cases-annotated.xlsx",
    )


@router.get(
    "/case-imports/template.xlsx",
    summary="办件统计的空白工作簿",
    operation_id="get_case_template",
    response_class=Response,
    responses={200: {"content": {XLSX: FILES[XLSX]}, "description": "填好就能报送的工作簿"}},
)
def get_case_template(
    request: Request,
    _: Follower,
    now: Now,
    snapshot: Snapshot,
    department_code: Annotated[
        str | None, Query(description="哪个部门的事项，与 month 一起写：每个事项先写好一行", max_length=64)
    ] = None,
    month: Annotated[
        str | None, Query(description="要报的月份，已经结束的；事项按它的最后一天", examples=["2024-06"])
    ] = None,
) -> Download:
    """A workbook with the columns of a report, the channel as a drop-down, what each column means said at its cells.

    With a department and a month: a row for each of its items in force on the month's last day, counts left empty.
    """
    with snapshot() as connection:
        prefilled = read_prefilled(connection, now, department_code, month)
    return template(request.app.state.database, prefilled)


@router.get(
    "/case-imports",
    summary="办件报送记录",
    operation_id="list_case_imports",
    responses={200: {"model": schemas.CaseImportPage}},
)
def list_case_imports(
    _: Follower,
    snapshot: Snapshot,
    before: Annotated[int | None, Query(description="第几号以前的", ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """Who reported which months when, and why where it restates what stood; the newest first."""
    with snapshot() as connection:
        rows, total = queries.imports_page(connection, before, limit)
    following = link(present.IMPORTS, before=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes({"items": [present.import_out(row) for row in rows[:limit]], "total": total, "next": following})


@router.get(
    "/case-imports/{number}",
    summary="一次办件报送",
    operation_id="get_case_import",
    responses={200: {"model": schemas.CaseImportOut}},
)
def get_case_import(number: Number, _: Follower, snapshot: Snapshot) -> Response:
    """What a report brought."""
    with snapshot() as connection:
        return JsonBytes(present.import_out(queries.get_import(connection, number)))


@router.post(
    "/case-imports/{number}/undo",
    status_code=201,
    summary="撤销一次办件报送",
    operation_id="undo_case_import",
    responses={201: {"model": schemas.CaseImportOut}},
)
def undo_case_import(
    request: Request, number: Number, body: schemas.CaseUndo, caller: Drafter, clock: ServiceClock
) -> Response:
    """Nothing counts any more that the report said, and what stood before it stands again, from a revision of its own on.

    A month of which nothing else is reported is not reported again, which is not 0. Later reports that said any of it
    again, the same or corrected, have to be undone before (409 names them). What was known before stays askable by `known_at`.
    """
    with request.app.state.database.write() as connection:
        taken = undoing.undo(connection, number, body.reason, caller, clock)
        made = present.import_out(queries.get_import(connection, taken.id))
    return JsonBytes(made, status_code=201, headers={"Location": f"{present.IMPORTS}/{taken.id}"})


@router.get(
    "/case-records",
    summary="报过的办件数",
    operation_id="list_case_records",
    responses={200: {"model": schemas.CaseRecordPage}},
)
def list_case_records(
    _: Follower,
    snapshot: Snapshot,
    now: Now,
    code: CaseCode = None,
    month: CaseMonth = None,
    import_id: Annotated[int | None, Query(description="只要这次报送写入的", ge=1, le=2**31 - 1)] = None,
    known_at: KnownAt = None,
    after: Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """Every count as it was reported, restated ones included; with `known_at` those that counted then."""
    with snapshot() as connection:
        moment = resolve(connection, now, None, known_at)
        conditions = asked_records(connection, moment, code, month, known=known_at is not None)
        if import_id is not None:
            queries.get_import(connection, import_id)
            conditions.append(case_count.c.import_id == import_id)
        rows, total = queries.records_page(connection, conditions, after, limit)
        items = queries.items_then(connection, (row.item_id for row in rows[:limit]), moment)
    asked = {"code": code, "month": month, "import_id": import_id, "known_at": moment.revision if known_at else None}
    following = link(present.RECORDS, **asked, after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    shown = [present.record_out(row, items) for row in rows[:limit]]
    return JsonBytes({"items": shown, "total": total, "next": following})
