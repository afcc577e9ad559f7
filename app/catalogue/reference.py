"""Reading what items refer to: departments, windows, basic items, divisions, code lists, elements."""

from collections.abc import Sequence
from difflib import get_close_matches

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, func, select

from app.catalogue import present
from app.catalogue.code_lists import CodeList, code_lists
from app.catalogue.collections import Cursor, Limit, Within
from app.catalogue.dependencies import AsOf, Format, KnownAt, Now, Snapshot, csv_answer, wants_csv
from app.catalogue.divisions import below, demand_division, division, divisions
from app.catalogue.element import Element, elements_of
from app.catalogue.elements import ELEMENTS
from app.catalogue.listing import showable
from app.catalogue.moments import Moment, resolve
from app.catalogue.paging import Page, read_page
from app.catalogue.schemas import CodeListOut, CodeLists, DivisionPage, ElementList
from app.catalogue.virtual import (
    ASKED_ELEMENTS,
    BEFORE_ELEMENTS,
    LIST_ELEMENTS,
    VERIFICATION_ELEMENTS,
    VERSION_ELEMENTS,
)
from app.errors import Message, NotFound
from app.pages import JsonBytes, fingerprint
from app.validators import validated

router = APIRouter(tags=["目录"])

DICTIONARY = (
    *ELEMENTS.values(), *VERSION_ELEMENTS.values(), *VERIFICATION_ELEMENTS, *LIST_ELEMENTS, *ASKED_ELEMENTS,
    *BEFORE_ELEMENTS,
)  # fmt: skip
PART = {"filterable": False, "selectable": False}  # What an entry of a list says is not asked for by itself.
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
        demand_division(connection, within)
        return validated(request, divisions_page(connection, moment, page, within))


def divisions_page(connection: Connection, moment: Moment, page: Page, within: str | None) -> Response:
    wanted = divisions(moment) if within is None else divisions(moment).where(below(division.c.code, within))
    following_rows = wanted.where(division.c.code > page.after[0]) if page.after else wanted
    rows = connection.execute(following_rows.order_by(division.c.code).limit(page.limit + 1)).all()
    count = select(func.count()).select_from(wanted.subquery())
    total = page.total_of(len(rows), lambda: int(connection.execute(count).scalar_one()))
    shown = [{**row._mapping, "valid_to": present.open_end(row.valid_to)} for row in rows[: page.limit]]
    last = (shown[-1]["code"],) if len(rows) > page.limit else None
    following = page.following("/v1/divisions", {"within": within}, moment, total, last)
    return page.answer(shown, total, following, moment)


@router.get(
    "/elements",
    summary="要素字典",
    operation_id="list_elements",
    response_class=JsonBytes,
    responses={200: {"model": ElementList, **CSV}},
)
def list_elements(request: Request, format_: Format = None) -> Response:
    """Every element of an item, declared once: API field, Chinese label, exchange column, kind, code list.

    Whether filters take it, and whether `fields` and files do.
    """
    rows = [described(element) for element in DICTIONARY]
    if wants_csv(request, format_):
        return validated(request, table(rows, "elements"))
    return validated(request, JsonBytes({"items": rows, "total": len(rows)}))


def described(element: Element) -> dict[str, object]:
    parts = [] if element.model is None else [described(part) | PART for part in elements_of(element.model)]
    return {
        "name": element.name,
        "label": element.label,
        "exchange": element.exchange,
        "section": element.section,
        "kind": element.kind,
        "code_list": element.codes,
        "required": element.required,
        "derived": element.derived,
        "note": element.note,
        "filterable": element.filterable,
        "selectable": element.name in showable(),
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
def list_code_lists(request: Request, format_: Format = None) -> Response:
    """All code lists. `standing` says how far a list is verified; "our proposal" has no published list behind it."""
    lists = code_lists().values()
    if wants_csv(request, format_):
        return validated(request, table([row for each in lists for row in code_rows(each)], "code-lists"))
    return validated(request, JsonBytes({"items": list(map(code_list_out, lists)), "total": len(lists)}))


@router.get(
    "/code-lists/{key}",
    summary="一个代码表",
    operation_id="get_code_list",
    response_class=JsonBytes,
    responses={200: {"model": CodeListOut, **CSV}},
)
def get_code_list(request: Request, key: str, format_: Format = None) -> Response:
    """One code list with its codes."""
    entry = code_lists().get(key)
    if entry is None:
        near = get_close_matches(key, code_lists(), 1, 0.5)
        hint = f"是否为 {near[0]}？" if near else "全部代码表见 /v1/code-lists。"
        raise NoSuchCodeList(Message(f"没有代码表 {key}。{hint}", f"There is no code list {key}."), code=key)
    csv = wants_csv(request, format_)
    return validated(request, table(code_rows(entry), key) if csv else JsonBytes(code_list_out(entry)))


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


def table(rows: Sequence[dict[str, object]], name: str) -> Response:
    return csv_answer(rows, [column for column in rows[0] if column != "elements"], name)
