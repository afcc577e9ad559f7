"""New editions over HTTP: enumerated, frozen from a filter, or from a file. Each drafts and publishes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from pydantic import Field
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue.dependencies import Now, WriteSession
from app.changes.item_routes import DraftedOut, shown
from app.changes.schemas import Code, Line, Start
from app.errors import Malformed, Message, fault
from app.files.problems import RowProblem
from app.files.rows import limits
from app.lists.editions import drafting, importing, present, queries
from app.lists.editions.checking import Target, items_of, told_of_items
from app.lists.editions.importing import Checked
from app.lists.editions.schemas import DraftingEdition, EditionImport, NewEdition
from app.pages import JsonBytes
from app.patterns import LINES
from app.schema import Day, wants_english
from app.uploads import FormParts, name_of, saved

router = APIRouter(prefix="/lists", tags=["清单"], route_class=GuardedRoute)

ListCode = Annotated[str, Path(description="清单编码", max_length=64)]
SHOWN = 1000
PARTS = (
    "file", "dry_run", "code", "name", "document_number", "batch", "issued_by", "issued_on", "note", "effective_on",
    "until", "change_set", "title", "reason", "retroactive",
)  # fmt: skip


class DraftedEdition(DraftedOut):
    """The change set, and what the draft does beside the new edition."""

    entry_count: Annotated[int, Field(description="新版本的条目数")]
    told: Annotated[
        list[str],
        Field(
            description="要知道的：前一版停在哪天，原定到何时；有几个事项条件无从判断；哪些事项不是本区划的，哪些条目的基本编码与事项的不同；沿用了几项未认领理由"
        ),
    ]


@router.post(
    "/{code}/editions",
    status_code=202,
    summary="起草清单的新版本",
    operation_id="draft_edition",
    responses={202: {"model": DraftedEdition}},
)
def draft_edition(
    code: ListCode,
    body: NewEdition,
    wish: Annotated[DraftingEdition, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
) -> Response:
    """Drafts an edition (batch) in force from `effective_on`. Of a replaced list the one in force ends on that day.

    Entries are enumerated, or frozen from a filter: what it finds in the list's division on that day, as known now.
    """
    target, said = drafting.target_of(connection, code, wish, now), body.model_dump(mode="json", exclude_none=True)
    drafted, told, count = drafting.drafted_from(connection, target, said, wish, by=caller, now=now)
    return shown(connection, drafted, entry_count=count, told=told)


@dataclass(frozen=True)
class Cover:
    """Into which change set an import goes, and from when until when the edition is in force."""

    effective_on: Annotated[Start | None, Form(description="从哪天起生效，默认今天")] = None
    until: Annotated[Day | None, Form(description="到哪一天为止（不含），默认长期")] = None
    change_set: Annotated[int | None, Form(description="加到哪张变更单", ge=1, le=2**31 - 1)] = None
    title: Annotated[Line | None, Form(description="新变更单的标题")] = None
    reason: Annotated[str | None, Form(description="新变更单的变更原因", max_length=4000, pattern=LINES)] = None
    retroactive: Annotated[bool | None, Form(description="新变更单的生效日期可以早于今天：更正过去")] = None

    @property
    def wish(self) -> DraftingEdition:
        return DraftingEdition(**_stated(self))


@dataclass(frozen=True)
class Head:
    """What is said of an edition beside its entries."""

    edition_code: Annotated[Code | None, Form(alias="code", description="版本编码，起草时必填")] = None
    name: Annotated[Line | None, Form(description="版本名称，起草时必填")] = None
    document_number: Annotated[Line | None, Form(description="文号")] = None
    batch: Annotated[int | None, Form(description="批次", ge=0, le=2**31 - 1)] = None
    issued_by: Annotated[Line | None, Form(description="发布机关")] = None
    issued_on: Annotated[Day | None, Form(description="发布日期")] = None
    note: Annotated[str | None, Form(description="说明", max_length=4000, pattern=LINES)] = None


def _stated(form: Cover | Head) -> dict[str, Any]:
    return {name.removeprefix("edition_"): value for name, value in vars(form).items() if value is not None}


@router.post(
    "/{code}/editions/import",
    status_code=200,
    summary="导入清单的新版本",
    operation_id="import_edition",
    responses={200: {"model": EditionImport}, 202: {"model": EditionImport, "description": "已起草"}},
    dependencies=[Depends(FormParts(PARTS))],
)
def import_edition(
    request: Request,
    code: ListCode,
    caller: Drafter,
    now: Now,
    head: Annotated[Head, Depends()],
    cover: Annotated[Cover, Depends()],
    file: Annotated[
        UploadFile, File(description="xlsx 或 csv（UTF-8 或 GB18030）", json_schema_extra={"format": "binary"})
    ],
    dry_run: Annotated[bool, Form(description="只检查不写入；默认如此")] = True,  # noqa: FBT002
) -> Response:
    """Checks every row, and says what comes and goes against the edition in force on the first day.

    Columns are those of `entries?format=xlsx`. With `dry_run=false` a file without problems is drafted as an edition.
    """
    state, wish = request.app.state, cover.wish
    with saved(file) as path:
        sheet = importing.read(path, name_of(file), limits(state.settings))
    with (state.database.read if dry_run else state.database.write)() as connection:
        target = drafting.target_of(connection, code, wish, now)
        found = importing.check(connection, target, sheet, head.edition_code or code)
        others = told_of_items(target, sheet.entries, items_of(connection, target, sheet.entries))
        if dry_run:
            if head.edition_code:
                drafting.refuse_taken(connection, head.edition_code, target)
            told = [*drafting.told_beforehand(connection, target, sheet.entries), *others]
            return JsonBytes(_report(connection, target, found, told, english=wants_english(request)))
        importing.refuse(found.problems)
        said = _whole(head) | {"entries": sheet.entries}
        drafting.refuse_count(said["code"], len(sheet.entries))
        drafted, ends = drafting.draft_edition(connection, target, said, wish, by=caller, now=now)
        report = _report(connection, target, found, [*ends, *others], english=wants_english(request))
        path_of = f"/v1/change-sets/{drafted.change_set.id}"
        made = {"status": "drafted", "change_set": drafted.change_set.id, "change_set_url": path_of}
        return JsonBytes(
            {**report, **made, "preview_url": f"{path_of}/preview"}, status_code=202, headers={"Location": path_of}
        )


def _whole(head: Head) -> dict[str, Any]:
    """Raises Malformed for a file that is to be drafted under no code or no name."""
    said = _stated(head)
    missing = [name for name in ("code", "name") if name not in said]
    if missing:
        zh, en = "起草要写版本编码（code）和版本名称（name）。", "To draft it, give the edition a code and a name."
        faults = [fault(zh, en, pointer=f"/{name}", rule="required") for name in missing]
        raise Malformed(Message(zh, en), faults=faults)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _report(
    connection: Connection, target: Target, found: Checked, told: Sequence[str], *, english: bool
) -> dict[str, object]:
    compared, moment = found.difference, target.moment
    shown_entries = [*compared.added, *compared.removed, *(each for pair in compared.kept for each in pair)]
    items = queries.items(connection, {each.item_id for each in shown_entries if each.item_id}, moment)
    return {
        "status": "checked",
        "rows": len(found.sheet.rows),
        "problem_count": len(found.problems),
        "problems": [_problem_out(each, english=english) for each in found.problems[:SHOWN]],
        **present.difference_out(compared, items, moment),
        "told": told,
        "change_set": None,
        "change_set_url": None,
        "preview_url": None,
        **moment.stated,
    }


def _problem_out(problem: RowProblem, *, english: bool) -> dict[str, object]:
    places = ("row", "column", "value", "rule", "suggestion")
    message = problem.message.said(english=english)
    return {**{name: getattr(problem, name) for name in places}, "message": message}
