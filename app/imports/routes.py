"""Importing files of items over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi import Path as PathParameter
from pydantic import JsonValue

from app.access.dependencies import Drafter, Follower, GuardedRoute
from app.catalogue.dependencies import Now, Snapshot
from app.catalogue.export_columns import elements_of_template, read_columns
from app.catalogue.export_params import FILES, MEDIA_TYPES
from app.catalogue.exports import template
from app.catalogue.moments import in_shanghai, resolve
from app.changes.schemas import Line
from app.db import Record
from app.files.rows import limits
from app.imports import queries, service
from app.imports.background import enqueue_import
from app.imports.books import OnConflict
from app.imports.dependencies import (
    files_of,
    given_mapping,
    refuse_unknown_parts,
)
from app.imports.schemas import ImportOut, ProblemPage, RowPage
from app.imports.service import OnInvalid, Upload, Wish
from app.jobs.routes import accepted
from app.jobs.schemas import JobOut
from app.jobs.uploads import Background, in_background
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.patterns import LINES
from app.schema import Day, wants_english
from app.uploads import name_of, saved

router = APIRouter(prefix="/imports", tags=["导入"], route_class=GuardedRoute)

# Besides contentMediaType, which generators of clients don't all know: they would send a text without a file name.
BINARY: dict[str, JsonValue] = {"format": "binary"}
Number = Annotated[int, PathParameter(description="导入号", ge=1, le=2**31 - 1)]


@router.post(
    "",
    status_code=201,
    summary="导入文件",
    operation_id="create_import",
    responses={201: {"model": ImportOut}, 202: {"model": JobOut, "description": "作为任务在后台处理"}},
    dependencies=[Depends(refuse_unknown_parts)],
)
def create_import(  # noqa: PLR0917 - the parts of a form
    request: Request,
    caller: Drafter,
    now: Now,
    file: Annotated[UploadFile, File(description="xlsx、csv（UTF-8 或 GB18030）或 ndjson", json_schema_extra=BINARY)],
    mapping: Annotated[
        UploadFile | str | None, Form(description="自带映射的名称（如 guangdong），或一个 TOML 文件")
    ] = None,
    effective_on: Annotated[Day | None, Form(description="生效日期，默认今天")] = None,
    dry_run: Annotated[bool, Form(description="只检查不写入；默认如此")] = True,  # noqa: FBT002
    on_invalid: Annotated[OnInvalid, Form(description="refuse 有一行不对就都不导入；skip 跳过不对的行")] = "refuse",
    on_conflict: Annotated[
        OnConflict,
        Form(
            description="导出之后别人也改过的格子：refuse 拒绝这一行；mine 按文件的；theirs 保留现在的",
        ),
    ] = "refuse",
    title: Annotated[Line | None, Form(description="变更单标题")] = None,
    document_number: Annotated[Line | None, Form(description="文号")] = None,
    reason: Annotated[str | None, Form(description="变更原因", max_length=4000, pattern=LINES)] = None,
    retroactive: Annotated[bool, Form(description="日期可以早于今天：更正过去")] = False,  # noqa: FBT002
    background: Background = None,
) -> Response:
    """Checks every row against the catalogue. With `dry_run=false` it drafts a change set, which is then approved.

    An empty cell says "not stated", a missing column leaves the element as it is, a missing row deletes nothing.
    A large file is a job: its result says which import it became.
    """
    wish = Wish(
        effective_on or now.date(), dry_run, on_invalid, on_conflict, title, document_number, reason, retroactive
    )
    state, name, (columns, mapping_name) = request.app.state, name_of(file), given_mapping(mapping)
    if in_background(file, background):
        names, files = {"file": name, "mapping": mapping_name}, files_of(file, mapping)
        with state.database.write() as connection:
            number = enqueue_import(connection, wish, names, files, by=caller, now=now)
            return accepted(request, connection, number, caller)
    with saved(file) as path:
        upload = Upload(path, name, caller, columns, mapping_name, state.settings.keep_uploads_days)
        number = service.run(state.database, upload, wish, now=now, limits=limits(state.settings))
    with state.database.read() as connection:
        body = import_out(queries.get_import(connection, number), english=wants_english(request))
    return JsonBytes(body, status_code=201, headers={"Location": f"/v1/imports/{number}"})


@router.get(
    "/template.xlsx",
    summary="空白的导入工作簿",
    operation_id="get_import_template",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["xlsx"]: FILES[MEDIA_TYPES["xlsx"]]}}},
)
def get_import_template(
    request: Request,
    _: Follower,
    now: Now,
    snapshot: Snapshot,
    fields: Annotated[str | None, Query(description="只要哪些要素，逗号分开，如 code,name,materials")] = None,
    sections: Annotated[
        str | None, Query(description="只要哪些节的要素，逗号分开，如 标识,子清单；不与 fields 同时写")
    ] = None,
) -> Response:
    """The workbook that an export gives, without a row: to be filled in and imported."""
    elements = elements_of_template(read_columns(fields, sections))
    with snapshot() as connection:
        moment = resolve(connection, now)
    return template(request.app.state.database, elements, moment)


@router.get("/{number}", summary="一次导入", operation_id="get_import", responses={200: {"model": ImportOut}})
def get_import(request: Request, number: Number, _: Follower, snapshot: Snapshot) -> Response:
    """What was found and done."""
    with snapshot() as connection:
        return JsonBytes(import_out(queries.get_import(connection, number), english=wants_english(request)))


# What reports say since there are workbooks that come back.
WHERE_NOT_SAID = {"on_conflict": "refuse", "list_sheets": (), "exported_revision": None}


def import_out(row: Record, *, english: bool) -> dict[str, object]:
    change_set, found = row.change_set, row.report
    return {
        "id": row.id,
        "status": row.status,
        "file_name": row.file_name,
        "mapping": row.mapping,
        "effective_on": row.effective_on,
        "by": row.by,
        "at": in_shanghai(row.at),
        **WHERE_NOT_SAID,
        **found,
        "findings": [rule_out(rule, english=english) for rule in found["findings"]],
        "rejections": [rule_out(rule, english=english) for rule in found["rejections"]],
        "change_set": change_set,
        "change_set_url": None if change_set is None else f"/v1/change-sets/{change_set}",
        "problems_url": f"/v1/imports/{row.id}/problems",
        "rows_url": f"/v1/imports/{row.id}/rows",
    }


def rule_out(rule: dict[str, object], *, english: bool) -> dict[str, object]:
    message_en = rule["message_en"]
    shown = {name: value for name, value in rule.items() if name != "message_en"}
    return shown | {"message": message_en} if english else shown


@router.get(
    "/{number}/problems",
    summary="导入的问题清单",
    operation_id="list_import_problems",
    responses={200: {"model": ProblemPage}},
)
def list_import_problems(
    request: Request,
    number: Number,
    _: Follower,
    snapshot: Snapshot,
    severity: Annotated[
        Literal["rejected", "error", "warning", "advice", "absent"] | None, Query(description="只看某一类")
    ] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="从哪一条之后开始")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="条数")] = DEFAULT_LIMIT,
) -> Response:
    """Rejected rows, findings on accepted ones, and absent items, in the order of the file."""
    with snapshot() as connection:
        queries.get_import(connection, number)
        rows, total = queries.problems_page(connection, number, severity, after, limit)
    english = wants_english(request)
    path = f"/v1/imports/{number}/problems"
    following = link(path, severity=severity, after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes(
        {"items": [line_out(row, english=english) for row in rows[:limit]], "total": total, "next": following}
    )


@router.get(
    "/{number}/rows", summary="导入的每一行", operation_id="list_import_rows", responses={200: {"model": RowPage}}
)
def list_import_rows(
    number: Number,
    _: Follower,
    snapshot: Snapshot,
    outcome: Annotated[Literal["added", "amended", "rejected"] | None, Query(description="只看某一类")] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="从哪一条之后开始")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="条数")] = DEFAULT_LIMIT,
) -> Response:
    """What each row would do or did, element by element, in the order of the file; rows that change nothing are left out."""
    with snapshot() as connection:
        queries.get_import(connection, number)
        rows, total = queries.rows_page(connection, number, outcome, after, limit)
    path = f"/v1/imports/{number}/rows"
    following = link(path, outcome=outcome, after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes({"items": [row_out(row) for row in rows[:limit]], "total": total, "next": following})


def row_out(row: Record) -> dict[str, object]:
    return {name: row._mapping[name] for name in ("row", "code", "name", "outcome", "kinds", "changes")}


def line_out(row: Record, *, english: bool) -> dict[str, object]:
    shown = ("severity", "sheet", "row", "column", "value", "code", "rule", "suggestion")
    return {name: row._mapping[name] for name in shown} | {"message": row.message_en if english else row.message_zh}
