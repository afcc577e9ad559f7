"""Reading what items refer to: departments, windows, basic items, divisions, code lists, elements."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import func, select

from app.catalogue import present
from app.catalogue.code_lists import CodeList, code_lists
from app.catalogue.collections import Cursor, Limit, Within
from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, csv_answer, dated_tag
from app.catalogue.divisions import below, demand_division, division, divisions
from app.catalogue.element import Element, elements_of
from app.catalogue.elements import ELEMENTS
from app.catalogue.moments import resolve
from app.catalogue.objects import VERSION_ELEMENTS
from app.catalogue.paging import read_page
from app.catalogue.schemas import CodeListOut, CodeLists, DivisionPage, ElementList
from app.errors import Message, NotFound
from app.pages import JsonBytes, fingerprint
from app.validators import knows, not_modified

router = APIRouter(tags=["目录"])

Format = Annotated[Literal["json", "csv"], Query(alias="format", description="json 或 csv")]
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


class NoSuchCodeList(NotFound):
    slug, title = "code-list-not-found", Message("没有这个代码表", "No such code list")


@router.get(
    "/divisions",
    summary="行政区划",
    operation_id="list_divisions",
    response_class=JsonBytes,
    responses={200: {"model": DivisionPage}},
)
def list_divisions(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    as_of: AsOf = None,  # noqa: ARG001 - read with the cursor
    known_at: KnownAt = None,  # noqa: ARG001
    within: Within = None,
    limit: Limit = None,  # noqa: ARG001
    cursor: Cursor = None,  # noqa: ARG001
) -> Response:
    """Divisions of GB/T 2260 in force on a day, in order of code."""
    page = read_page(request.query_params, fingerprint({"path": "/divisions", "within": within}), parts=(str,))
    with snapshot() as connection:
        moment = resolve(connection, now, page.as_of, page.known_at)
        tag = dated_tag(request, moment)
        if knows(request, tag):
            return not_modified(tag)
        wanted = divisions(moment)
        demand_division(connection, within)
        if within is not None:
            wanted = wanted.where(below(division.c.code, within))
        following_rows = wanted.where(division.c.code > page.after[0]) if page.after else wanted
        rows = connection.execute(following_rows.order_by(division.c.code).limit(page.limit + 1)).all()
        count = select(func.count()).select_from(wanted.subquery())
        total = page.total_of(len(rows), lambda: int(connection.execute(count).scalar_one()))
    shown = [{**row._mapping, "valid_to": present.open_end(row.valid_to)} for row in rows[: page.limit]]
    last = (shown[-1]["code"],) if len(rows) > page.limit else None
    following = page.following("/v1/divisions", {"within": within}, moment, total, last)
    return page.answer(shown, total, following, moment, tag)


@router.get(
    "/elements",
    summary="要素字典",
    operation_id="list_elements",
    response_class=JsonBytes,
    responses={200: {"model": ElementList, **CSV}},
)
def list_elements(format_: Format = "json") -> Response:
    """Every element of an item, declared once: API field, Chinese label, exchange column, kind, code list."""
    return listing(
        [described(element) for element in (*ELEMENTS.values(), *VERSION_ELEMENTS.values())], format_, "elements"
    )


def described(element: Element) -> dict[str, object]:
    parts = [] if element.model is None else [described(part) for part in elements_of(element.model)]
    return {
        "name": element.name,
        "label": element.label,
        "exchange": element.exchange,
        "section": element.section,
        "kind": element.kind,
        "code_list": element.codes,
        "required": element.required,
        "derived": element.derived,
        "filterable": element.filterable,
        "headers": list(element.headers),
        "elements": parts,
    }


@router.get(
    "/code-lists",
    summary="代码表",
    operation_id="list_code_lists",
    response_class=JsonBytes,
    responses={200: {"model": CodeLists, **CSV}},
)
def list_code_lists(format_: Format = "json") -> Response:
    """All code lists. `standing` says how far a list is verified; "our proposal" has no published list behind it."""
    if format_ == "csv":
        return listing([row for entry in code_lists().values() for row in code_rows(entry)], "csv", "code-lists")
    return listing([code_list_out(entry) for entry in code_lists().values()], "json", "code-lists")


@router.get(
    "/code-lists/{key}",
    summary="一个代码表",
    operation_id="get_code_list",
    response_class=JsonBytes,
    responses={200: {"model": CodeListOut, **CSV}},
)
def get_code_list(key: str, format_: Format = "json") -> Response:
    """One code list with its codes."""
    entry = code_lists().get(key)
    if entry is None:
        near = get_close_matches(key, code_lists(), 1, 0.5)
        hint = f"是否为 {near[0]}？" if near else "全部代码表见 /v1/code-lists。"
        raise NoSuchCodeList(Message(f"没有代码表 {key}。{hint}", f"There is no code list {key}."), code=key)
    if format_ == "csv":
        return listing(code_rows(entry), "csv", key)
    return JsonBytes(code_list_out(entry))


def code_list_out(entry: CodeList) -> dict[str, object]:
    return {
        "key": entry.key,
        "name_zh": entry.name_zh,
        "multi_valued": entry.multi_valued,
        "standing": entry.standing,
        "note": entry.note,
        "codes": [
            {"code": code.code, "name_zh": code.name_zh, "name_en": code.name_en, "standing": code.standing}
            for code in entry.codes
        ],
        "variants": [dict(variant) for variant in entry.variants],
    }


def code_rows(entry: CodeList) -> list[dict[str, object]]:
    return [
        {"code_list": entry.key, "list_name": entry.name_zh, "code": code.code, "name_zh": code.name_zh}
        | {"name_en": code.name_en, "standing": code.standing}
        for code in entry.codes
    ]


def listing(rows: Sequence[dict[str, object]], format_: str, name: str) -> Response:
    if format_ == "json":
        return JsonBytes({"items": rows, "total": len(rows)})
    return csv_answer(rows, [column for column in rows[0] if column != "elements"], name)
