"""Files of responses and demands taken into a survey over HTTP, and which were."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from pydantic import JsonValue

from app.access.dependencies import GuardedRoute, Researcher
from app.catalogue.dependencies import ServiceClock, Snapshot
from app.catalogue.export_params import FILES, MEDIA_TYPES
from app.demand.survey_files import annotated, present, queries, schemas
from app.demand.survey_files.background import enqueue_import
from app.demand.survey_files.dependencies import mapping_text
from app.demand.survey_files.reading import Source
from app.demand.survey_files.schemas import ImportKind
from app.demand.survey_files.service import OnInvalid, Wish, import_file, look
from app.demand.survey_files.template import template
from app.demand.surveys.queries import get_survey
from app.demand.surveys.routes import Limit, SurveyNumber
from app.downloads import Download, Spooled
from app.files.annotated.workbook import annotate, annotated_name, making, not_a_workbook
from app.files.kinds import is_workbook
from app.files.rows import limits
from app.jobs.routes import accepted
from app.jobs.schemas import JobOut
from app.jobs.uploads import Background, in_background
from app.pages import DEFAULT_LIMIT, JsonBytes, link
from app.schema import wants_english
from app.uploads import FormParts, name_of, saved

router = APIRouter(prefix="/surveys/{number}/imports", tags=["调查"], route_class=GuardedRoute)

XLSX = MEDIA_TYPES["xlsx"]
BINARY: dict[str, JsonValue] = {"format": "binary"}
ImportNumber = Annotated[int, Path(alias="import", description="导入号", ge=1, le=2**31 - 1)]
KindPart = Annotated[ImportKind, Form(description="responses 一行一份答卷；demands 一行一条诉求")]
MappingPart = Annotated[
    UploadFile | str | None,
    Form(description="哪一列是哪一题、哪个要素，哪些题的回答是诉求：TOML 文字或文件；不写就按列名认"),
]


@router.post(
    "",
    status_code=200,
    summary="导入答卷或诉求",
    operation_id="create_survey_import",
    responses={
        200: {"model": schemas.SurveyImportResult},
        201: {"model": schemas.SurveyImportResult, "description": "已写入"},
        202: {"model": JobOut, "description": "作为任务在后台处理"},
    },
    dependencies=[Depends(FormParts(("file", "kind", "mapping", "dry_run", "on_invalid", "background")))],
)
def create_survey_import(  # noqa: PLR0917 - the parts of a form
    request: Request,
    number: SurveyNumber,
    caller: Researcher,
    clock: ServiceClock,
    file: Annotated[UploadFile, File(description="xlsx、csv（UTF-8 或 GB18030）或 ndjson", json_schema_extra=BINARY)],
    kind: KindPart,
    mapping: MappingPart = None,
    dry_run: Annotated[bool, Form(description="只检查不写入；默认如此")] = True,  # noqa: FBT002
    on_invalid: Annotated[OnInvalid, Form(description="refuse 有一行不对就都不写入；skip 跳过不对的行")] = "refuse",
    background: Background = None,
) -> Response:
    """Checks every row against the questionnaire and the design; with `dry_run=false` the new ones are taken in.

    What is there already is left as it is: the same row is `unchanged`, a response that says otherwise is refused, since
    corrections are made one by one. Columns of names and contacts are not read. An empty cell is not answered. A large
    file is a job, whose result is what would have been answered.
    """
    state, english = request.app.state, wants_english(request)
    wish = Wish(number, Source(name_of(file), kind, mapping_text(mapping)), caller, dry_run, on_invalid)
    if in_background(file, background):
        with state.database.write() as connection:
            get_survey(connection, number)
            job = enqueue_import(connection, wish, file.file, english=english, now=clock.now())
            return accepted(request, connection, job, caller)
    with saved(file) as path:
        outcome = import_file(state.database, path, wish, clock=clock, limits=limits(state.settings))
    body, recorded = present.outcome_out(outcome, english=english), outcome.recorded
    if recorded is None:
        return JsonBytes(body)
    location = f"{present.imports_path(number)}/{recorded.id}"
    return JsonBytes(body, status_code=201, headers={"Location": location})


@router.post(
    "/annotated.xlsx",
    summary="批注过的答卷或诉求工作簿",
    operation_id="annotate_survey_workbook",
    response_class=Response,
    responses={200: {"content": {XLSX: FILES[XLSX]}, "description": "上传的工作簿，要改的单元格上了颜色、写了批注"}},
    dependencies=[Depends(FormParts(("file", "kind", "mapping")))],
)
def annotate_survey_workbook(
    request: Request,
    number: SurveyNumber,
    caller: Researcher,
    file: Annotated[UploadFile, File(description="要导入的 xlsx", json_schema_extra=BINARY)],
    kind: KindPart,
    mapping: MappingPart = None,
) -> Download:
    """Checks the workbook as a dry run does and gives it back, formats kept: wrong cells are coloured and say in a
    comment what to do, and a first sheet sums up. It may be imported as it is. Nothing is written.
    """
    state, name = request.app.state, name_of(file)
    if not is_workbook(name):
        raise not_a_workbook(name, annotated.elsewhere(number))
    wish = Wish(number, Source(name, kind, mapping_text(mapping)), caller, kept=annotated.EVERY_PROBLEM)
    with saved(file) as path:
        with state.database.read() as connection:
            title = get_survey(connection, number).row.title
            outcome = look(connection, path, wish, limits(state.settings))
        results = annotated.results_of(outcome, title)
        with making():
            made = Spooled.written(lambda target: annotate(path, target, results, lambda: annotated.lines_of(outcome)))
    return Download(
        lambda: made,
        state.database.downloads,
        media_type=XLSX,
        name=annotated_name(name),
        plain_name=f"survey-{number}-annotated.xlsx",
    )


@router.get(
    "/template.xlsx",
    summary="答卷或诉求的空白工作簿",
    operation_id="get_survey_template",
    response_class=Response,
    responses={200: {"content": {XLSX: FILES[XLSX]}, "description": "填好就能导入的工作簿"}},
)
def get_survey_template(
    request: Request,
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    kind: Annotated[ImportKind, Query(description="responses 一行一份答卷；demands 一行一条诉求")] = "responses",
) -> Download:
    """A workbook for the questionnaire of this survey: a column for each question, options as drop-downs, a column for
    each option where several may be chosen, what each column means said at its cells.
    """
    with snapshot() as connection:
        held = get_survey(connection, number)
    return template(request.app.state.database, held, kind)


@router.get(
    "",
    summary="调查的导入记录",
    operation_id="list_survey_imports",
    responses={200: {"model": schemas.SurveyImportPage}},
)
def list_survey_imports(
    request: Request,
    number: SurveyNumber,
    _: Researcher,
    snapshot: Snapshot,
    before: Annotated[int | None, Query(description="第几号以前的", ge=1, le=2**31 - 1)] = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Which files were taken in, by whom, and what they brought; the newest first."""
    with snapshot() as connection:
        get_survey(connection, number)
        rows, total = queries.imports_page(connection, number, before, limit)
    english = wants_english(request)
    items = [present.import_out(row, english=english) for row in rows[:limit]]
    path = present.imports_path(number)
    following = link(path, before=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get(
    "/{import}",
    summary="调查的一次导入",
    operation_id="get_survey_import",
    responses={200: {"model": schemas.SurveyImportOut}},
)
def get_survey_import(
    request: Request, number: SurveyNumber, position: ImportNumber, _: Researcher, snapshot: Snapshot
) -> Response:
    """What a file brought."""
    with snapshot() as connection:
        get_survey(connection, number)
        row = queries.get_import(connection, number, position)
    return JsonBytes(present.import_out(row, english=wants_english(request)))
