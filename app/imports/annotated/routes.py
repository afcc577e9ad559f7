"""The clerk's own workbook back, with what is wrong marked in it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from fastapi import APIRouter, Request, Response

from app.access.dependencies import Follower, GuardedRoute
from app.access.rules import PERMISSIONS, Caller, NotPermitted
from app.catalogue.dependencies import Snapshot
from app.catalogue.export_params import FILES, MEDIA_TYPES
from app.db import Database, Record
from app.downloads import Body, Download, Nothing, Spooled
from app.errors import Gone, Message
from app.files.annotated.workbook import annotate, annotated_name, making, not_a_workbook
from app.files.kinds import is_workbook
from app.imports import queries
from app.imports.annotated.results import Absent, elsewhere, results_of
from app.imports.keeping import is_kept, kept_parts
from app.imports.routes import Number

router = APIRouter(prefix="/imports", tags=["导入"], route_class=GuardedRoute)
XLSX = MEDIA_TYPES["xlsx"]


class NotKept(Gone):
    slug, title = "upload-not-kept", Message("上传的文件已不再保存", "The upload is no longer kept")


@router.get(
    "/{number}/annotated.xlsx",
    summary="批注过的工作簿",
    operation_id="download_annotated_import",
    response_class=Response,
    responses={200: {"content": {XLSX: FILES[XLSX]}, "description": "上传的工作簿，不对的单元格上了颜色、写了批注"}},
)
def download_annotated_import(request: Request, number: Number, caller: Follower, snapshot: Snapshot) -> Download:
    """The workbook as it was uploaded, formats kept: wrong cells are coloured and say in a comment what to do, and a
    first sheet sums up with a link to each. It may be imported again as it is. For whoever uploaded it, and reviewers.
    """
    with snapshot() as connection:
        run = queries.get_import(connection, number)
        _demand_own(run, caller)
        if not is_workbook(run.file_name):
            raise not_a_workbook(run.file_name, elsewhere(run))
        if not is_kept(connection, number):
            raise _not_kept(run)
    database: Database = request.app.state.database
    return Download(
        Nothing if request.scope.get("head") else partial(_annotated, database, run),
        database.downloads,
        media_type=XLSX,
        name=annotated_name(run.file_name),
        plain_name=f"import-{number}-annotated.xlsx",
    )


def _annotated(database: Database, run: Record) -> Body:
    absent = Absent(run)

    def rows() -> Iterator[Record]:
        with database.read() as connection:
            yield from queries.lines_by_severity(connection, run.id)

    def write(target: IO[bytes]) -> None:
        annotate(path, target, results_of(run), lambda: absent.parted(rows), absent.write)

    with making(), TemporaryDirectory(prefix="shixiang-annotated-") as directory:
        path = Path(directory, "upload.xlsx")
        with path.open("wb") as file, database.read() as connection:
            file.writelines(kept_parts(connection, run.id))
        if not path.stat().st_size:
            raise _not_kept(run)
        return Spooled.written(write)


def _demand_own(run: Record, caller: Caller) -> None:
    """The whole of a list is for whoever uploaded it, by a key of theirs too, and for those who review."""
    if caller.person == run.account_id or "review" in PERMISSIONS[caller.role]:
        return
    zh = f"第 {run.id} 次导入的文件是“{run.by}”上传的，只有上传人、审核人和管理员能下载。要看哪里不对，请看问题清单。"
    en = f"The file of import {run.id} is for {run.by!r}, who uploaded it, and for reviewers. Read the problem list."
    raise NotPermitted(Message(zh, en), permission="review", **elsewhere(run).members)


def _not_kept(run: Record) -> NotKept:
    zh = (
        f"第 {run.id} 次导入的“{run.file_name}”已不再保存：保存有期限，执行隐去时也会全部删去。"
        "请再上传一次，或看问题清单。"
    )
    en = f"The file of import {run.id} is no longer kept. Upload it again, or read the problem list."
    return NotKept(Message(zh, en), **elsewhere(run).members)
